//! The program: its state in the loop of the shell's apps.
#![cfg_attr(target_os = "wasi", no_std, no_main)]
#![forbid(unsafe_code)]

fn run() -> Result<(), guest::StreamError> {
    ui::run(ui::Stage::new(console::Console::new(guest::Files::data())))
}

guest::main!(run);
