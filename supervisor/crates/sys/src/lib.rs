//! Safe wrappers over the kernel interfaces that VyomaOS uses.
//!
//! What the rest of the system asks of Linux goes through here: sockets that carry descriptors, an epoll
//! loop with typed tokens, shared memory, clocks. Functions return [`std::io::Error`]s that
//! callers wrap with what they were doing. Nothing here blocks unless its name says `wait`.

mod clock;
mod evdev;
mod inherited;
pub mod jail;
pub mod machine;
mod memory;
pub mod net;
mod poller;
pub mod process;
mod signals;
mod socket;
mod uevent;
mod usage;

pub use clock::{Nanos, monotonic_ns};
pub use evdev::use_monotonic_timestamps;
pub use inherited::{close_from, take_inherited};
pub use memory::{
    Mapping, ReadMapping, WriteMapping, create_sealed_file, create_surface_memory, use_one_heap,
};
pub use poller::{Event, Interest, Poller, Timer, Token};
pub use signals::{Signal, Signals};
pub use socket::{MAX_FDS, Received, SendOutcome, Seqpacket};
pub use uevent::{Action, Uevent, Uevents};
pub use usage::{Usage, usage};
