//! The kernel's source: the archive of a distribution's package.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::UNIX_EPOCH;

use crate::build::child::{self, ChildError};
use crate::build::files::{self, FileError};
use crate::build::{Progress, Site};

/// The series that the fragments are written for: a long-term one.
pub(crate) const SERIES: &str = "6.12";

/// The package that brings it on Debian.
pub(crate) const PACKAGE: &str = "linux-source-6.12";

/// Why there is no source tree.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// No package is installed, and no variable names an archive.
    #[error(
        "found no Linux {SERIES} source: install the package {PACKAGE} (it brings {}), \
         or name an archive in VYOMA_LINUX_SOURCE", .0.display()
    )]
    Missing(PathBuf),
    /// The archive could not be unpacked.
    #[error(transparent)]
    Unpack(#[from] ChildError),
    /// The archive or the cache.
    #[error(transparent)]
    File(#[from] FileError),
}

/// The archive: what `VYOMA_LINUX_SOURCE` names, or the installed package's.
pub(crate) fn find() -> Result<PathBuf, SourceError> {
    let place = std::env::var_os("VYOMA_LINUX_SOURCE")
        .map_or_else(|| PathBuf::from(format!("/usr/src/linux-source-{SERIES}.tar.xz")), PathBuf::from);
    if place.is_file() { Ok(place) } else { Err(SourceError::Missing(place)) }
}

/// The archive's hash, kept beside the cache by size and time: reading 150 MB for each build would be felt.
pub(crate) fn digest(site: &Site, archive: &Path) -> Result<String, SourceError> {
    let about = archive.metadata().map_err(files::failed("inspect", archive))?;
    let time =
        about.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
    let stamp = format!("{} {} {}", archive.display(), about.len(), time.as_nanos());
    let memo = site.cache.join("kernel/source-digest");
    if let Ok(known) = files::read_text(&memo)
        && let Some((known, digest)) = known.trim_end().rsplit_once('\n')
        && known == stamp
    {
        return Ok(digest.to_owned());
    }
    let digest = files::sha256_file(archive)?;
    files::write(&memo, format!("{stamp}\n{digest}\n").as_bytes())?;
    Ok(digest)
}

/// Unpacks the archive into `place`. The tree is 1.6 GB: it goes when its kernel is built.
pub(crate) fn unpack(archive: &Path, place: &Path, progress: &mut dyn Progress) -> Result<(), SourceError> {
    let step = "unpacking the kernel's source";
    progress.update(step, 0, 1);
    files::make_folder(place)?;
    let mut tar = Command::new("tar");
    tar.args(["--extract", "--strip-components=1", "--file"]).arg(archive).arg("--directory").arg(place);
    child::run(&mut tar, |_| {})?;
    progress.update(step, 1, 1);
    Ok(())
}
