//! The verb `wallpaper`: a colour, or a picture that a job decodes at the screen's size.

use std::rc::Rc;

use control_protocol::compositor::ToCompositor;
use control_protocol::job::{Job, JobResult};
use control_protocol::{AppId, Level, PixelSize};
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
    asker: Asker,
    /// As the app said it.
    path: String,
    size: PixelSize,
    memory: SharedFd,
}

impl Supervisor {
    /// Sets a colour at once, or begins a picture. `Err` is the reply.
    pub(crate) fn wallpaper(&mut self, asker: Asker, what: &str) -> Result<(), String> {
        if let Some(rgba) = color(what) {
            self.hang(Wallpaper::Color(rgba >> 8));
            return Err(format!("wallpaper {what}"));
        }
        let (job, fds, hanging) =
            self.open_wallpaper(asker, what).map_err(|why| format!("error: wallpaper: {why}"))?;
        self.start_job(job, fds, Purpose::Wallpaper(hanging));
        Ok(())
    }

    fn open_wallpaper(&self, asker: Asker, path: &str) -> Result<(Job, Vec<SharedFd>, Hanging), String> {
        let (directory, below) = self.locate_for(asker.app, path)?;
        let (file, bytes, _) =
            machine::open_beneath(&directory, &below).map_err(|e| format!("{path}: {e}"))?;
        let size = self.screen();
        let pixels = size.w as usize * size.h as usize;
        let memory =
            sys::create_surface_memory("wallpaper", pixels * 4).map_err(|e| format!("no memory: {e}"))?;
        let memory: SharedFd = Rc::new(memory);
        let hanging = Hanging { asker, path: path.to_owned(), size, memory: memory.clone() };
        Ok((Job::Wallpaper { size, bytes }, vec![Rc::new(file), memory], hanging))
    }

    fn locate_for(&self, app: AppId, path: &str) -> Result<(std::path::PathBuf, std::path::PathBuf), String> {
        self.locate_picture(app, path)
            .map_err(|why| format!("{why}; a colour like 0x0b1020ff or the path of a picture would be right"))
    }

    /// The picture is decoded, or is not.
    pub(crate) fn on_wallpaper_painted(&mut self, hanging: Hanging, result: JobResult) {
        let Hanging { asker, path, size, memory } = hanging;
        let text = match result {
            JobResult::Written => {
                self.hang(Wallpaper::Picture { size, memory });
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
        self.reply(asker, Some(text));
    }

    fn hang(&mut self, wallpaper: Wallpaper) {
        self.settings.wallpaper = wallpaper;
        self.tell_wallpaper();
    }

    /// Tells the compositor what there is.
    pub(crate) fn tell_wallpaper(&mut self) {
        match self.settings.wallpaper.clone() {
            Wallpaper::Sky => {}
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
