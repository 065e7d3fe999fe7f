//! Fonts of scripts beyond those of the app-host: files of the device, handed over as descriptors.
//!
//! A font is a file named by the script's ISO 15924 code, such as `Thai.ttf`. The device's owner puts some below
//! `/data/fonts`, an image may hold some below `/usr/share/fonts`; the owner's come first. The supervisor opens them
//! and looks into none.

use std::path::Path;
use std::rc::Rc;

use control_protocol::AppId;
use control_protocol::host::{OpenedFile, ToHost};
use sys::machine;

use crate::supervisor::Supervisor;

/// Where fonts are, below the root.
const FOLDERS: [&str; 2] = ["data/fonts", "usr/share/fonts"];

/// What a font's file may be: outlines of TrueType or of PostScript.
const ENDINGS: [&str; 2] = ["ttf", "otf"];

impl Supervisor {
    /// Answers with the device's font for a script. Fonts are for everybody: no capability is asked for.
    pub(crate) fn on_open_font(&mut self, id: AppId, token: u32, script: [u8; 4]) {
        let (file, fds) = match open(&self.root, script) {
            Ok((fd, bytes, changed_ns)) => {
                (Ok(OpenedFile { bytes, changed_ns, sha256: None }), vec![Rc::new(fd)])
            }
            Err(why) => (Err(why), Vec::new()),
        };
        self.send(id, &ToHost::File { token, file }, fds);
    }
}

fn open(root: &Path, script: [u8; 4]) -> Result<(std::os::fd::OwnedFd, u64, u64), String> {
    // Letters alone: the name cannot lead anywhere.
    let is_code = script[0].is_ascii_uppercase() && script[1..].iter().all(u8::is_ascii_lowercase);
    let name = core::str::from_utf8(&script).ok().filter(|_| is_code).ok_or("no script has this code")?;
    for folder in FOLDERS {
        for ending in ENDINGS {
            match machine::open_beneath(&root.join(folder), Path::new(&format!("{name}.{ending}"))) {
                Ok(opened) => return Ok(opened),
                Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
                Err(e) => return Err(format!("/{folder}/{name}.{ending}: {e}")),
            }
        }
    }
    Err(format!("neither /data/fonts nor /usr/share/fonts has {name}.ttf or {name}.otf"))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_owners_font_comes_first_and_only_codes_are_looked_for() {
        let root = std::env::temp_dir().join(format!("vyoma-fonts-{}", std::process::id()));
        for folder in FOLDERS {
            fs::create_dir_all(root.join(folder)).unwrap();
        }
        fs::write(root.join("usr/share/fonts/Thai.ttf"), "1").unwrap();
        assert_eq!(open(&root, *b"Thai").unwrap().1, 1);
        fs::write(root.join("data/fonts/Thai.otf"), "22").unwrap();
        assert_eq!(open(&root, *b"Thai").unwrap().1, 2);
        assert!(open(&root, *b"Beng").unwrap_err().contains("/data/fonts"));
        std::os::unix::fs::symlink("/etc/passwd", root.join("data/fonts/Hani.ttf")).unwrap();
        assert!(open(&root, *b"Hani").is_err(), "a link leads out");
        for code in [*b"../.", *b"thai", *b"THAI", *b"Th\0i", *b"Th\xffi"] {
            assert_eq!(open(&root, code).unwrap_err(), "no script has this code");
        }
        fs::remove_dir_all(&root).unwrap();
    }
}
