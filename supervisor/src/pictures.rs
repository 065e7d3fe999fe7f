//! Files of `draw_image`: the app-host has no open, so the supervisor opens them and hands over descriptors.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use control_protocol::AppId;
use control_protocol::host::{MAX_PICTURE_PATH, OpenedFile, ToHost};
use manifest::AppName;
use sys::machine;

use crate::catalog;
use crate::supervisor::Supervisor;

impl Supervisor {
    /// Answers with the file that a path of an app names, if it may see it.
    pub(crate) fn on_open_picture(&mut self, id: AppId, token: u32, path: &str) {
        let opened = self.locate_picture(id, path).and_then(|(directory, below)| {
            machine::open_beneath(&directory, &below).map_err(|e| e.to_string())
        });
        let (file, fds) = match opened {
            Ok((fd, bytes, changed_ns)) => (Ok(OpenedFile { bytes, changed_ns }), vec![Rc::new(fd)]),
            Err(why) => (Err(why), Vec::new()),
        };
        self.send(id, &ToHost::File { token, file }, fds);
    }

    /// The directory an app may read from, and the path below it. Opening it then cannot lead out.
    pub(crate) fn locate_picture(&self, id: AppId, path: &str) -> Result<(PathBuf, PathBuf), String> {
        let entry = self.apps.get(id).ok_or("no such app")?;
        if path.is_empty() || path.len() > MAX_PICTURE_PATH {
            return Err(format!("a path has 1 to {MAX_PICTURE_PATH} bytes"));
        }
        let Some(absolute) = path.strip_prefix('/') else {
            return Ok((entry.directory.clone(), PathBuf::from(path)));
        };
        if let Some(below) = absolute.strip_prefix("data/") {
            let data = entry.data.clone().ok_or("/data is not granted: no capability `filesystem`")?;
            return Ok((data, PathBuf::from(below)));
        }
        let icon = absolute.strip_prefix("apps/").and_then(|rest| rest.split_once('/'));
        let (directory, file) = icon.ok_or("neither in the bundle, nor below /data, nor an icon in /apps")?;
        // A folder's name obeys the rule of names, so it cannot be a way out of /apps.
        AppName::new(directory).map_err(|e| e.to_string())?;
        let bundle = self.root.join("apps").join(directory);
        if bundle == entry.directory {
            return Ok((bundle, PathBuf::from(file)));
        }
        // Of other bundles only what their manifests show to everybody.
        let (manifest, _) = catalog::read_manifest(&bundle.join("vyoma.toml"))?;
        if manifest.icon.as_deref().map(Path::new) == Some(Path::new(file)) {
            Ok((bundle, PathBuf::from(file)))
        } else {
            Err(format!("{file:?} is not the icon of {directory:?}"))
        }
    }
}
