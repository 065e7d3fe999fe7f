//! The verb `wallpaper`: a colour, or a picture that a job decodes at the screen's size.

use std::rc::Rc;

use control_protocol::compositor::ToCompositor;
use control_protocol::job::{Job, JobResult};
use control_protocol::{AppId, Level, PixelSize};
use manifest::AppName;

use crate::jobs::{Asker, Purpose};
use crate::link::SharedFd;
use crate::pictures::Located;
use crate::spawn::SYSTEM_FOLDERS;
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
            .and_then(|located| self.begin_picture(Some(asker), what, &located))
            .map_err(|why| format!("error: wallpaper: {why}"))
    }

    /// Hangs what people chose in an earlier life of the device.
    pub(crate) fn hang_kept(&mut self, what: &str) -> Result<(), String> {
        if let Some(rgba) = color(what) {
            self.hang(Wallpaper::Color(rgba >> 8));
            return Ok(());
        }
        let located = self.locate_kept(what)?;
        self.begin_picture(None, what, &located)
    }

    fn begin_picture(&mut self, asker: Option<Asker>, path: &str, located: &Located) -> Result<(), String> {
        let (fd, file) = located.open().map_err(|e| format!("{path}: {e}"))?;
        let size = self.screen();
        let pixels = size.w as usize * size.h as usize;
        let memory =
            sys::create_surface_memory("wallpaper", pixels * 4).map_err(|e| format!("no memory: {e}"))?;
        let memory: SharedFd = Rc::new(memory);
        // One that cannot be found by its path is elsewhere, and not there after this run.
        let kept = located.path(&self.root).filter(|path| self.locate_kept(path).is_ok());
        let hanging = Hanging { asker, path: path.to_owned(), kept, size, memory: memory.clone() };
        let (job, fds) = (Job::Wallpaper { size, file }, vec![Rc::new(fd), memory]);
        self.start_job(job, fds, Purpose::Wallpaper(hanging));
        Ok(())
    }

    /// What [`Located::path`] leads to: `/data` or `/apps`, an app's name, and what is below. Opening it then cannot
    /// lead out.
    fn locate_kept(&mut self, path: &str) -> Result<Located, String> {
        let parts = || {
            let mut parts = path.strip_prefix('/')?.splitn(3, '/');
            let (folder, app) = (parts.next()?, AppName::new(parts.next()?).ok()?);
            let below = parts.next().filter(|below| !below.is_empty())?;
            Some((folder, app, below))
        };
        match parts() {
            Some(("apps", app, below)) => {
                let bundle = self.bundles.look(&self.bundles.directory(&app))?;
                Located::in_bundle(&bundle.directory, &bundle.list, below)
            }
            Some(("data", app, below)) if !SYSTEM_FOLDERS.contains(&app.as_str()) => {
                Ok(Located::in_data(self.root.join("data").join(app.as_str()), below))
            }
            _ => Err("no picture of an app".to_owned()),
        }
    }

    fn locate_for(&mut self, app: AppId, path: &str) -> Result<Located, String> {
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
