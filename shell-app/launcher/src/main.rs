//! The launcher's program: its state in the loop of the shell's apps.
#![cfg_attr(target_os = "wasi", no_std, no_main)]
#![forbid(unsafe_code)]

guest::main!(launcher::run);
