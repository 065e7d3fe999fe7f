//! The power goes at any moment: what an app was told is synchronised is there afterwards, and the file system is whole.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use control_protocol::PixelSize;
use control_protocol::driver::Report;

use super::chance::Chance;
use super::disk::{Log, LogError};
use crate::build::{self, Progress, Site};
use crate::conformance::guest::{Guest, Script};
use crate::conformance::scene::{self, Scene};
use crate::qemu::{self, Accel, Disk, DriverPort, Event, Hardware, Machine, Nic, Spec, View, Watchdog};
use crate::report::chain;

/// A storm of power cuts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PowerCuts {
    /// Decides when the power goes, and which writes that were not flushed are lost; the time where none is given.
    pub seed: Option<u64>,
    /// How often the power goes.
    pub count: u64,
    /// A folder with another kernel (`bzImage-pc`) and initramfs than the image's, which is then not built.
    pub image: Option<PathBuf>,
}

/// Cuts of one run of a machine: one of them the machine itself comes back from, the others are looked at from outside.
const CUTS_A_RUN: u64 = 10;

/// The disk; small, so that the journal goes round.
const DISK_BYTES: u64 = 24 << 20;

/// From power-on to the first word of the app, emulated on a loaded machine.
const BOOT: Duration = Duration::from_secs(90);

/// How long the app adds records: at least, and at most so much longer.
const RUNS: Duration = Duration::from_millis(700);
const LONGER_MS: u64 = 2500;

/// The app and its file.
const APP: &str = "keeper";
const FILE: &str = "records";
/// Bytes of a record: its number, eight times.
const RECORD: usize = 64;

/// A file that was written at the moment at which the log was so long.
struct Told {
    records: u64,
    log_length: u64,
}

/// Runs it: figures, or what was wrong and how to have it again.
pub(crate) fn run(
    site: &Site,
    kernel: &Path,
    initramfs: &Path,
    options: &PowerCuts,
    progress: &mut dyn Progress,
) -> Result<String, String> {
    let seed = options.seed.unwrap_or_else(Chance::seed_of_now);
    let again = |why: String| format!("{why}\n        again: cargo vyoma storm power-cuts --seed {seed}");
    let folder =
        tempfile::Builder::new().prefix("vyoma-storm-").tempdir().map_err(|e| again(e.to_string()))?;
    let mut bench = Bench::new(site, kernel, initramfs, folder.path()).map_err(again)?;
    let mut chance = Chance::new(seed);
    let mut cuts = 0;
    while cuts < options.count {
        progress.update("storm of power cuts", cuts, options.count);
        let wanted = CUTS_A_RUN.min(options.count - cuts);
        cuts += bench.run(wanted, &mut chance).map_err(|why| again(format!("after {cuts} cuts: {why}")))?;
    }
    let last = bench.check_by_the_app().map_err(again)?;
    let Bench { runs, fewest_lost, undecided, .. } = &bench;
    Ok(format!(
        "seed {seed}: {cuts} power cuts in {runs} runs of a machine, {last} records, none of those told as synchronised \
         lost (up to {fewest_lost} written after the last flush); every file system whole; {undecided} runs undecided"
    ))
}

/// The machine's parts, and what its disk must hold.
struct Bench {
    spec: Spec,
    /// The disk while the machine is off.
    rest: PathBuf,
    /// The disk of a running machine.
    disk: Disk,
    /// A cut disk that is looked at from outside.
    cut: PathBuf,
    /// What the disk at rest must hold.
    records: u64,
    runs: u64,
    fewest_lost: u64,
    undecided: u64,
}

impl Bench {
    fn new(site: &Site, kernel: &Path, base: &Path, folder: &Path) -> Result<Self, String> {
        let mut scene = Scene::new("power-cuts");
        let tables = "[capabilities]\nstdio = true\nfilesystem = true";
        scene.guests = vec![Guest::new(APP, tables, Script::new().open(FILE, 1).keep(4, 15))];
        let initramfs = folder.join("initramfs");
        build::system_with(base, scene::files(site, &scene, qemu::HOST)?, &initramfs)
            .map_err(|e| chain(&e))?;
        let rest = folder.join("rest");
        fs::File::create(&rest).and_then(|file| file.set_len(DISK_BYTES)).map_err(|e| e.to_string())?;
        let at_once = "lazy_itable_init=0,lazy_journal_init=0";
        tool("mkfs.ext4", &["-q", "-F", "-L", "vyoma-data", "-E", at_once], &rest, 0)?;
        let disk = Disk { image: folder.join("disk"), log: folder.join("log") };
        let spec = Spec {
            kernel: kernel.to_owned(),
            initramfs,
            hardware: Hardware::Nothing,
            size: PixelSize { w: 640, h: 480 },
            memory: 256,
            accel: Accel::Tcg,
            data: None,
            network: Nic::Absent,
            disk: Some(disk.clone()),
            watchdog: Watchdog::Absent,
            view: View::Headless,
            driver: DriverPort::Present,
            words: Vec::new(),
        };
        let cut = folder.join("cut");
        Ok(Self { spec, rest, disk, cut, records: 0, runs: 0, fewest_lost: 0, undecided: 0 })
    }

    /// One run of the machine, cut at so many moments. The last cut's disk is what it is switched on with again.
    fn run(&mut self, cuts: u64, chance: &mut Chance) -> Result<u64, String> {
        let (mut machine, _) = self.switch_on()?;
        let until = Instant::now() + RUNS + Duration::from_millis(chance.below(LONGER_MS));
        let mut told = vec![Told { records: self.records, log_length: 0 }];
        while let Some(event) = machine.next_event(until) {
            if event == Event::Off {
                return Err(format!("the machine went off by itself\n{}", machine.tail()));
            }
            if let Some(records) = number(&event, "synced") {
                let log_length = fs::metadata(&self.disk.log).map_err(|e| e.to_string())?.len();
                told.push(Told { records, log_length });
            }
        }
        // SIGKILL of QEMU: nothing is written out, nobody is asked.
        drop(machine);
        self.runs += 1;
        let log = match Log::read(&self.disk.log) {
            Err(LogError::Hole(_)) => {
                self.undecided += 1;
                return Ok(0);
            }
            other => other.map_err(|e| chain(&e))?,
        };
        for nth in 0..cuts {
            // From the first write on: also while the file system is mounted and the app starts.
            let moments = u64::try_from(log.moments()).unwrap_or(u64::MAX);
            let moment = usize::try_from(chance.below(moments)).unwrap_or(0);
            let length = log.length_at(moment);
            let safe = told.iter().filter(|t| t.log_length <= length).map(|t| t.records).max();
            let safe = safe.unwrap_or(self.records);
            copy(&self.rest, &self.cut)?;
            log.cut(moment, &self.cut, chance).map_err(|e| e.to_string())?;
            if nth + 1 == cuts {
                fs::rename(&self.cut, &self.rest).map_err(|e| e.to_string())?;
                self.records = safe;
            } else {
                let kept = look(&self.cut)?;
                if kept < safe {
                    return Err(format!("{safe} records were told as synchronised, {kept} are there"));
                }
                self.fewest_lost = self.fewest_lost.max(kept - safe);
            }
        }
        Ok(cuts)
    }

    /// The app itself tells what it finds after the last cut.
    fn check_by_the_app(&mut self) -> Result<u64, String> {
        let (_machine, kept) = self.switch_on()?;
        Ok(kept)
    }

    /// Switches the machine on with the disk as it is, and holds what the app finds against what it must find.
    fn switch_on(&mut self) -> Result<(Machine, u64), String> {
        copy(&self.rest, &self.disk.image)?;
        fs::write(&self.disk.log, b"").map_err(|e| e.to_string())?;
        let mut machine = Machine::start(&self.spec).map_err(|e| chain(&e))?;
        let kept = machine
            .wait("word of the app about its records", BOOT, |event| number(event, "kept"))
            .map_err(|e| chain(&e))?;
        if kept < self.records {
            let tail = machine.tail();
            return Err(format!(
                "after a cut and a new start {kept} records are there, {} were told as synchronised\n{tail}",
                self.records
            ));
        }
        self.records = kept;
        Ok((machine, kept))
    }
}

/// What the app said, if it begins so.
fn number(event: &Event, word: &str) -> Option<u64> {
    let Event::Report(Report::Log { app, line, .. }) = event else { return None };
    let rest = line.trim_start().strip_prefix(word)?;
    rest.trim().parse().ok().filter(|_| app == APP)
}

/// How many records a disk holds: its journal is replayed, it is checked, the file is taken out.
fn look(disk: &Path) -> Result<u64, String> {
    // 1: something was put right, which a replay is.
    tool("e2fsck", &["-y", "-E", "journal_only"], disk, 1)?;
    tool("e2fsck", &["-f", "-n"], disk, 0)?;
    let out = disk.with_extension("records");
    let _ = fs::remove_file(&out);
    let request = format!("dump /{APP}/{FILE} {}", out.display());
    tool("debugfs", &["-R", &request], disk, 0)?;
    // Before the app made it, it is not there.
    let bytes = fs::read(&out).unwrap_or_default();
    Ok(whole_records(&bytes))
}

fn whole_records(bytes: &[u8]) -> u64 {
    let is_whole = |(number, record): (u64, &[u8])| {
        record.chunks_exact(8).all(|bytes| bytes == number.to_le_bytes()).then_some(number)
    };
    (1..).zip(bytes.chunks_exact(RECORD)).map_while(is_whole).last().unwrap_or(0)
}

/// Runs one of the tools for ext4; a code above `worst` is a failure.
fn tool(name: &str, arguments: &[&str], disk: &Path, worst: i32) -> Result<(), String> {
    // Debian keeps them out of an ordinary user's path.
    let path = std::env::var("PATH").unwrap_or_default() + ":/usr/sbin:/sbin";
    let output = Command::new(name)
        .args(arguments)
        .arg(disk)
        .env("PATH", path)
        .output()
        .map_err(|e| format!("cannot run {name} (Debian's package e2fsprogs): {e}"))?;
    if output.status.code().is_some_and(|code| code <= worst) {
        return Ok(());
    }
    let said = [output.stdout, output.stderr].concat();
    Err(format!("{name}: {}\n{}", output.status, String::from_utf8_lossy(&said)))
}

fn copy(from: &Path, to: &Path) -> Result<(), String> {
    fs::copy(from, to).map(drop).map_err(|e| format!("cannot copy {}: {e}", from.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_records_end_at_the_first_that_is_not() {
        let record = |n: u64| n.to_le_bytes().repeat(8);
        assert_eq!(whole_records(&[]), 0);
        assert_eq!(whole_records(&[record(1), record(2)].concat()), 2);
        assert_eq!(whole_records(&[record(1), record(3)].concat()), 1);
        let mut torn = [record(1), record(2)].concat();
        torn[100] = 9;
        assert_eq!(whole_records(&torn), 1);
        torn.truncate(120);
        assert_eq!(whole_records(&torn), 1);
    }
}
