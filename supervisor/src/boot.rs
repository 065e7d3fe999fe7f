//! From nothing to running apps.
//!
//! On a machine, in this order: `/dev` and `/proc`; the compositor's process; screens and input devices, so that
//! the splash is up; then, when it is or half a second passed, everything that takes longer.

use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use control_protocol::compositor::{SystemPage, ToCompositor};
use control_protocol::{Facts, Level};
use lifecycle::Event;
use manifest::{BootConfig, BootEntry, Compat, DeviceConfig, Policy, Salvaged};
use sys::machine::{self, Exec};

use crate::link::SharedFd;
use crate::read;
use crate::supervisor::{Programs, Supervisor};

/// What the kernel command line says to us.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct CommandLine {
    /// `vyoma.driver=<node below /dev>`.
    pub(crate) driver: Option<String>,
    /// `vyoma.policy=<name>`.
    pub(crate) policy: Option<Policy>,
    /// `vyoma.data=disk`: there is a disk for `/data`, which may take a while to appear.
    pub(crate) awaits_disk: bool,
}

impl CommandLine {
    pub(crate) fn parse(text: &str) -> Self {
        let mut line = Self::default();
        for word in text.split_ascii_whitespace() {
            if let Some(node) = word.strip_prefix("vyoma.driver=") {
                // Serial ports alone, never a path.
                let is_port = node.starts_with("tty") && node.bytes().all(|b| b.is_ascii_alphanumeric());
                line.driver = is_port.then(|| node.to_owned());
            }
            line.awaits_disk |= word == "vyoma.data=disk";
            if let Some(policy) = word.strip_prefix("vyoma.policy=") {
                line.policy = policy.parse().ok();
            }
        }
        line
    }
}

/// Mounts what must be there before anything is opened. Failures are for the console, which may only now exist.
pub(crate) fn mount_first() -> Vec<String> {
    mount_all(&[("devtmpfs", "dev", "/dev", "mode=0755", Exec::No), ("proc", "proc", "/proc", "", Exec::No)])
}

/// Mounts the rest.
fn mount_rest() -> Vec<String> {
    mount_all(&[
        ("tmpfs", "run", "/run", "mode=0755,size=64m", Exec::No),
        ("tmpfs", "tmp", "/tmp", "mode=1777,size=16m", Exec::No),
        ("cgroup2", "cgroup2", "/sys/fs/cgroup", "", Exec::No),
    ])
}

fn mount_all(mounts: &[(&str, &str, &str, &str, Exec)]) -> Vec<String> {
    let mut failures = Vec::new();
    for (kind, source, target, options, exec) in mounts {
        if let Err(e) = machine::mount(kind, source, target, options, *exec) {
            failures.push(format!("{target} cannot be mounted: {e}"));
        }
    }
    failures
}

/// Opens the programs that will be started.
pub(crate) fn open_programs(root: &Path) -> Programs {
    let open = |name: &str| -> Result<SharedFd, String> {
        let path = root.join("bin").join(name);
        let fd: OwnedFd = machine::open_file(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        Ok(Rc::new(fd))
    };
    Programs { compositor: open("compositor"), app_host: open("app-host") }
}

/// Reads a configuration file that may be missing.
pub(crate) fn read_device_config(root: &Path) -> Salvaged<DeviceConfig> {
    let path = root.join("etc/vyoma/device.toml");
    match read::text(&path) {
        Ok(text) => DeviceConfig::parse(&path.display().to_string(), &text),
        Err(_) => Salvaged { value: DeviceConfig::default(), invalid: None, warnings: Vec::new() },
    }
}

impl Supervisor {
    /// File systems that the first picture does not need.
    pub(crate) fn mount_machine(&mut self) {
        for failure in mount_rest() {
            self.log.system(Level::Error, &failure);
        }
        let cgroups = PathBuf::from("/sys/fs/cgroup");
        match machine::Cgroup::delegate(&cgroups) {
            Ok(()) => self.cgroups = Some(cgroups),
            Err(e) => {
                self.log.system(Level::Error, &format!("no cgroups: apps are bounded by rlimits only: {e}"))
            }
        }
        self.mount_data();
    }

    /// Reads what runs on this device, and starts it.
    pub(crate) fn boot_apps(&mut self) {
        let root = self.root.clone();
        let path = root.join("etc/vyoma/compat.toml");
        match read::text(&path) {
            Ok(text) => {
                let compat = Compat::parse(&path.display().to_string(), &text);
                self.compat = self.salvage(compat);
            }
            Err(e) => self.log.system(Level::Warn, &e),
        }
        let (started, problems) = self.start_boot_entries();
        if started == 0 {
            self.show_nothing_to_run(&problems);
        }
    }

    /// Starts what boot.toml lists and does not run: how many, and what was wrong.
    pub(crate) fn start_boot_entries(&mut self) -> (usize, Vec<String>) {
        let path = self.root.join("etc/vyoma/boot.toml");
        let mut problems = Vec::new();
        let boot = match read::text(&path) {
            Ok(text) => {
                let boot = BootConfig::parse(&path.display().to_string(), &text);
                problems.extend(boot.invalid.iter().map(ToString::to_string));
                self.salvage(boot)
            }
            Err(e) => {
                self.log.system(Level::Error, &e);
                problems.push(e);
                BootConfig::default()
            }
        };
        let mut ids = Vec::new();
        for entry in &boot.apps {
            match self.declare_boot_entry(entry) {
                Ok(id) => ids.push(id),
                Err(e) => {
                    self.log.system(Level::Error, &e);
                    problems.push(e);
                }
            }
        }
        // The launcher is the first that can be one.
        if !self.apps.iter().any(|e| e.is_home) {
            let home = ids.iter().find(|id| {
                let rights = self.apps.get(**id).map(|e| e.manifest.capabilities);
                rights.is_some_and(|c| c.shell && c.display)
            });
            if let Some(entry) = home.and_then(|id| self.apps.get_mut(*id)) {
                entry.is_home = true;
            }
        }
        let mut first = true;
        let mut started = 0;
        for id in ids {
            let Some(entry) = self.apps.get_mut(id) else { continue };
            if entry.life.has_process() {
                continue;
            }
            if entry.manifest.capabilities.display {
                // Boot started these behind the first one.
                entry.may_not_raise_itself = !first && !entry.is_home;
                first &= entry.is_home;
            }
            started += 1;
            self.start_when_settled(id);
        }
        (started, problems)
    }

    fn declare_boot_entry(&mut self, entry: &BootEntry) -> Result<control_protocol::AppId, String> {
        let folder = entry.manifest.trim_start_matches('/').strip_suffix("/vyoma.toml");
        let folder = folder.ok_or_else(|| {
            format!(
                "boot.toml: {} is no app's manifest; /apps/<name>/vyoma.toml would be right",
                entry.manifest
            )
        })?;
        let id = self.declare_bundle(&self.root.join(folder), entry.restart)?;
        if let Some(app) = self.apps.get_mut(id) {
            app.life.set_policy(entry.restart);
        }
        Ok(id)
    }

    /// Starts an app, one with a window only once it is known for which screen.
    pub(crate) fn start_when_settled(&mut self, id: control_protocol::AppId) {
        let has_window = self.apps.get(id).is_some_and(|e| e.manifest.capabilities.display);
        if has_window && !self.is_settled {
            self.waiting.push(id);
        } else {
            self.tell(id, Event::Start);
        }
    }

    /// Settles if a screen answered and what boots is known: only then can it be said what is shown first.
    pub(crate) fn settle_if_known(&mut self) {
        if self.is_booted && self.screen_size.is_some() {
            self.settle();
        }
    }

    /// It is known for which screen apps draw: those that waited start.
    pub(crate) fn settle(&mut self) {
        if self.is_settled {
            return;
        }
        self.is_settled = true;
        self.hang_chosen();
        let waiting = std::mem::take(&mut self.waiting);
        if waiting.is_empty() {
            return;
        }
        for id in &waiting {
            self.tell(*id, Event::Start);
        }
        // What people see first: the launcher, or else the first app.
        let first = waiting.iter().find(|id| self.apps.get(**id).is_some_and(|e| e.window.is_some()));
        if waiting.iter().any(|id| self.apps.get(*id).is_some_and(|e| e.is_home)) {
            self.tell_compositor(&ToCompositor::Home, Vec::new());
        } else if let Some(id) = first {
            self.tell_compositor(&ToCompositor::Raise(*id), Vec::new());
        }
    }

    /// No screen works: apps start all the same, for when one does.
    pub(crate) fn settle_without_screen(&mut self) {
        if self.is_booted && !self.is_settled && !self.devices.has_screen() {
            self.log
                .system(Level::Error, "no screen works: apps run unseen, as if there were one of 1280x800");
            self.settle();
        }
    }

    fn show_nothing_to_run(&mut self, problems: &[String]) {
        let file = self.root.join("etc/vyoma/boot.toml").display().to_string();
        let mut rows = vec![("File".to_owned(), file)];
        let lines = problems.iter().flat_map(|p| p.lines()).take(6);
        rows.extend(lines.enumerate().map(|(i, line)| {
            let mut line = line.to_owned();
            crate::broker::truncate(&mut line, 200);
            (format!("Problem {}", i + 1), line)
        }));
        let facts = Facts {
            wrong: "No app could be started.".to_owned(),
            tried: "The apps that boot.toml lists.".to_owned(),
            rows,
        };
        self.log.system(Level::Error, "no app could be started");
        self.page = Some(SystemPage::Diagnostic(facts.clone()));
        self.tell_compositor(&ToCompositor::Page(SystemPage::Diagnostic(facts)), Vec::new());
    }

    /// What could be used of a file; the rest is said.
    pub(crate) fn salvage<T>(&mut self, salvaged: Salvaged<T>) -> T {
        if let Some(invalid) = &salvaged.invalid {
            self.log.system(Level::Error, &invalid.to_string());
        }
        for w in &salvaged.warnings {
            self.log.system(Level::Warn, &format!("{}:{}: {}", w.line, w.column, w.what));
        }
        salvaged.value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn command_line_takes_serial_ports_and_policies_only() {
        let line = CommandLine::parse("console=ttyS0 vyoma.driver=ttyS1 vyoma.policy=desktop quiet");
        assert_eq!((line.driver.as_deref(), line.policy), (Some("ttyS1"), Some(Policy::Desktop)));
        assert!(!line.awaits_disk && CommandLine::parse("vyoma.data=disk").awaits_disk);
        assert_eq!(CommandLine::parse("vyoma.driver=../etc vyoma.policy=x"), CommandLine::default());
    }
}
