//! Runs a loaded guest: WASI wired by the manifest alone, limits, and what its end means.

use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use control_protocol::host::Exit;
use manifest::{Capabilities, Limits};
use sys::{Nanos, monotonic_ns};
use wasmtime::component::{Linker, ResourceTable};
use wasmtime::{Engine, Linker as ModuleLinker, Store, StoreLimits, StoreLimitsBuilder, Trap, WasmBacktrace};
use wasmtime_wasi::p1::WasiP1Ctx;
use wasmtime_wasi::p2::bindings::{Command, CommandPre};
use wasmtime_wasi::sockets::SocketAddrUse;
use wasmtime_wasi::{
    HostMonotonicClock, HostWallClock, I32Exit, WasiCtx, WasiCtxBuilder, WasiCtxView, WasiView,
};

use crate::lookup::NameServers;
use crate::module::Loaded;
use crate::quota::Quota;
use crate::{growth, lookup};

/// Where the guest's monotonic clock starts: apps subtract hours from their first reading (contract, 3).
const CLOCK_START: Nanos = 86_400 * 1_000_000_000;

/// Elements of one table: function pointers of the largest known app are 6 000.
const MAX_TABLE_ELEMENTS: usize = 1 << 20;

/// Core instances, memories and tables of one component: `wasm-component-ld` makes four instances.
const MAX_INSTANCES: usize = 64;

/// Functions named in a trap's message.
const TRAP_FRAMES: usize = 5;

/// The first port that needs no grant by number.
const FIRST_FREE_PORT: u16 = 1024;

/// Why a guest that loaded does not start.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LinkError {
    /// It asks for something that is not granted, or that no app gets.
    #[error("it imports what this system does not give it: {0:#}")]
    Import(wasmtime::Error),
    /// No WASI command.
    #[error("wrong world: an app is a wasm32-wasip2 command or a wasm32-wasip1 module with `_start`; {0:#}")]
    World(wasmtime::Error),
}

/// A guest of either world, ready to be instantiated.
pub(crate) enum Ready {
    /// WASI 0.2.
    Component(CommandPre<Component>),
    /// WASI 0.1.
    Module(wasmtime::Module, ModuleLinker<Module>),
}

/// Store data of a component.
pub(crate) struct Component {
    wasi: WasiCtx,
    pub(crate) table: ResourceTable,
    limits: StoreLimits,
    /// Whom it asks for the addresses of names.
    pub(crate) name_servers: NameServers,
    /// The bound of its files; `None`: it has none.
    pub(crate) quota: Option<Arc<Quota>>,
}

impl WasiView for Component {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

/// Store data of a core module.
pub(crate) struct Module {
    pub(crate) wasi: WasiP1Ctx,
    limits: StoreLimits,
}

/// Resolves the guest's imports.
///
/// # Errors
/// [`LinkError`].
pub(crate) fn link(engine: &Engine, loaded: &Loaded) -> Result<Ready, LinkError> {
    match loaded {
        Loaded::Component(component) => {
            let mut linker = Linker::new(engine);
            wasmtime_wasi::p2::add_to_linker_async(&mut linker).map_err(LinkError::Import)?;
            linker.allow_shadowing(true);
            lookup::add_to_linker(&mut linker).map_err(LinkError::Import)?;
            growth::add_to_linker(&mut linker).map_err(LinkError::Import)?;
            let pre = linker.instantiate_pre(component).map_err(LinkError::Import)?;
            Ok(Ready::Component(CommandPre::new(pre).map_err(LinkError::World)?))
        }
        Loaded::Module(module) => {
            if module.get_export("_start").and_then(|e| e.func().cloned()).is_none() {
                return Err(LinkError::World(wasmtime::format_err!("it exports no function `_start`")));
            }
            let mut linker = ModuleLinker::new(engine);
            wasmtime_wasi::p1::add_to_linker_async(&mut linker, |m: &mut Module| &mut m.wasi)
                .map_err(LinkError::Import)?;
            // Imports that are missing are said now; what is instantiated is decided with the store.
            linker.instantiate_pre(module).map_err(LinkError::Import)?;
            Ok(Ready::Module(module.clone(), linker))
        }
    }
}

/// A WASI context with nothing in it: no argument, no variable, no directory, no address.
pub(crate) fn wasi(capabilities: &Capabilities) -> WasiCtxBuilder {
    let mut wasi = WasiCtxBuilder::new();
    wasi.allow_blocking_current_thread(true)
        .monotonic_clock(Clock { start: monotonic_ns() })
        .wall_clock(WallClock)
        .allow_ip_name_lookup(false)
        .allow_udp(false)
        .allow_tcp(capabilities.network);
    if capabilities.network {
        let port = capabilities.network_port;
        wasi.socket_addr_check(move |address, usage| answer(may_use(port, address, usage)));
    }
    wasi
}

fn answer(yes: bool) -> Pin<Box<dyn Future<Output = bool> + Send + Sync>> {
    Box::pin(std::future::ready(yes))
}

/// The contract's rule for ports. Port 0 is any free one, which is never below 1024.
fn may_use(granted: Option<u16>, address: SocketAddr, usage: SocketAddrUse) -> bool {
    let port = address.port();
    match usage {
        SocketAddrUse::TcpConnect | SocketAddrUse::TcpAccept => true,
        SocketAddrUse::TcpBind | SocketAddrUse::TcpListen => match granted {
            Some(only) => port == only || port == 0,
            None => port == 0 || port >= FIRST_FREE_PORT,
        },
        _ => false,
    }
}

/// The guest's monotonic clock.
struct Clock {
    start: Nanos,
}

impl HostMonotonicClock for Clock {
    fn resolution(&self) -> u64 {
        1
    }

    fn now(&self) -> u64 {
        monotonic_ns().saturating_sub(self.start).saturating_add(CLOCK_START)
    }
}

/// The time of day, to the nanosecond as far as the guest is concerned: asking for more takes a system call.
struct WallClock;

impl HostWallClock for WallClock {
    fn resolution(&self) -> Duration {
        Duration::from_nanos(1)
    }

    #[expect(clippy::disallowed_methods, reason = "the guest asked for the time of the day")]
    fn now(&self) -> Duration {
        // A device without a clock of its own begins in 1970, never before.
        SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
    }
}

fn limits(limits: &Limits) -> StoreLimits {
    StoreLimitsBuilder::new()
        .memory_size(usize::try_from(limits.memory).unwrap_or(usize::MAX))
        .table_elements(MAX_TABLE_ELEMENTS)
        .instances(MAX_INSTANCES)
        .tables(MAX_INSTANCES)
        .memories(MAX_INSTANCES)
        .build()
}

/// What a guest may use beside its memory.
pub(crate) struct Bounds {
    pub(crate) limits: Limits,
    pub(crate) name_servers: NameServers,
    pub(crate) quota: Option<Arc<Quota>>,
}

/// Instantiates and runs the guest to its end.
pub(crate) async fn run(engine: &Engine, ready: Ready, wasi: &mut WasiCtxBuilder, bounds: Bounds) -> Exit {
    let limits = limits(&bounds.limits);
    let result = match ready {
        Ready::Component(pre) => {
            let Bounds { name_servers, quota, .. } = bounds;
            let (wasi, table) = (wasi.build(), ResourceTable::new());
            let mut store = Store::new(engine, Component { wasi, table, limits, name_servers, quota });
            store.limiter(|state| &mut state.limits);
            store.set_epoch_deadline(u64::MAX / 2);
            run_component(&pre, &mut store).await
        }
        Ready::Module(module, linker) => {
            let mut store = Store::new(engine, Module { wasi: wasi.build_p1(), limits });
            store.limiter(|state| &mut state.limits);
            store.set_epoch_deadline(u64::MAX / 2);
            run_module(&module, linker, &mut store, bounds.quota.as_ref()).await
        }
    };
    match result {
        Ok(code) => Exit::Code(code),
        Err(e) => end(&e),
    }
}

async fn run_component(pre: &CommandPre<Component>, store: &mut Store<Component>) -> wasmtime::Result<i32> {
    let command: Command = pre.instantiate_async(&mut *store).await?;
    let result = command.wasi_cli_run().call_run(&mut *store).await?;
    Ok(i32::from(result.is_err()))
}

async fn run_module(
    module: &wasmtime::Module,
    mut linker: ModuleLinker<Module>,
    store: &mut Store<Module>,
    quota: Option<&Arc<Quota>>,
) -> wasmtime::Result<i32> {
    if let Some(quota) = quota {
        growth::bound_module(&mut linker, quota)?;
    }
    let instance = linker.instantiate_async(&mut *store, module).await?;
    let start = instance.get_typed_func::<(), ()>(&mut *store, "_start")?;
    start.call_async(&mut *store, ()).await?;
    Ok(0)
}

/// What an error that ended the guest means.
fn end(e: &wasmtime::Error) -> Exit {
    if let Some(I32Exit(code)) = e.downcast_ref() {
        return Exit::Code(*code);
    }
    let mut why = match e.downcast_ref::<Trap>() {
        Some(trap) => trap.to_string(),
        None => e.root_cause().to_string(),
    };
    if let Some(backtrace) = e.downcast_ref::<WasmBacktrace>() {
        let names: Vec<_> = backtrace
            .frames()
            .iter()
            .take(TRAP_FRAMES)
            .map(|f| f.func_name().map_or_else(|| format!("function {}", f.func_index()), str::to_owned))
            .collect();
        if !names.is_empty() {
            why = format!("{why}, in {}", names.join(" called by "));
        }
    }
    Exit::Trap(why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn may_use_follows_the_port_rule() {
        let at = |port| SocketAddr::from(([0, 0, 0, 0], port));
        assert!(!may_use(None, at(80), SocketAddrUse::TcpBind));
        assert!(may_use(None, at(1024), SocketAddrUse::TcpListen));
        assert!(may_use(Some(80), at(80), SocketAddrUse::TcpBind));
        assert!(!may_use(Some(80), at(8080), SocketAddrUse::TcpBind));
        assert!(may_use(Some(80), at(443), SocketAddrUse::TcpConnect));
        assert!(!may_use(None, at(5000), SocketAddrUse::UdpBind));
    }
}
