//! The real supervisor, hosted, with a compositor and app-hosts that only speak the protocols.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
use std::fs;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command as Process, Stdio};

use control_protocol::driver::{Command, Report};
use control_protocol::{InjectedInput, MAX_MESSAGE, Token};
use sys::{Poller, Received, Seqpacket, monotonic_ns};

/// Whatever a test waits for comes sooner, on any machine.
const PATIENCE: u64 = 20_000_000_000;

#[derive(Clone, Copy)]
struct Only;
impl sys::Token for Only {
    fn to_u64(self) -> u64 {
        0
    }
    fn from_u64(_: u64) -> Self {
        Only
    }
}

struct System {
    root: PathBuf,
    child: Child,
    socket: Seqpacket,
    poller: Poller<Only>,
    seen: Vec<Report>,
}

fn fake(name: &str) -> PathBuf {
    let target = Path::new(env!("CARGO_BIN_EXE_supervisor")).parent().unwrap();
    target.join("examples").join(name)
}

/// An app: name, what its manifest grants, its script, and its restart policy (`None`: boot does not start it).
type App<'a> = (&'a str, &'a str, &'a str, Option<&'a str>);

/// Writes the list of a bundle as it is.
fn write_list(folder: &Path) {
    let files = bundle::scan(fs::File::open(folder).unwrap().as_fd()).unwrap();
    let list = bundle::BundleList::new(bundle::Hash::of(b"the wasm"), files).unwrap();
    fs::write(folder.join(bundle::LIST), list.to_string()).unwrap();
}

impl System {
    fn prepare(test: &str, apps: &[App<'_>]) -> PathBuf {
        let root = std::env::temp_dir().join(format!("vyoma-supervisor-{test}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&root);
        for dir in ["bin", "etc/vyoma", "apps", "data"] {
            fs::create_dir_all(root.join(dir)).unwrap();
        }
        fs::copy(fake("fake-compositor"), root.join("bin/compositor")).unwrap();
        fs::copy(fake("fake-app-host"), root.join("bin/app-host")).unwrap();
        let mut boot = String::new();
        for (name, grants, script, restart) in apps {
            let dir = root.join("apps").join(name);
            fs::create_dir_all(&dir).unwrap();
            let manifest = format!(
                "[app]\nname = \"{name}\"\nversion = \"1.0.0\"\nwasm = \"app.wasm\"\n\
                 description = \"the \\\"{name}\\\"\"\n[capabilities]\nstdio = true\n{grants}\n"
            );
            fs::write(dir.join("vyoma.toml"), manifest).unwrap();
            fs::write(dir.join("app.cwasm"), script).unwrap();
            if let Some(restart) = restart {
                boot.push_str(&format!(
                    "[[apps]]\nmanifest = \"/apps/{name}/vyoma.toml\"\nrestart = \"{restart}\"\n"
                ));
            }
        }
        fs::write(root.join("etc/vyoma/boot.toml"), boot).unwrap();
        root
    }

    fn start(test: &str, apps: &[App<'_>]) -> Self {
        Self::start_in(Self::prepare(test, apps))
    }

    fn start_in(root: PathBuf) -> Self {
        for folder in fs::read_dir(root.join("apps")).unwrap() {
            write_list(&folder.unwrap().path());
        }
        let (socket, theirs) = Seqpacket::pair().unwrap();
        let theirs: OwnedFd = theirs.into_fd();
        let number = theirs.as_raw_fd();
        let mut command = Process::new(env!("CARGO_BIN_EXE_supervisor"));
        command.args(["--hosted", "--headless", "640x480", "--driver-fd", &number.to_string(), "--root"]);
        command.arg(&root).stderr(Stdio::null());
        // SAFETY: between fork and exec, fcntl alone is called: it is async-signal-safe. Only this child
        // inherits the descriptor; children of the other tests' threads do not.
        unsafe {
            command.pre_exec(move || {
                if libc::fcntl(number, libc::F_SETFD, 0) == 0 {
                    Ok(())
                } else {
                    Err(std::io::Error::last_os_error())
                }
            });
        }
        let child = command.spawn().unwrap();
        let poller = Poller::new().unwrap();
        poller.add(socket.as_fd(), Only).unwrap();
        Self { root, child, socket, poller, seen: Vec::new() }
    }

    fn tell(&self, command: &Command) {
        self.socket.send(&control_protocol::encode(command).unwrap(), &[]).unwrap();
    }

    /// The first report that is wanted and was not yet taken.
    fn await_report<T>(&mut self, what: &str, want: impl Fn(&Report) -> Option<T>) -> T {
        let deadline = monotonic_ns() + PATIENCE;
        let mut buffer = vec![0; MAX_MESSAGE];
        let mut events = Vec::new();
        let mut from = 0;
        loop {
            while from < self.seen.len() {
                if let Some(found) = want(&self.seen[from]) {
                    self.seen.remove(from);
                    return found;
                }
                from += 1;
            }
            match self.socket.receive(&mut buffer).unwrap() {
                Received::Datagram(len, _) => {
                    self.seen.push(control_protocol::decode(&buffer[..len]).unwrap());
                }
                Received::Nothing => {
                    let left = deadline.saturating_sub(monotonic_ns());
                    assert!(left > 0, "{what} did not come; seen: {:#?}", self.seen);
                    self.poller.wait(&mut events, Some(left)).unwrap();
                }
                Received::Gone => panic!("the supervisor is gone before {what}; seen: {:#?}", self.seen),
            }
        }
    }

    fn await_line(&mut self, app: &str, text: &str) -> String {
        self.await_report(&format!("{app}: {text}"), |r| match r {
            Report::Log { app: a, line, .. } if a == app && line.contains(text) => Some(line.clone()),
            _ => None,
        })
    }

    fn await_started(&mut self, name: &str) -> u32 {
        self.await_report(&format!("start of {name}"), |r| match r {
            Report::Started { app, pid } if app == name => Some(*pid),
            _ => None,
        })
    }

    fn await_ended(&mut self, name: &str) -> (String, bool) {
        self.await_report(&format!("end of {name}"), |r| match r {
            Report::Ended { app, how, failed } if app == name => Some((how.clone(), *failed)),
            _ => None,
        })
    }

    fn power_off(mut self) {
        self.tell(&Command::PowerOff);
        assert!(self.child.wait().unwrap().success());
    }
}

impl Drop for System {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.root);
    }
}

fn is_alive(pid: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit(')').next().is_some_and(|rest| !rest.is_empty() && !rest.trim_start().starts_with('Z'))
}

const WINDOW: &str = "display = true";
const LAUNCHER: &str = "display = true\nshell = true";

#[test]
fn boot_starts_the_launcher_on_the_screen_with_the_keyboard() {
    let mut s = System::start(
        "boot",
        &[
            ("home", LAUNCHER, "run\nrequest screen-size\nwait", Some("always")),
            ("clock", WINDOW, "run\nwait", Some("never")),
        ],
    );
    s.await_line("", "first-frame ");
    s.await_line("home", "reply 640x480");
    s.await_report("focus", |r| matches!(r, Report::Focused { app } if app == "home").then_some(()));
    s.power_off();
}

#[test]
fn run_a_bundle_by_name_starts_it_and_broken_ones_say_why() {
    let root = System::prepare(
        "run",
        &[
            ("clock", "", "run\nlog ticking\nwait", None),
            (
                "home",
                LAUNCHER,
                "run\nrequest catalog\nrequest run clock\nrequest run ../x\nrequest run broken\n\
          request run empty\nrequest ps-raw\nwait",
                Some("never"),
            ),
        ],
    );
    fs::create_dir_all(root.join("apps/broken")).unwrap();
    fs::write(root.join("apps/broken/vyoma.toml"), "[app]\nname = 3\n").unwrap();
    fs::create_dir_all(root.join("apps/empty")).unwrap();
    let text = "[app]\nname = \"empty\"\nversion = \"1.0.0\"\nwasm = \"app.wasm\"\n";
    fs::write(root.join("apps/empty/vyoma.toml"), text).unwrap();
    let mut s = System::start_in(root);
    let catalog = s.await_line("home", "reply [");
    let clock = "{\"name\":\"clock\",\"title\":\"clock\",\"version\":\"1.0.0\",\
                 \"description\":\"the \\\"clock\\\"\",\"running\":false}";
    assert!(catalog.contains(clock), "{catalog}");
    s.await_line("home", "reply launched clock");
    s.await_line("home", "reply error: could not spawn ../x: a name has a-z");
    let why = s.await_line("home", "could not spawn broken");
    assert!(why.contains("vyoma.toml:2:8: name is 3"), "{why}");
    s.await_line("home", "app.cwasm is not in bundle.hashes");
    s.await_line("home", "reply clock:run:");
    s.power_off();
}

/// A script that chooses everything that can be chosen, and one that asks what holds.
const CHOOSE: &str = "run\nrequest theme light large\nrequest locale de\nrequest keyboard fr\nrequest brightness 60\n\
                      request wallpaper photo.png\nwait";
const ASK: &str = "run\nrequest theme\nrequest locale\nrequest keyboard\nrequest brightness\nwait";

/// The same system's next life, with another script of its app.
fn again(mut system: System, script: &str) -> System {
    system.tell(&Command::PowerOff);
    assert!(system.child.wait().unwrap().success());
    // The folder outlives the system that it was for.
    let root = std::mem::take(&mut system.root);
    fs::write(root.join("apps/home/app.cwasm"), script).unwrap();
    System::start_in(root)
}

#[test]
fn what_people_chose_holds_in_the_next_life_until_it_is_reset() {
    let root = System::prepare("chosen", &[("home", LAUNCHER, CHOOSE, Some("never"))]);
    fs::write(root.join("etc/vyoma/device.toml"), "theme = \"high-contrast\"\nlayout = \"it\"\n").unwrap();
    fs::write(root.join("apps/home/photo.png"), "a picture").unwrap();
    let mut s = System::start_in(root);
    for reply in ["theme light large", "locale de", "keyboard fr", "brightness 60", "wallpaper photo.png"] {
        s.await_line("home", &format!("reply {reply}"));
    }
    let mut s = again(s, &format!("{}\nrequest settings-reset\nwait", ASK.trim_end_matches("\nwait")));
    let replies = ["theme light large", "locale de", "keyboard fr", "brightness 60", "settings-reset ok"];
    for reply in replies {
        s.await_line("home", &format!("reply {reply}"));
    }
    let mut s = again(s, ASK);
    for reply in ["theme high-contrast", "locale en-US", "keyboard it", "brightness 100"] {
        s.await_line("home", &format!("reply {reply}"));
    }
    assert!(!s.root.join("data/system/settings.toml").exists());
    s.power_off();
}

#[test]
fn a_wallpaper_that_people_chose_is_decoded_in_the_next_life() {
    let root = System::prepare("hangs", &[("home", LAUNCHER, CHOOSE, Some("never"))]);
    fs::write(root.join("apps/home/photo.png"), "a picture").unwrap();
    let mut s = System::start_in(root);
    s.await_line("home", "reply wallpaper photo.png");
    fs::write(s.root.join("apps/home/photo.png"), "something else").unwrap();
    let mut s = again(s, ASK);
    s.await_line("", "wallpaper \"/apps/home/photo.png\": not a picture");
    s.power_off();
}

#[test]
fn while_a_disk_is_slow_choices_are_answered_and_the_last_is_kept() {
    let script =
        "run\nrequest theme light\nrequest brightness 10\nrequest brightness 20\nrequest theme\nwait";
    let root = System::prepare("slow", &[("home", LAUNCHER, script, Some("never"))]);
    let (slow, file) = (root.join("data/system/slow"), root.join("data/system/settings.toml"));
    fs::create_dir_all(root.join("data/system")).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(&slow).status().unwrap().success());
    let mut s = System::start_in(root);
    for reply in ["theme light", "brightness 10", "brightness 20", "theme light"] {
        s.await_line("home", &format!("reply {reply}"));
    }
    s.tell(&Command::PowerOff);
    s.await_line("", "powering off");
    assert!(!file.exists());
    // Opens once the job waits; the next one does not.
    let disk = fs::OpenOptions::new().write(true).open(&slow).unwrap();
    fs::remove_file(&slow).unwrap();
    drop(disk);
    assert!(s.child.wait().unwrap().success());
    let kept = fs::read_to_string(file).unwrap();
    assert!(kept.contains("theme = \"light\"\n") && kept.contains("brightness = 20\n"), "{kept}");
}

#[test]
fn a_broken_settings_file_is_said_with_its_line_and_put_aside() {
    let root = System::prepare("spoilt", &[("home", LAUNCHER, ASK, Some("never"))]);
    fs::create_dir_all(root.join("data/system")).unwrap();
    fs::write(root.join("data/system/settings.toml"), "theme = \"light\"\nbrightness = 400\n").unwrap();
    let mut s = System::start_in(root);
    s.await_line(
        "",
        "settings.toml is broken: the device's own settings hold; it is kept as settings.toml.bad",
    );
    s.await_line("", "settings.toml:2:14: brightness is 400; a whole number from 10 to 100");
    s.await_line("home", "reply theme dark");
    assert!(s.root.join("data/system/settings.toml.bad").exists());
    assert!(!s.root.join("data/system/settings.toml").exists());
    s.power_off();
}

#[test]
fn what_cannot_be_kept_is_said_once_and_holds_for_this_life() {
    let script = "run\nrequest theme light\nrequest brightness 10\nrequest theme\nrequest brightness\nwait";
    let root = System::prepare("full", &[("home", LAUNCHER, script, Some("never"))]);
    // Where the folder would be is a file: root too is refused.
    fs::write(root.join("data/system"), "in the way").unwrap();
    let mut s = System::start_in(root);
    let line = "what people choose holds until the device goes off";
    s.await_line("", line);
    for _ in 0..2 {
        s.await_line("home", "reply theme light");
        s.await_line("home", "reply brightness 10");
    }
    s.tell(&Command::PowerOff);
    s.await_line("", "powering off");
    assert!(s.child.wait().unwrap().success());
    assert!(!s.seen.iter().any(|r| matches!(r, Report::Log { line: l, .. } if l.contains(line))));
}

#[test]
fn kill_app_a_failing_app_is_started_again_by_policy_alone() {
    let mut s = System::start(
        "restart",
        &[
            ("again", "", "run\nwait", Some("on-failure")),
            ("once", "", "run\ntrap unreachable", Some("never")),
        ],
    );
    let first = s.await_started("again");
    s.tell(&Command::KillApp("again".into()));
    assert_eq!(s.await_ended("again"), ("killed".to_owned(), true));
    let second = s.await_started("again");
    assert!(first != second && !is_alive(first));
    s.power_off();
}

#[test]
fn ended_says_how_and_whether_it_failed() {
    let mut s = System::start(
        "ended",
        &[
            ("fine", "", "run", Some("on-failure")),
            ("code", "", "run\nexit 3", Some("never")),
            ("trap", "", "run\ntrap unreachable", Some("never")),
            ("crash", "", "run\ncrash", Some("never")),
        ],
    );
    let mut ends = Vec::new();
    for _ in 0..4 {
        ends.push(s.await_report("an end", |r| match r {
            Report::Ended { app, how, failed } => Some((app.clone(), how.clone(), *failed)),
            _ => None,
        }));
    }
    ends.sort();
    let expected = [
        ("code", "ended with exit code 3", true),
        ("crash", "its host died of signal", true),
        ("fine", "ended", false),
        ("trap", "trapped: unreachable", true),
    ];
    // The first process of a pid namespace cannot abort: it dies of what comes after.
    let how = |h: &str| h.trim_end_matches([' ', '6', '1']).to_owned();
    let ends: Vec<_> = ends.iter().map(|(a, h, f)| (a.clone(), how(h), *f)).collect();
    let expected = expected.map(|(a, h, f)| (a.to_owned(), h.to_owned(), f));
    assert_eq!(ends, expected);
    s.power_off();
}

#[test]
fn kill_compositor_a_new_one_gets_every_window_and_hosts_new_sockets() {
    let mut s = System::start("compositor", &[("home", LAUNCHER, "run\nwait", Some("always"))]);
    let first = s.await_report("compositor", |r| match r {
        Report::CompositorStarted { pid } => Some(*pid),
        _ => None,
    });
    s.await_report("shown", |r| matches!(r, Report::Shown { .. }).then_some(()));
    s.tell(&Command::KillCompositor);
    let second = s.await_report("compositor", |r| match r {
        Report::CompositorStarted { pid } => Some(*pid),
        _ => None,
    });
    assert_ne!(first, second);
    s.await_line("home", "surface");
    s.await_report("shown", |r| matches!(r, Report::Shown { app } if app == "home").then_some(()));
    s.power_off();
}

#[test]
fn a_compositor_that_ends_before_it_counted_leaves_an_answer_without_frames() {
    // This compositor never counts.
    let mut s =
        System::start("counting", &[("home", LAUNCHER, "run\nlog asking\nrequest ps\nwait", Some("never"))]);
    s.await_line("home", "asking");
    s.await_report("shown", |r| matches!(r, Report::Shown { .. }).then_some(()));
    s.tell(&Command::KillCompositor);
    let row = s.await_line("home", "reply home ");
    assert!(row.ends_with("KiB"), "{row}");
    s.power_off();
}

#[test]
fn a_compositor_that_makes_a_forbidden_call_is_replaced_and_the_log_says_why() {
    let mut s = System::start("forbidden", &[("home", LAUNCHER, "run\nwait", Some("always"))]);
    s.await_report("shown", |r| matches!(r, Report::Shown { .. }).then_some(()));
    s.tell(&Command::Inject(InjectedInput::Text("forbidden".into())));
    s.await_line("", "the compositor ended: a system call that its jail does not have");
    s.await_line("home", "surface");
    s.await_report("shown", |r| matches!(r, Report::Shown { app } if app == "home").then_some(()));
    s.power_off();
}

#[test]
fn a_compositor_that_hangs_is_replaced() {
    let mut s = System::start("hang", &[("home", LAUNCHER, "run\nwait", Some("always"))]);
    s.await_report("shown", |r| matches!(r, Report::Shown { .. }).then_some(()));
    s.tell(&Command::Inject(InjectedInput::Text("hang".into())));
    s.await_line("", "the compositor hangs");
    s.await_line("home", "surface");
    s.power_off();
}

#[test]
fn messages_reach_apps_and_forged_ones_do_not() {
    let mut s = System::start(
        "messages",
        &[
            ("ear", "", "run\nwait", Some("never")),
            (
                "mouth",
                "",
                "run\nsend ear hello\nsend ear VYOMA_INPUT:x\nsend ear REPLY:x\nsend nobody x\n\
          send broadcast all\nwait",
                Some("never"),
            ),
        ],
    );
    s.await_line("ear", "heard hello");
    s.await_line("ear", "heard all");
    s.await_line("mouth", "message refused");
    s.await_line("mouth", "message refused");
    s.await_line("mouth", "\"nobody\" does not run");
    assert!(!s.seen.iter().any(|r| matches!(r, Report::Log { line, .. } if line.contains("heard VYOMA"))));
    s.power_off();
}

#[test]
fn requests_without_the_right_are_denied_and_do_nothing() {
    let mut s = System::start(
        "denied",
        &[
            ("other", "", "run\nwait", Some("never")),
            (
                "plain",
                "",
                "run\nrequest kill other\nrequest clipboard-get\nrequest frobnicate\nrequest raise other\n\
          request list\nwait",
                Some("never"),
            ),
        ],
    );
    s.await_line("plain", "reply error: denied kill");
    s.await_line("plain", "reply error: denied clipboard-get");
    s.await_line("plain", "reply (none)");
    s.await_line("plain", "reply error: denied raise");
    s.await_line("plain", "reply other|plain");
    s.power_off();
}

#[test]
fn shutdown_ends_polite_apps_first_and_stubborn_ones_by_force() {
    let mut s = System::start(
        "shutdown",
        &[
            ("polite", "", "run\nwait\nlog bye", Some("always")),
            ("stubborn", "", "run\nlog ready\nstubborn", Some("always")),
        ],
    );
    let stubborn = s.await_started("stubborn");
    s.await_line("stubborn", "ready");
    s.tell(&Command::PowerOff);
    s.await_line("polite", "bye");
    assert_eq!(s.await_ended("stubborn"), ("killed".to_owned(), false));
    assert!(s.child.wait().unwrap().success());
    assert!(!is_alive(stubborn));
}

#[test]
fn terminate_leaves_no_process_behind() {
    let mut s = System::start("terminate", &[("home", LAUNCHER, "run\nlog ready\nwait", Some("always"))]);
    let compositor = s.await_report("compositor", |r| match r {
        Report::CompositorStarted { pid } => Some(*pid),
        _ => None,
    });
    let app = s.await_started("home");
    s.await_line("home", "ready");
    // SAFETY: a signal to a child of ours that is not collected yet.
    assert_eq!(unsafe { libc::kill(s.child.id().cast_signed(), libc::SIGTERM) }, 0);
    assert!(s.child.wait().unwrap().success());
    // The compositor is killed as the last step: its end is the kernel's, and follows at once.
    let deadline = monotonic_ns() + PATIENCE;
    while is_alive(compositor) || is_alive(app) {
        assert!(monotonic_ns() < deadline, "a process outlived the supervisor");
        std::thread::yield_now();
    }
}

#[test]
fn a_broken_boot_file_and_missing_programs_are_said() {
    let root = System::prepare("broken", &[]);
    fs::write(root.join("etc/vyoma/boot.toml"), "[[apps]]\nmanifest = \"nowhere\"\n").unwrap();
    fs::remove_file(root.join("bin/app-host")).unwrap();
    let mut s = System::start_in(root);
    s.await_line("", "boot.toml:2:12: manifest is \"nowhere\"");
    s.await_line("", "no app could be started");
    s.power_off();
}

#[test]
fn close_of_a_window_ends_its_app_and_stats_and_pictures_are_passed_on() {
    let mut s = System::start("close", &[("one", WINDOW, "run\nwait", Some("always"))]);
    s.await_report("focus", |r| matches!(r, Report::Focused { app } if app == "one").then_some(()));
    s.tell(&Command::Screenshot(Token(7)));
    s.await_report("picture", |r| matches!(r, Report::Screenshot { token: Token(7), .. }).then_some(()));
    s.tell(&Command::Inject(InjectedInput::Text("close".into())));
    assert_eq!(s.await_ended("one"), ("ended".to_owned(), false));
    s.power_off();
}

#[test]
fn an_app_that_fails_eight_times_is_left_alone() {
    // Needs half a minute of backoff: the pure core's test covers it; here the first steps of it.
    let mut s = System::start("backoff", &[("bad", "", "trap no", Some("on-failure"))]);
    s.await_line("bad", "starts again in 500 ms");
    s.await_line("bad", "starts again in 1000 ms");
    s.power_off();
}

#[test]
fn screenshot_is_a_file_of_the_folder_and_nothing_else() {
    let mut s = System::start(
        "screenshot",
        &[(
            "home",
            LAUNCHER,
            "run\nrequest screenshot one\nrequest screenshot /etc/x\nrequest screenshot\nwait",
            Some("never"),
        )],
    );
    s.await_line("home", "reply screenshot ok /data/screenshots/one.png");
    assert_eq!(fs::read_to_string(s.root.join("data/screenshots/one.png")).unwrap(), "1x1");
    s.await_line("home", "reply screenshot error a picture is a file in /data/screenshots");
    let reply = s.await_line("home", "reply screenshot ok /data/screenshots/");
    let name = reply.rsplit('/').next().unwrap();
    assert!(s.root.join("data/screenshots").join(name).exists(), "{reply}");
    let left: Vec<_> = fs::read_dir(s.root.join("data/screenshots")).unwrap().collect();
    assert_eq!(left.len(), 2, "{left:?}");
    s.power_off();
}

#[test]
fn lock_without_a_pin_says_how_to_set_one() {
    let script = "run\nrequest lock\nrequest blank\nrequest unblank\nrequest idle\nwait";
    let mut s = System::start("no-pin", &[("home", LAUNCHER, script, Some("never"))]);
    s.await_line("home", "reply error: lock: no PIN is set: put the line that `cargo vyoma pin` prints");
    for verb in ["blank", "unblank", "idle"] {
        s.await_line("home", &format!("reply {verb} ok"));
    }
    s.power_off();
}

#[test]
fn unlock_takes_the_right_pin_and_makes_wrong_ones_wait() {
    let script = "run\nrequest unlock 1\nrequest lock\nrequest screenshot\nrequest unlock 1\n\
                  request unlock 2580\nwait";
    let root = System::prepare("pin", &[("home", LAUNCHER, script, Some("never"))]);
    let hash = format!("pin_hash = \"pbkdf2-sha256$1000${}${}\"\n", "00".repeat(16), "11".repeat(32));
    fs::write(root.join("etc/vyoma/device.toml"), hash).unwrap();
    let mut s = System::start_in(root);
    s.await_line("home", "reply unlock ok");
    s.await_line("home", "reply lock ok");
    s.await_line("home", "reply screenshot error the screen is locked");
    s.await_line("home", "reply error: unlock: wrong PIN, wait 1 s");
    s.await_line("home", "reply error: unlock: wait 1 s");
    s.power_off();
}

#[test]
fn network_requests_are_answered_where_the_network_is_granted() {
    let script = "run\nrequest dns-resolve there\nrequest dns-resolve x\nrequest http-get http://a/\nwait";
    let mut s = System::start(
        "network",
        &[("net", "network = true", script, Some("never")), ("plain", "", script, Some("never"))],
    );
    s.await_line("net", "reply dns there 10.0.0.7");
    s.await_line("net", "reply dns x NXDOMAIN");
    s.await_line("net", "reply http-get 200 of http://a/");
    s.await_line("plain", "reply error: denied dns-resolve");
    s.await_line("plain", "reply error: denied dns-resolve");
    s.await_line("plain", "reply error: denied http-get");
    s.power_off();
}

#[test]
fn wallpaper_is_a_colour_or_a_picture_that_the_app_may_see() {
    let script = "run\nrequest wallpaper 0x0b1020ff\nrequest wallpaper sky.png\nrequest wallpaper vyoma.toml\n\
                  request wallpaper /etc/passwd\nwait";
    let root = System::prepare("wallpaper", &[("home", LAUNCHER, script, Some("never"))]);
    fs::write(root.join("apps/home/sky.png"), "a picture").unwrap();
    let mut s = System::start_in(root);
    s.await_line("home", "reply wallpaper 0x0b1020ff");
    s.await_line("home", "reply wallpaper sky.png");
    s.await_line("home", "reply error: wallpaper: not a picture");
    s.await_line("home", "reply error: wallpaper: neither in the bundle");
    s.power_off();
}
