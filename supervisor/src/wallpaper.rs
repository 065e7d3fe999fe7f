//! The verb `wallpaper`: a colour, or a picture that a job decodes at the screen's size.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use control_protocol::compositor::ToCompositor;
use control_protocol::job::{Job, JobResult};
use control_protocol::{AppId, Level, PixelSize};
use manifest::AppName;
use sys::machine;

use crate::jobs::{Asker, Purpose};
use crate::link::SharedFd;
use crate::supervisor::Supervisor;

/// What lies behind all windows.
#[derive(Clone, Default)]
pub(crate) enum Wallpaper {
    /// The theme's gradient.
    #[default]
    Sky,
    /// `0xRRGGBB`.
    Color(u32),
    /// Pixels of a decoded picture.
    Picture {
        /// Of the screen it was made for.
        size: PixelSize,
        /// Sealed memory of `w*h` pixels.
        memory: SharedFd,
    },
}

/// A picture on its way.
pub(crate) struct Hanging {
    /// `None`: nobody waits, it is what people chose before.
    asker: Option<Asker>,
    /// As the app said it.
    path: String,
    /// As it is kept.
    kept: Option<String>,
    size: PixelSize,
    memory: SharedFd,
}

impl Supervisor {
    /// Sets a colour at once, or begins a picture. `Err` is the reply.
    pub(crate) fn wallpaper(&mut self, asker: Asker, what: &str) -> Result<(), String> {
        if let Some(rgba) = color(what) {
            self.hang(Wallpaper::Color(rgba >> 8));
            self.settings.choose_wallpaper(Some(what.to_owned()));
            self.on_choice();
            return Err(format!("wallpaper {what}"));
        }
        let found = self.locate_for(asker.app, what);
        found
            .and_then(|place| self.begin_picture(Some(asker), what, place))
            .map_err(|why| format!("error: wallpaper: {why}"))
    }

    /// Hangs what people chose in an earlier life of the device.
    pub(crate) fn hang_kept(&mut self, what: &str) -> Result<(), String> {
        if let Some(rgba) = color(what) {
            self.hang(Wallpaper::Color(rgba >> 8));
            return Ok(());
        }
        let place = self.locate_kept(what).ok_or("no picture of an app")?;
        self.begin_picture(None, what, place)
    }

    fn begin_picture(
        &mut self,
        asker: Option<Asker>,
        path: &str,
        (directory, below): (PathBuf, PathBuf),
    ) -> Result<(), String> {
        let (file, bytes, _) =
            machine::open_beneath(&directory, &below).map_err(|e| format!("{path}: {e}"))?;
        let size = self.screen();
        let pixels = size.w as usize * size.h as usize;
        let memory =
            sys::create_surface_memory("wallpaper", pixels * 4).map_err(|e| format!("no memory: {e}"))?;
        let memory: SharedFd = Rc::new(memory);
        let kept = self.kept_path(&directory, &below);
        let hanging = Hanging { asker, path: path.to_owned(), kept, size, memory: memory.clone() };
        let (job, fds) = (Job::Wallpaper { size, bytes }, vec![Rc::new(file), memory]);
        self.start_job(job, fds, Purpose::Wallpaper(hanging));
        Ok(())
    }

    /// A picture's path on the device, of which the first two parts are `data` or `apps` and the app's name. `None`:
    /// it is elsewhere, and not there after this run.
    fn kept_path(&self, directory: &Path, below: &Path) -> Option<String> {
        let path = format!("/{}", directory.join(below).strip_prefix(&self.root).ok()?.to_str()?);
        self.locate_kept(&path).map(|_| path)
    }

    /// The directory of such a path, and the rest. Opening it then cannot lead out.
    fn locate_kept(&self, path: &str) -> Option<(PathBuf, PathBuf)> {
        let mut parts = path.strip_prefix('/')?.splitn(3, '/');
        let folder = parts.next().filter(|folder| matches!(*folder, "data" | "apps"))?;
        let app = AppName::new(parts.next()?).ok()?;
        let below = parts.next().filter(|below| !below.is_empty())?;
        Some((self.root.join(folder).join(app.as_str()), PathBuf::from(below)))
    }

    fn locate_for(&self, app: AppId, path: &str) -> Result<(PathBuf, PathBuf), String> {
        self.locate_picture(app, path)
            .map_err(|why| format!("{why}; a colour like 0x0b1020ff or the path of a picture would be right"))
    }

    /// The picture is decoded, or is not.
    pub(crate) fn on_wallpaper_painted(&mut self, hanging: Hanging, result: JobResult) {
        let Hanging { asker, path, kept, size, memory } = hanging;
        let text = match result {
            JobResult::Written => {
                self.hang(Wallpaper::Picture { size, memory });
                if asker.is_some() {
                    self.settings.choose_wallpaper(kept);
                    self.on_choice();
                }
                format!("wallpaper {path}")
            }
            other => {
                let why = match other {
                    JobResult::Failed(why) => why,
                    _ => "its process broke the protocol".to_owned(),
                };
                self.log.system(Level::Warn, &format!("wallpaper {path:?}: {why}"));
                format!("error: wallpaper: {why}")
            }
        };
        if let Some(asker) = asker {
            self.reply(asker, Some(text));
        }
    }

    pub(crate) fn hang(&mut self, wallpaper: Wallpaper) {
        self.settings.wallpaper = wallpaper;
        self.tell_wallpaper();
    }

    /// Tells the compositor what there is.
    pub(crate) fn tell_wallpaper(&mut self) {
        match self.settings.wallpaper.clone() {
            Wallpaper::Sky => self.tell_compositor(&ToCompositor::Wallpaper(None), Vec::new()),
            Wallpaper::Color(rgb) => self.tell_compositor(&ToCompositor::Wallpaper(Some(rgb)), Vec::new()),
            Wallpaper::Picture { size, memory } => {
                self.tell_compositor(&ToCompositor::WallpaperPicture(size), vec![memory]);
            }
        }
    }
}

/// `R<<24|G<<16|B<<8|A`, in decimal or as `0x` and up to eight digits.
fn color(what: &str) -> Option<u32> {
    match what.strip_prefix("0x").or_else(|| what.strip_prefix("0X")) {
        Some(hex) if (1..=8).contains(&hex.len()) => u32::from_str_radix(hex, 16).ok(),
        Some(_) => None,
        None => what.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn color_takes_both_notations_and_no_path() {
        assert_eq!(color("0x0b1020ff"), Some(0x0b10_20ff));
        assert_eq!(color("255"), Some(255));
        for path in ["/data/a.png", "0x", "0x123456789", "a.png", ""] {
            assert_eq!(color(path), None, "{path}");
        }
    }
}
