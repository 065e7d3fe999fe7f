//! Loads the compiled app. The one place that trusts bytes: they are machine code, and those that the bundle's list
//! has the hash of.

use wasmtime::component::Component;
use wasmtime::{Config, Engine, Module};

#[path = "../engine-settings.rs"]
mod engine_settings;

/// Native stack a guest may use, in bytes; its own data stack is in its memory. Deep recursion traps here.
const WASM_STACK: usize = 1 << 20;

/// Stack a guest runs on, in bytes: its own, and above it what host functions (the rasteriser) use.
const ASYNC_STACK: usize = WASM_STACK + (1 << 20);

/// Where an ELF file of 64 bits says what it is: `e_flags`.
const E_FLAGS: std::ops::Range<usize> = 48..52;

/// Bits of `e_flags` by which the compiler marks its output.
const IS_MODULE: u32 = 1;
const IS_COMPONENT: u32 = 2;

/// Why an app does not load.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ModuleError {
    /// The engine cannot work here.
    #[error("the engine does not start: {0:#}")]
    Engine(wasmtime::Error),
    /// No compiled app.
    #[error("this is no compiled app; `vyoma app build` makes one of a .wasm")]
    Foreign,
    /// Its first memory.
    #[error("the app's first memory cannot be made: {0:#}")]
    Memory(wasmtime::Error),
    /// The engine refuses it.
    #[error("the compiled app does not fit this system, build it again with this system's tool: {0:#}")]
    Mismatch(wasmtime::Error),
}

/// A loaded app.
pub(crate) enum Loaded {
    /// WASI 0.2.
    Component(Component),
    /// WASI 0.1.
    Module(Module),
}

/// The engine: the settings that compiled code depends on, and this side's own.
///
/// # Errors
/// [`ModuleError::Engine`].
pub(crate) fn engine() -> Result<Engine, ModuleError> {
    let mut config = Config::new();
    engine_settings::settings(&mut config);
    config.max_wasm_stack(WASM_STACK).async_stack_size(ASYNC_STACK);
    Engine::new(&config).map_err(ModuleError::Engine)
}

/// Loads the app of these bytes.
///
/// # Errors
/// [`ModuleError`].
pub(crate) fn load(engine: &Engine, bytes: &[u8]) -> Result<Loaded, ModuleError> {
    let loaded = match world(bytes) {
        // SAFETY: these very bytes have the hash of a list that the image holds, or that carries a signature by one
        // of the image's keys (the supervisor checked that, `start` these bytes): the image's compiler made them, or
        // one that the image's owner trusts. The engine checks version and settings itself.
        Some(World::Component) => unsafe { Component::deserialize(engine, bytes) }.map(Loaded::Component),
        // SAFETY: as above.
        Some(World::Module) => unsafe { Module::deserialize(engine, bytes) }.map(Loaded::Module),
        None => return Err(ModuleError::Foreign),
    }
    .map_err(ModuleError::Mismatch)?;
    // What its memory holds at first lies in a file of memory, which is made before the filter: no app needs the calls.
    match &loaded {
        Loaded::Component(component) => component.initialize_copy_on_write_image(),
        Loaded::Module(module) => module.initialize_copy_on_write_image(),
    }
    .map_err(ModuleError::Memory)?;
    Ok(loaded)
}

enum World {
    Component,
    Module,
}

/// What the compiler says it made; `None` for anything else.
fn world(bytes: &[u8]) -> Option<World> {
    if !bytes.starts_with(b"\x7fELF") {
        return None;
    }
    let flags = u32::from_le_bytes(bytes.get(E_FLAGS)?.try_into().ok()?);
    match (flags & IS_MODULE != 0, flags & IS_COMPONENT != 0) {
        (true, false) => Some(World::Module),
        (false, true) => Some(World::Component),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn world_of_anything_but_a_compiled_app_is_none() {
        for bytes in [&b""[..], b"\0asm\x01\0\0\0", b"\x7fELF", &[0x7f; 64]] {
            assert!(world(bytes).is_none());
        }
        let mut elf = *b"\x7fELF............................................\x02\0\0\0";
        assert!(matches!(world(&elf), Some(World::Component)));
        elf[48] = 1;
        assert!(matches!(world(&elf), Some(World::Module)));
        elf[48] = 3;
        assert!(world(&elf).is_none());
    }
}
