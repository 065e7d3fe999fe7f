//! The compositor's own jail, closed before the first screen, device or window is handed over.
//!
//! | step | after it |
//! |---|---|
//! | (namespaces) | made by the supervisor: no user, process, network or name of the system is seen |
//! | `resources` | no core dump, bounded descriptors, no locked memory |
//! | `root` | the file system is one empty directory nobody can write to |
//! | `capabilities` | none in any set |
//! | `privileges` | nothing brings one back; no other process reads this one's memory |
//! | `landlock` | no file can be opened, no port bound or connected to |
//! | `processes` | no further process or thread |
//! | `filter` | system calls by an allow-list: no exec, no open, no socket; of devices, only the commands that screens and input need |
//!
//! Screens and input devices are descriptors that the supervisor opened: none of these steps asks for a path.

use std::io;

use control_protocol::host::Jail;
use sys::jail::{self, Enforced, NetworkAccess, Reachable};

include!(concat!(env!("OUT_DIR"), "/filters.rs"));

/// A socket for each window, a descriptor for each of 64 devices, and what waits to be sent.
const MAX_DESCRIPTORS: u64 = 1024;

/// Which step failed.
#[derive(Debug, thiserror::Error)]
#[error("jail step `{step}`")]
pub(crate) struct JailError {
    step: &'static str,
    source: io::Error,
}

/// Closes it. What Landlock enforces.
///
/// # Errors
/// [`JailError`] names the step.
pub(crate) fn close(jail: Jail) -> Result<Enforced, JailError> {
    let failed = |step| move |source| JailError { step, source };
    jail::limit_resources(MAX_DESCRIPTORS).map_err(failed("resources"))?;
    if jail == Jail::Full {
        jail::enter_empty_root().map_err(failed("root"))?;
    }
    jail::drop_capabilities().map_err(failed("capabilities"))?;
    jail::lock_privileges().map_err(failed("privileges"))?;
    let nothing = Reachable { read: &[], write: &[], network: NetworkAccess::Denied };
    let enforced = jail::restrict_files(&nothing).map_err(failed("landlock"))?;
    jail::forbid_processes().map_err(failed("processes"))?;
    let [filter] = PROGRAMS;
    jail::apply_filter(filter).map_err(failed("filter"))?;
    Ok(enforced)
}
