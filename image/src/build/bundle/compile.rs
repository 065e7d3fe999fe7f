//! WebAssembly to machine code, ahead of time, through the cache.

use wasmtime::{Config, Engine, OptLevel};

use super::world::World;
use crate::build::Site;
use crate::build::files::{self, FileError, Key};

#[path = "../../../../supervisor/crates/app-host/engine-settings.rs"]
mod engine_settings;

/// The machine that the code is for: any x86-64. Without it the compiler takes what this machine has, and the
/// device would refuse code that asks for AVX-512.
const TARGET: &str = "x86_64-unknown-linux-gnu";

/// Apps draw with it: speed is worth a tenth more bytes.
const OPTIMISE: OptLevel = OptLevel::Speed;

/// The settings' own text: part of the cache's key, so that no change of them is forgotten.
const SETTINGS: &str = include_str!("../../../../supervisor/crates/app-host/engine-settings.rs");

/// Names the compiler's release: part of the cache's key.
const LOCK: &str = include_str!("../../../../Cargo.lock");

/// Why WebAssembly was not compiled.
#[derive(Debug, thiserror::Error)]
pub enum CompileError {
    /// The compiler does not take its settings.
    #[error("the compiler refuses its settings: {0}")]
    Engine(String),
    /// The compiler does not take the WebAssembly.
    #[error("{0}")]
    Refused(String),
    /// The cache.
    #[error(transparent)]
    File(#[from] FileError),
}

/// The compiled code of `wasm`.
pub(super) fn compile(site: &Site, wasm: &[u8], world: World) -> Result<Vec<u8>, CompileError> {
    let key = Key::default()
        .with(wasm)
        .with(SETTINGS)
        .with(TARGET)
        .with(format!("{OPTIMISE:?}"))
        .with(compiler_release())
        .hex();
    let place = site.cache.join("cwasm").join(format!("{key}.cwasm"));
    if place.is_file() {
        return Ok(files::read(&place)?);
    }
    let engine = engine()?;
    let code = match world {
        World::Component => engine.precompile_component(wasm),
        World::Module => engine.precompile_module(wasm),
    };
    // The alternate form prints the chain: the innermost cause holds the offset in the file.
    let code = code.map_err(|error| CompileError::Refused(format!("{error:#}")))?;
    files::write(&place, &code)?;
    Ok(code)
}

/// The locked release of the code generator.
fn compiler_release() -> &'static str {
    let at = LOCK.find("name = \"cranelift-codegen\"\n").unwrap_or_default();
    LOCK[at..].lines().nth(1).unwrap_or_default()
}

fn engine() -> Result<Engine, CompileError> {
    let refused = |error: wasmtime::Error| CompileError::Engine(format!("{error:#}"));
    let mut config = Config::new();
    engine_settings::settings(&mut config);
    config.cranelift_opt_level(OPTIMISE);
    config.target(TARGET).map_err(refused)?;
    Engine::new(&config).map_err(refused)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compiler_release_is_read_from_the_lock() {
        assert!(compiler_release().starts_with("version = \""), "{}", compiler_release());
    }

    #[test]
    fn engine_takes_its_settings() {
        engine().expect("the shared settings are consistent");
    }
}
