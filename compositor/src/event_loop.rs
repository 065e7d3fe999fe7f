//! Waits, dispatches, turns.

use std::io;

use control_protocol::compositor::ToCompositor;
use control_protocol::host::Jail;
use control_protocol::{AppId, DeviceId, Level, OutputId};
use sys::jail::Enforced;
use sys::{Event, Interest, Poller, Seqpacket, monotonic_ns};

use crate::jail::{self, JailError};
use crate::link::{Link, LinkError};
use crate::state::State;

/// What an event is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Token {
    Control,
    Surface(AppId),
    Output(OutputId),
    Input(DeviceId),
}

impl sys::Token for Token {
    fn to_u64(self) -> u64 {
        let (kind, id) = match self {
            Self::Control => (0u64, 0),
            Self::Surface(AppId(id)) => (1, id),
            Self::Output(OutputId(id)) => (2, id),
            Self::Input(DeviceId(id)) => (3, id),
        };
        kind << 32 | u64::from(id)
    }

    fn from_u64(n: u64) -> Self {
        let id = u32::try_from(n & 0xffff_ffff).unwrap_or(0);
        match n >> 32 {
            1 => Self::Surface(AppId(id)),
            2 => Self::Output(OutputId(id)),
            3 => Self::Input(DeviceId(id)),
            _ => Self::Control,
        }
    }
}

/// Why the compositor ended.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RunError {
    /// Descriptor 3 is no control socket.
    #[error(
        "descriptor 3 is not the supervisor's control socket (this program is started by the supervisor)"
    )]
    NoControlSocket(#[source] io::Error),
    /// Events cannot be waited for.
    #[error("cannot wait for events")]
    Poll(#[source] io::Error),
    /// Nothing is handed over to a compositor outside of its jail.
    #[error("the supervisor's first message does not say how to close the jail")]
    NotStarted,
    /// The jail does not close.
    #[error(transparent)]
    Jail(#[from] JailError),
    /// The supervisor is gone.
    #[error("the conversation with the supervisor ended")]
    Link(#[from] LinkError),
}

/// Runs until the supervisor closes the control socket, which is the normal end.
pub(crate) fn run() -> Result<(), RunError> {
    let socket = sys::take_inherited(3).and_then(Seqpacket::from_fd).map_err(RunError::NoControlSocket)?;
    let poller = Poller::new().map_err(RunError::Poll)?;
    poller.add(&socket, Token::Control).map_err(RunError::Poll)?;
    match start(Link::new(socket), poller).and_then(|mut state| turn_forever(&mut state)) {
        Err(RunError::Link(LinkError::Gone)) => Ok(()),
        other => other,
    }
}

/// Waits for the first message and closes the jail.
fn start(mut link: Link, poller: Poller<Token>) -> Result<State, RunError> {
    let mut events = Vec::new();
    let jail = loop {
        match link.receive()? {
            Some((ToCompositor::Start(jail), _)) => break jail,
            Some(_) => return Err(RunError::NotStarted),
            None => poller.wait(&mut events, None).map_err(RunError::Poll)?,
        }
    };
    // The first reading asks where the vDSO is.
    let _ = monotonic_ns();
    let enforced = jail::close(jail)?;
    if jail == Jail::WithoutNamespaces {
        link.log(Level::Warn, "the kernel refuses namespaces: it shares the system's".to_owned());
    }
    if enforced == Enforced::Not {
        link.log(Level::Warn, "the kernel has no Landlock".to_owned());
    }
    Ok(State::new(link, poller))
}

fn turn_forever(state: &mut State) -> Result<(), RunError> {
    let mut events: Vec<Event<Token>> = Vec::new();
    let mut interest = Interest::Read;
    loop {
        state.drain_control()?;
        for event in &events {
            state.on_event(event.token);
        }
        let next = state.turn(monotonic_ns())?;
        state.link.flush()?;
        let wanted = if state.link.is_waiting() { Interest::ReadWrite } else { Interest::Read };
        if wanted != interest {
            state.poller.set_interest(&state.link, Token::Control, wanted).map_err(RunError::Poll)?;
            interest = wanted;
        }
        let timeout = next.map(|at| at.saturating_sub(monotonic_ns()));
        state.poller.wait(&mut events, timeout).map_err(RunError::Poll)?;
    }
}
