//! `wasi:sockets/ip-name-lookup` by our own resolver: the library's wants threads and files that the jail has not.

use std::net::{IpAddr, SocketAddr};
use std::vec;

use wasmtime::StoreContextMut;
use wasmtime::component::{Linker, Resource, ResourceType};
use wasmtime_wasi::async_trait;
use wasmtime_wasi::p2::bindings::sockets::network::{ErrorCode, IpAddress};
use wasmtime_wasi::p2::{DynPollable, Network, Pollable, subscribe};
use wasmtime_wasi::runtime::{AbortOnDropJoinHandle, spawn};

use crate::dns::{self, LookupError};
use crate::runtime::Component;

/// As the library names it: functions of this very instance are replaced.
const INTERFACE: &str = "wasi:sockets/ip-name-lookup@0.2.12";

/// Whom an app asks; `None`: it has no network.
pub(crate) type NameServers = Option<Vec<SocketAddr>>;

/// A lookup on its way.
///
/// ```text
/// Asked ──answer──▶ Known ──every address was taken──▶ (ended)
/// ```
enum Lookup {
    Asked(AbortOnDropJoinHandle<Result<Vec<IpAddr>, LookupError>>),
    Known(Result<vec::IntoIter<IpAddr>, ErrorCode>),
}

#[async_trait]
impl Pollable for Lookup {
    async fn ready(&mut self) {
        if let Self::Asked(task) = self {
            *self = Self::Known(task.await.map(Vec::into_iter).map_err(|e| code(&e)));
        }
    }
}

fn code(e: &LookupError) -> ErrorCode {
    match e {
        LookupError::Name(_) => ErrorCode::InvalidArgument,
        LookupError::Unknown => ErrorCode::NameUnresolvable,
        LookupError::Silent | LookupError::Socket(_) => ErrorCode::TemporaryResolverFailure,
        LookupError::NoServer | LookupError::Server(_) => ErrorCode::PermanentResolverFailure,
    }
}

type Outcome<T> = wasmtime::Result<(Result<T, ErrorCode>,)>;

/// Replaces the library's functions.
///
/// # Errors
/// If the linker refuses them.
pub(crate) fn add_to_linker(linker: &mut Linker<Component>) -> wasmtime::Result<()> {
    let mut names = linker.instance(INTERFACE)?;
    names.resource("resolve-address-stream", ResourceType::host::<Lookup>(), |mut store, rep| {
        store.data_mut().table.delete(Resource::<Lookup>::new_own(rep))?;
        Ok(())
    })?;
    names.func_wrap("resolve-addresses", begin)?;
    names.func_wrap("[method]resolve-address-stream.resolve-next-address", next)?;
    names.func_wrap(
        "[method]resolve-address-stream.subscribe",
        |mut store: StoreContextMut<'_, Component>,
         (lookup,): (Resource<Lookup>,)|
         -> wasmtime::Result<(Resource<DynPollable>,)> {
            Ok((subscribe(&mut store.data_mut().table, lookup)?,))
        },
    )?;
    Ok(())
}

fn begin(
    mut store: StoreContextMut<'_, Component>,
    (network, name): (Resource<Network>, String),
) -> Outcome<Resource<Lookup>> {
    let state = store.data_mut();
    state.table.get(&network)?;
    let Some(servers) = state.name_servers.clone() else { return Ok((Err(ErrorCode::AccessDenied),)) };
    let task = spawn(async move { dns::resolve(&name, &servers).await });
    Ok((Ok(state.table.push(Lookup::Asked(task))?),))
}

fn next(
    mut store: StoreContextMut<'_, Component>,
    (lookup,): (Resource<Lookup>,),
) -> Outcome<Option<IpAddress>> {
    Ok((match store.data_mut().table.get_mut(&lookup)? {
        Lookup::Asked(_) => Err(ErrorCode::WouldBlock),
        Lookup::Known(Ok(addresses)) => Ok(addresses.next().map(IpAddress::from)),
        Lookup::Known(Err(code)) => Err(*code),
    },))
}
