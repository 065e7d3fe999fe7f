//! The jail, step by step. The supervisor made the namespaces; the process closes the rest behind itself.
//!
//! | step | after it |
//! |---|---|
//! | `resources` | no core dump, few descriptors, no locked memory |
//! | `hostname` | the machine's name is the app's |
//! | `root` | the file system is one empty directory nobody can write to |
//! | `capabilities` | none in any set |
//! | `privileges` | nothing brings one back; no other process reads this one's memory |
//! | `landlock` | of the descriptors that are left, files only below the app's own directories |
//! | (the module is loaded, the second thread started) | |
//! | `processes` | no further process or thread |
//! | `filter` | system calls by an allow-list: no exec, no open, no socket, no executable memory |
//!
//! Directories are descriptors, not paths: nothing is mounted into the empty root.

use std::io;
use std::os::fd::BorrowedFd;

use control_protocol::host::Jail;
use manifest::{AppName, Capabilities};
use sys::jail::{self, Enforced, NetworkAccess, Reachable};
use syscalls::Filter;

/// Which step failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum JailError {
    /// Limits.
    #[error("jail step `resources`: {0}")]
    Resources(#[source] io::Error),
    /// The name of the machine.
    #[error("jail step `hostname`: {0}")]
    Hostname(#[source] io::Error),
    /// The empty root.
    #[error("jail step `root`: {0}")]
    Root(#[source] io::Error),
    /// Capabilities.
    #[error("jail step `capabilities`: {0}")]
    Capabilities(#[source] io::Error),
    /// Privileges.
    #[error("jail step `privileges`: {0}")]
    Privileges(#[source] io::Error),
    /// Landlock.
    #[error("jail step `landlock`: {0}")]
    Landlock(#[source] io::Error),
    /// Processes.
    #[error("jail step `processes`: {0}")]
    Processes(#[source] io::Error),
    /// The filter.
    #[error("jail step `filter`: {0}")]
    Filter(#[source] io::Error),
}

include!(concat!(env!("OUT_DIR"), "/filters.rs"));

/// Descriptors an app may hold at once. A WASI guest without sockets needs a dozen.
const MAX_DESCRIPTORS: u64 = 128;

/// What the process is closed in for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cell<'a> {
    /// Whose.
    pub name: &'a AppName,
    /// Its rights.
    pub capabilities: &'a Capabilities,
    /// What the machine's kernel allows.
    pub jail: Jail,
    /// Its bundle, to read; a job has none.
    pub bundle: Option<BorrowedFd<'a>>,
    /// Its data, to write, if granted.
    pub data: Option<BorrowedFd<'a>>,
}

/// The first part, before anything of the app is loaded, in a process of one thread. What Landlock enforces.
///
/// # Errors
/// [`JailError`] names the step.
pub(crate) fn close(cell: &Cell<'_>) -> Result<Enforced, JailError> {
    jail::limit_resources(MAX_DESCRIPTORS).map_err(JailError::Resources)?;
    match cell.jail {
        Jail::Full => {
            jail::set_hostname(cell.name.as_str()).map_err(JailError::Hostname)?;
            jail::enter_empty_root().map_err(JailError::Root)?;
        }
        Jail::WithoutNamespaces => {}
    }
    jail::drop_capabilities().map_err(JailError::Capabilities)?;
    jail::lock_privileges().map_err(JailError::Privileges)?;
    let network = if cell.capabilities.network { NetworkAccess::Granted } else { NetworkAccess::Denied };
    let (read, write): (Vec<_>, Vec<_>) =
        (cell.bundle.into_iter().collect(), cell.data.into_iter().collect());
    let reachable = Reachable { read: &read, write: &write, network };
    jail::restrict_files(&reachable).map_err(JailError::Landlock)
}

/// Draws this thread's seeds of hash maps, so that no later map asks the kernel for them. For each thread, before the
/// filter.
pub(crate) fn seed_maps() {
    drop(std::hash::RandomState::new());
}

/// The last part, right before the guest's code runs: for all threads.
///
/// # Errors
/// [`JailError`] names the step.
pub(crate) fn seal(capabilities: &Capabilities) -> Result<(), JailError> {
    seed_maps();
    jail::forbid_processes().map_err(JailError::Processes)?;
    jail::apply_filter(PROGRAMS[Filter::of(capabilities) as usize]).map_err(JailError::Filter)
}
