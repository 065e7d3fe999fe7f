//! Compiles the lists of system calls to the programs that the binary carries.

use syscalls::{Filter, ListError};

fn main() -> Result<(), ListError> {
    syscalls::build(&Filter::APPS)
}
