//! What an app asks of the supervisor, from the contract's text to the typed message.

use control_protocol::host::Request;
use control_protocol::{MAX_PREVIEWS, PixelSize, Preview};
use draw_protocol::{Request as Asked, ResizeTo};

/// How much of a verb that nobody knows, or of wrong arguments, is passed on, in bytes.
const MAX_EXCERPT: usize = 64;

const _: () = assert!(MAX_PREVIEWS == draw_protocol::limits::MAX_PREVIEWS, "what is parsed is not refused");

/// The typed request, or `None` for `ping`, which is answered here.
pub(crate) fn typed(asked: &Asked<'_>) -> Option<Request> {
    let own = |text: &str| text.to_owned();
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Some(match *asked {
        Asked::Ping => return None,
        Asked::List => Request::List,
        Asked::Apps => Request::Apps,
        Asked::Status => Request::Status,
        Asked::PsRaw => Request::PsRaw,
        Asked::Ps => Request::Ps,
        Asked::Run(what) => Request::Run(own(what)),
        Asked::Kill(app) => Request::Kill(own(app)),
        Asked::Restart(app) => Request::Restart(own(app)),
        Asked::Reload => Request::Reload,
        Asked::Focus(app) => Request::Focus(own(app)),
        Asked::Raise(app) => Request::Raise(own(app)),
        Asked::Lower(app) => Request::Lower(own(app)),
        Asked::Input(text) => Request::Input(own(text)),
        Asked::Reposition { app, x, y } => Request::Reposition { app: own(app), x, y },
        Asked::Resize { app, to } => match to {
            ResizeTo::Size { w, h } => Request::Resize { app: own(app), at: None, size: PixelSize { w, h } },
            ResizeTo::Place { x, y, w, h } => {
                Request::Resize { app: own(app), at: Some((x, y)), size: PixelSize { w, h } }
            }
        },
        Asked::Previews(list) => Request::Previews(list.iter().map(preview).collect()),
        Asked::WinInfo(app) => Request::WinInfo(own(app)),
        Asked::ScreenSize => Request::ScreenSize,
        Asked::Log(app) => Request::Log(own(app)),
        Asked::Logs => Request::Logs,
        Asked::LogFollow(app) => Request::Logf(own(app)),
        Asked::LogLevel { app, level } => Request::LogLevel { app: own(app), level: own(level) },
        Asked::Uptime => Request::Uptime,
        Asked::Version => Request::Version,
        Asked::ClipboardSet(text) => Request::ClipboardSet(own(text)),
        Asked::ClipboardGet => Request::ClipboardGet,
        Asked::ClipboardClear => Request::ClipboardClear,
        Asked::HttpGet(url) => Request::HttpGet(own(url)),
        Asked::DnsResolve(host) => Request::DnsResolve(own(host)),
        Asked::Wallpaper(what) => Request::Wallpaper(own(what)),
        Asked::Theme(theme) => Request::Theme(some(theme)),
        Asked::Locale(code) => Request::Locale(some(code)),
        Asked::Keyboard(layout) => Request::Keyboard(some(layout)),
        Asked::Keyboards => Request::Keyboards,
        Asked::Brightness(percent) => Request::Brightness(some(percent)),
        Asked::Sound => Request::Sound,
        Asked::SettingsReset => Request::SettingsReset,
        Asked::Notify { title, text } => Request::Notify { title: own(title), text: own(text) },
        Asked::Screenshot(path) => Request::Screenshot(some(path)),
        Asked::PkgList => Request::PkgList,
        Asked::Catalog => Request::Catalog,
        Asked::Lock => Request::Lock,
        Asked::Unlock(pin) => Request::Unlock(own(pin)),
        Asked::Blank => Request::Blank,
        Asked::Unblank => Request::Unblank,
        Asked::Idle => Request::Idle,
        Asked::Shutdown => Request::Shutdown,
        Asked::Reboot => Request::Reboot,
        Asked::Malformed(wrong) => {
            Request::Malformed { verb: excerpt(wrong.verb), why: format!("usage: {}", wrong.usage) }
        }
        Asked::Unknown { verb } => Request::Unknown(excerpt(verb)),
    })
}

fn preview(asked: draw_protocol::Preview<'_>) -> Preview<String> {
    let draw_protocol::Preview { app, x, y, w, h } = asked;
    Preview { of: app.to_owned(), x, y, size: PixelSize { w, h } }
}

fn excerpt(text: &str) -> String {
    crate::text::cut(text, MAX_EXCERPT).to_owned()
}
