//! Short-lived jailed processes for what PID 1 neither waits for nor parses: encoders, names, the network, PINs, a disk
//! that synchronises.
//!
//! ```text
//! started ──JobDone──▶ done ──its process ended──▶ finished: the purpose learns of it
//!    └──too late, or dead without a word──────────▶
//! ```

use std::collections::BTreeMap;
use std::os::fd::AsFd;

use control_protocol::host::{FromHost, ToHost};
use control_protocol::job::{Job, JobOrder, JobResult, MAX_WHY};
use control_protocol::{AppId, MAX_MESSAGE};
use lifecycle::{Nanos, SECOND};
use sys::Received;
use sys::machine::CgroupLimits;
use sys::process::Child;

use crate::broker::truncate;
use crate::link::{Link, SharedFd};
use crate::screenshots::Shot;
use crate::spawn::Confined;
use crate::supervisor::{Source, Supervisor};
use crate::wallpaper::Hanging;

/// Jobs of apps and people at once. Each is a process of some MiB; a shell asks for one at a time. What people chose is
/// kept beside them, by one at a time.
const MAX_JOBS: usize = 8;

/// The longest a job may take: an HTTP request's ten seconds, and what starting and ending a process takes on a
/// slow machine.
const WITHIN: Nanos = 15 * SECOND;

/// The user that jobs run as outside: below those of apps.
const JOB_ID: u32 = 99_999;

/// The user whose the system's own folder is, and the job that writes in it.
pub(crate) const KEEPER_ID: u32 = 99_998;

/// Threads of a job's process.
const TASKS: u32 = 2;

/// Who waits for an answer: one request of one run of an app.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Asker {
    pub(crate) app: AppId,
    /// When the app's process was made: the answer is not for the next one.
    pub(crate) started: Nanos,
    pub(crate) seq: u32,
}

/// What a job is for.
pub(crate) enum Purpose {
    Screenshot(Shot),
    /// `None`: the person at the screen asks.
    Pin(Option<Asker>),
    /// The host's name, for the reply.
    Dns(Asker, String),
    Http(Asker),
    Wallpaper(Hanging),
    /// What people chose is written.
    Keep,
}

struct Running {
    child: Child,
    link: Link,
    cgroup: Option<sys::machine::Cgroup>,
    deadline: Nanos,
    result: Option<JobResult>,
    purpose: Purpose,
}

/// All that run.
#[derive(Default)]
pub(crate) struct Jobs {
    running: BTreeMap<u32, Running>,
    last: u32,
}

impl Jobs {
    /// When [`Supervisor::check_jobs`] has something to do.
    pub(crate) fn next_tick(&self) -> Option<Nanos> {
        self.running.values().filter(|job| job.result.is_none()).map(|job| job.deadline).min()
    }

    pub(crate) fn pids(&self) -> impl Iterator<Item = u32> {
        self.running.values().map(|job| job.child.pid())
    }

    pub(crate) fn kill_all(&self) {
        for job in self.running.values() {
            // It is ours and known by descriptor: this cannot fail but for its being gone.
            let _ = job.child.kill();
        }
    }
}

impl Supervisor {
    /// Starts a process for a job; its descriptors come with it. Whatever happens, the purpose learns of it.
    pub(crate) fn start_job(&mut self, job: Job, fds: Vec<SharedFd>, purpose: Purpose) {
        let others = self.jobs.running.values().filter(|job| !matches!(job.purpose, Purpose::Keep)).count();
        if others >= MAX_JOBS && !matches!(purpose, Purpose::Keep) {
            return self.finish_job(purpose, JobResult::Failed("too much is being done already".to_owned()));
        }
        match self.spawn_job(job, fds) {
            Ok((child, link, cgroup)) => {
                self.jobs.last = self.jobs.last.wrapping_add(1);
                let id = self.jobs.last;
                let watched = self.poller.add(link.as_fd(), Source::Job(id));
                if let Err(e) = watched.and_then(|()| self.poller.add(child.as_fd(), Source::JobEnded(id))) {
                    let _ = child.kill();
                    return self.finish_job(purpose, JobResult::Failed(format!("cannot be watched: {e}")));
                }
                let deadline = sys::monotonic_ns() + WITHIN;
                let running = Running { child, link, cgroup, deadline, result: None, purpose };
                self.jobs.running.insert(id, running);
            }
            Err(why) => self.finish_job(purpose, JobResult::Failed(why)),
        }
    }

    fn spawn_job(
        &mut self,
        job: Job,
        fds: Vec<SharedFd>,
    ) -> Result<(Child, Link, Option<sys::machine::Cgroup>), String> {
        let confined = Confined {
            about: "a job",
            group: format!("job-{}", self.jobs.last.wrapping_add(1)),
            uid: if matches!(job, Job::Keep { .. }) { KEEPER_ID } else { JOB_ID },
            needs_network: job.needs_network(),
            bounds: CgroupLimits { memory: job.memory(), cpu: 100, pids: TASKS },
        };
        let (child, mut link, cgroup) = self.spawn_confined(&confined)?;
        let order = JobOrder { job, jail: self.jail };
        let message = control_protocol::encode(&ToHost::Job(Box::new(order))).map_err(|e| e.to_string())?;
        // A process that is gone already is seen by its end.
        let _: crate::link::Pushed = link.push(message, fds);
        Ok((child, link, cgroup))
    }

    /// Reads what a job says.
    pub(crate) fn on_job(&mut self, id: u32) {
        let Some(job) = self.jobs.running.get_mut(&id) else { return };
        let mut buffer = vec![0; MAX_MESSAGE];
        let message = match job.link.socket().receive(&mut buffer) {
            Ok(Received::Datagram(len, _)) => control_protocol::decode::<FromHost>(&buffer[..len]),
            Ok(Received::Nothing) => return,
            Ok(Received::Gone) | Err(_) => {
                // Its end follows; until then there is nothing to hear.
                let _ = self.poller.remove(&job.link);
                return;
            }
        };
        job.result = Some(match message {
            Ok(FromHost::JobDone(JobResult::Failed(mut why))) => {
                truncate(&mut why, MAX_WHY);
                JobResult::Failed(why)
            }
            Ok(FromHost::JobDone(result)) => result,
            Ok(_) | Err(_) => JobResult::Failed("its process broke the protocol".to_owned()),
        });
        // Nothing follows. A process that does not go is helped.
        let _ = job.child.kill();
    }

    /// A job's process ended.
    pub(crate) fn on_job_ended(&mut self, id: u32) {
        match self.jobs.running.get(&id).map(|job| job.child.ended()) {
            None | Some(Ok(None)) => return,
            Some(Ok(Some(_)) | Err(_)) => {}
        }
        self.on_job(id);
        let Some(job) = self.jobs.running.remove(&id) else { return };
        // Closed right after; a failure could only mean that they are not watched.
        let _ = self.poller.remove(&job.child);
        let _ = self.poller.remove(&job.link);
        let oom = job.cgroup.as_ref().is_some_and(|c| c.oom_kills() > 0);
        let silent = if oom { "out of memory" } else { "its process ended without a word" };
        let result = job.result.unwrap_or_else(|| JobResult::Failed(silent.to_owned()));
        self.finish_job(job.purpose, result);
    }

    /// Ends jobs that take too long.
    pub(crate) fn check_jobs(&mut self, now: Nanos) {
        for job in self.jobs.running.values_mut().filter(|j| j.result.is_none() && j.deadline <= now) {
            job.result = Some(JobResult::Failed(format!("took longer than {} s", WITHIN / SECOND)));
            let _ = job.child.kill();
        }
    }

    fn finish_job(&mut self, purpose: Purpose, result: JobResult) {
        match purpose {
            Purpose::Screenshot(shot) => self.on_shot_written(shot, result),
            Purpose::Pin(asker) => self.on_pin_checked(asker, result),
            Purpose::Dns(asker, host) => self.on_looked_up(asker, &host, result),
            Purpose::Http(asker) => self.on_page(asker, result),
            Purpose::Wallpaper(hanging) => self.on_wallpaper_painted(hanging, result),
            Purpose::Keep => self.on_kept(result),
        }
    }

    /// Who asks, to be answered later.
    pub(crate) fn asker(&self, app: AppId, seq: u32) -> Asker {
        let started = self.apps.get(app).map_or(0, |e| e.life.started());
        Asker { app, started, seq }
    }

    /// Answers a request, unless who asked is gone or going.
    pub(crate) fn reply(&mut self, asker: Asker, text: Option<String>) {
        let Some(entry) = self.apps.get(asker.app) else { return };
        let is_stopping = entry.process.as_ref().is_none_or(|p| p.is_stopping);
        if is_stopping || entry.life.started() != asker.started {
            return;
        }
        let text = text.map(|mut text| {
            truncate(&mut text, control_protocol::MAX_TEXT);
            text
        });
        self.send(asker.app, &ToHost::Reply { seq: asker.seq, text }, Vec::new());
    }
}
