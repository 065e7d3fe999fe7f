//! The verb `screenshot`: the compositor paints a picture into memory, a job makes a PNG of it.

use std::collections::BTreeMap;
use std::fs;
use std::os::fd::OwnedFd;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::{SystemTime, UNIX_EPOCH};

use control_protocol::compositor::ToCompositor;
use control_protocol::job::{Job, JobResult};
use control_protocol::{Level, PixelSize, Token};

use crate::jobs::{Asker, Purpose};
use crate::supervisor::Supervisor;

/// Where pictures are, as apps see the device.
const FOLDER: &str = "/data/screenshots";

/// Pictures that are kept: the newest. A hundred of a large screen are some 20 MB.
const KEPT: usize = 100;

/// Pictures asked for at once.
const MAX_ASKED: usize = 4;

/// Entries of the folder that are looked at: what is beyond was not put there by us.
const MAX_ENTRIES: usize = 4096;

/// The longest name, with its ending.
const MAX_NAME: usize = 64;

/// Tokens of ours; a test driver chooses from the others.
pub(crate) const OUR_TOKENS: u64 = 1 << 63;

/// One picture on its way.
pub(crate) struct Shot {
    asker: Asker,
    /// File name in the folder.
    name: String,
    /// The file being written; empty until there is one.
    part: PathBuf,
}

/// Pictures the compositor was asked for.
#[derive(Default)]
pub(crate) struct Shots {
    asked: BTreeMap<Token, Shot>,
    last: u64,
}

impl Supervisor {
    /// Begins a picture. The error is the reply.
    pub(crate) fn screenshot(&mut self, asker: Asker, path: Option<&str>) -> Result<(), String> {
        let wrong = |why: String| format!("screenshot error {why}");
        if !self.compositor.is_up() {
            return Err(wrong("the compositor does not run".to_owned()));
        }
        if self.guard.is_locked() {
            return Err(wrong("the screen is locked".to_owned()));
        }
        if self.shots.asked.len() >= MAX_ASKED {
            return Err(wrong(format!("{MAX_ASKED} pictures are being taken already")));
        }
        let name = match path {
            Some(path) => file_name(path).map_err(wrong)?,
            None => self.unused_name(),
        };
        self.shots.last += 1;
        let token = Token(OUR_TOKENS | self.shots.last);
        self.shots.asked.insert(token, Shot { asker, name, part: PathBuf::new() });
        self.tell_compositor(&ToCompositor::Screenshot(token), Vec::new());
        Ok(())
    }

    /// A name of this moment that no picture has.
    fn unused_name(&self) -> String {
        #[expect(clippy::disallowed_methods, reason = "a file is named after the time of the day")]
        let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs());
        let base = timestamp(seconds);
        let folder = self.shots_folder();
        let is_free = |name: &String| {
            let is_asked = self.shots.asked.values().any(|shot| shot.name == *name);
            !is_asked && fs::symlink_metadata(folder.join(name)).is_err()
        };
        let mut names = (1..=MAX_ENTRIES).map(|n| match n {
            1 => format!("{base}.png"),
            n => format!("{base}-{n}.png"),
        });
        names.find(is_free).unwrap_or_else(|| format!("{base}.png"))
    }

    fn shots_folder(&self) -> PathBuf {
        self.root.join(FOLDER.trim_start_matches('/'))
    }

    /// The compositor painted a picture, or could not.
    pub(crate) fn on_shot_painted(&mut self, token: Token, painted: Result<(PixelSize, OwnedFd), String>) {
        let Some(mut shot) = self.shots.asked.remove(&token) else { return };
        let begun = painted.and_then(|(size, pixels)| {
            let (part, file) = create(&self.shots_folder(), &shot.name)
                .map_err(|e| format!("{FOLDER}/{} cannot be made: {e}", shot.name))?;
            shot.part = part;
            Ok((size, vec![Rc::new(pixels), Rc::new(file)]))
        });
        match begun {
            Ok((size, fds)) => self.start_job(Job::Png { size }, fds, Purpose::Screenshot(shot)),
            Err(why) => self.on_shot_written(shot, JobResult::Failed(why)),
        }
    }

    /// The compositor that was asked is gone.
    pub(crate) fn forget_shots(&mut self) {
        for (_, shot) in std::mem::take(&mut self.shots.asked) {
            self.on_shot_written(shot, JobResult::Failed("the compositor ended".to_owned()));
        }
    }

    /// The file is there, or is not.
    pub(crate) fn on_shot_written(&mut self, shot: Shot, result: JobResult) {
        let folder = self.shots_folder();
        let done = match result {
            JobResult::Written => {
                fs::rename(&shot.part, folder.join(&shot.name)).map_err(|e| format!("not kept: {e}"))
            }
            JobResult::Failed(why) => Err(why),
            _ => Err("another job's result".to_owned()),
        };
        let text = match done {
            Ok(()) => {
                prune(&folder);
                format!("screenshot ok {FOLDER}/{}", shot.name)
            }
            Err(why) => {
                if !shot.part.as_os_str().is_empty() {
                    // One that is not there needs no removing.
                    let _ = fs::remove_file(&shot.part);
                }
                self.log.system(Level::Warn, &format!("screenshot: {why}"));
                format!("screenshot error {why}")
            }
        };
        self.reply(shot.asker, Some(text));
    }
}

/// The file that a path of an app names: one of the folder, and nothing else.
fn file_name(path: &str) -> Result<String, String> {
    let name = path.strip_prefix(FOLDER).and_then(|rest| rest.strip_prefix('/')).unwrap_or(path);
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    let name = if name.ends_with(".png") { name.to_owned() } else { format!("{name}.png") };
    if name.starts_with('.') || name.len() > MAX_NAME || !name.bytes().all(is_plain) {
        return Err(format!(
            "a picture is a file in {FOLDER}: up to {} letters, digits, '-', '_' and '.'",
            MAX_NAME - ".png".len()
        ));
    }
    Ok(name)
}

/// The file to write, beside the one it will replace. An old one is the rest of a machine that lost its power.
fn create(folder: &Path, name: &str) -> std::io::Result<(PathBuf, OwnedFd)> {
    if let Some(parent) = folder.parent() {
        fs::create_dir_all(parent)?;
    }
    match fs::DirBuilder::new().mode(0o700).create(folder) {
        Err(e) if e.kind() != std::io::ErrorKind::AlreadyExists => return Err(e),
        _ => {}
    }
    let part = folder.join(format!(".{name}.part"));
    let _ = fs::remove_file(&part);
    let file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&part)?;
    Ok((part, file.into()))
}

/// Removes the oldest pictures beyond those that are kept.
fn prune(folder: &Path) {
    let mut pictures: Vec<_> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .take(MAX_ENTRIES)
        .filter(|entry| {
            entry.file_name().to_str().is_some_and(|n| n.ends_with(".png") && !n.starts_with('.'))
        })
        .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.file_name())))
        .collect();
    pictures.sort_unstable();
    let surplus = pictures.len().saturating_sub(KEPT);
    for (_, name) in pictures.drain(..surplus) {
        // One that cannot be removed now is tried again with the next picture.
        let _ = fs::remove_file(folder.join(name));
    }
}

/// `2026-11-21-103000` of seconds since 1970, in UTC (days to civil dates:
/// <https://howardhinnant.github.io/date_algorithms.html>).
fn timestamp(seconds: u64) -> String {
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}-{:02}{:02}{:02}", rest / 3600, rest / 60 % 60, rest % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_name_stays_in_the_folder() {
        assert_eq!(file_name("a"), Ok("a.png".to_owned()));
        assert_eq!(file_name("a.png"), Ok("a.png".to_owned()));
        assert_eq!(file_name("/data/screenshots/a_1-b.png"), Ok("a_1-b.png".to_owned()));
        let long = "x".repeat(MAX_NAME);
        for bad in ["../a.png", "/etc/passwd", "/data/screenshots/../x/a", ".hidden", "", "a/b", "ä", &long]
        {
            assert!(file_name(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn timestamp_knows_leap_years() {
        assert_eq!(timestamp(0), "1970-01-01-000000");
        assert_eq!(timestamp(951_782_400), "2000-02-29-000000");
        assert_eq!(timestamp(1_798_761_599), "2026-12-31-235959");
    }

    #[test]
    fn prune_keeps_the_newest_pictures_and_other_files() {
        let folder = std::env::temp_dir().join(format!("vyoma-prune-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        for n in 0..KEPT + 3 {
            let file = fs::File::create(folder.join(format!("{n}.png"))).unwrap();
            file.set_modified(UNIX_EPOCH + std::time::Duration::from_secs(1000 + n as u64)).unwrap();
        }
        fs::write(folder.join("notes.txt"), "x").unwrap();
        prune(&folder);
        assert_eq!(fs::read_dir(&folder).unwrap().count(), KEPT + 1);
        let is_there = |n: usize| folder.join(format!("{n}.png")).exists();
        assert!(!is_there(2) && is_there(3) && is_there(KEPT + 2) && folder.join("notes.txt").exists());
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn create_replaces_what_a_lost_machine_left() {
        let folder = std::env::temp_dir().join(format!("vyoma-create-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        let (part, _) = create(&folder, "a.png").unwrap();
        fs::write(&part, "rest").unwrap();
        let (again, _) = create(&folder, "a.png").unwrap();
        assert_eq!((fs::metadata(&again).unwrap().len(), &part), (0, &again));
        fs::remove_dir_all(&folder).unwrap();
    }
}
