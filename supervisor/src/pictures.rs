//! Files of `draw_image`: the app-host has no open, so the supervisor opens them and hands over descriptors.

use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use bundle::BundleList;
use control_protocol::AppId;
use control_protocol::host::{MAX_PICTURE_PATH, OpenedFile, ToHost};
use manifest::AppName;
use sys::machine;

use crate::supervisor::Supervisor;

impl Supervisor {
    /// Answers with the file that a path of an app names, if it may see it.
    pub(crate) fn on_open_picture(&mut self, id: AppId, token: u32, path: &str) {
        let (file, fds) = match self.locate_picture(id, path).and_then(|located| located.open()) {
            Ok((fd, file)) => (Ok(file), vec![Rc::new(fd)]),
            Err(why) => (Err(why), Vec::new()),
        };
        self.send(id, &ToHost::File { token, file }, fds);
    }

    /// Where a path of an app leads, if it may see that.
    pub(crate) fn locate_picture(&mut self, id: AppId, path: &str) -> Result<Located, String> {
        let entry = self.apps.get(id).ok_or("no such app")?;
        if path.is_empty() || path.len() > MAX_PICTURE_PATH {
            return Err(format!("a path has 1 to {MAX_PICTURE_PATH} bytes"));
        }
        let Some(absolute) = path.strip_prefix('/') else {
            return Located::in_bundle(&entry.directory, &entry.list, path);
        };
        if let Some(below) = absolute.strip_prefix("data/") {
            let directory = entry.data.clone().ok_or("/data is not granted: no capability `filesystem`")?;
            return Ok(Located::in_data(directory, below));
        }
        let icon = absolute.strip_prefix("apps/").and_then(|rest| rest.split_once('/'));
        let (app, file) = icon.ok_or("neither in the bundle, nor below /data, nor an icon in /apps")?;
        // A folder's name obeys the rule of names, so it cannot be a way out of /apps.
        let directory = self.bundles.directory(&AppName::new(app).map_err(|e| e.to_string())?);
        if directory == entry.directory {
            return Located::in_bundle(&directory, &entry.list, file);
        }
        // Of other bundles only what their manifests show to everybody.
        let bundle = self.bundles.look(&directory)?;
        if bundle.manifest.icon.as_deref().map(Path::new) == Some(Path::new(file)) {
            Located::in_bundle(&directory, &bundle.list, file)
        } else {
            Err(format!("{file:?} is not the icon of {app:?}"))
        }
    }
}

/// A file that an app may read.
pub(crate) struct Located {
    directory: PathBuf,
    /// Below the directory. Opening it cannot lead out.
    below: PathBuf,
    /// What its bytes must hash to.
    sha256: Option<[u8; 32]>,
}

impl Located {
    /// A file of an app's own: nobody vouches for it.
    pub(crate) fn in_data(directory: PathBuf, below: &str) -> Self {
        Self { directory, below: below.into(), sha256: None }
    }

    /// A file of a bundle, by any path that leads to it.
    pub(crate) fn in_bundle(directory: &Path, list: &BundleList, path: &str) -> Result<Self, String> {
        let (below, listed) =
            list.resolve(path).ok_or_else(|| format!("{path:?} is no file of the bundle"))?;
        Ok(Self { directory: directory.to_owned(), below: below.into(), sha256: Some(listed.hash.0) })
    }

    /// Where it is on the device: `/apps/<app>/<file>`, wherever the bundle is, or its path; `None` if that is not below
    /// the root.
    pub(crate) fn path(&self, root: &Path) -> Option<String> {
        if self.sha256.is_some() {
            let app = self.directory.file_name()?.to_str()?;
            return Some(format!("/apps/{app}/{}", self.below.to_str()?));
        }
        Some(format!("/{}", self.directory.join(&self.below).strip_prefix(root).ok()?.to_str()?))
    }

    /// Opens it.
    pub(crate) fn open(&self) -> Result<(OwnedFd, OpenedFile), String> {
        let (fd, bytes, changed_ns) =
            machine::open_beneath(&self.directory, &self.below).map_err(|e| e.to_string())?;
        Ok((fd, OpenedFile { bytes, changed_ns, sha256: self.sha256 }))
    }
}
