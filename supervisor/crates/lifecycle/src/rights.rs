//! Who may ask for what: contract, 5.1 and 5.2. One function decides every request before anything is done.

use control_protocol::host::Request;
use manifest::Capabilities;

/// Whether a request is carried out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Decision {
    /// It is.
    Allow,
    /// The sender has no right to it.
    Deny,
    /// It is no request at all: logged, not answered.
    Ignore,
}

/// Whether the sender has the keyboard.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Focus {
    /// It has.
    Has,
    /// Somebody else has, or nobody.
    HasNot,
}

/// Decides a request of the app called `own_name`.
#[must_use]
pub fn decide(request: &Request, capabilities: &Capabilities, own_name: &str, focus: Focus) -> Decision {
    use Request as R;
    let allowed = match request {
        R::Unknown(_) => return Decision::Ignore,
        // Whoever asks wrongly learns what would be right; nothing is done.
        R::Malformed { .. } => true,
        R::List
        | R::Apps
        | R::Status
        | R::PsRaw
        | R::ScreenSize
        | R::Uptime
        | R::Version
        | R::Notify { .. }
        | R::Theme(None)
        | R::Locale(None)
        | R::Keyboard(None)
        | R::Keyboards
        | R::Brightness(None)
        | R::Sound => true,
        R::Raise(app) | R::Lower(app) | R::WinInfo(app) => capabilities.shell || app == own_name,
        R::ClipboardSet(_) | R::ClipboardGet | R::ClipboardClear => capabilities.shell || focus == Focus::Has,
        R::HttpGet(_) | R::DnsResolve(_) => capabilities.shell || capabilities.network,
        R::Ps
        | R::Run(_)
        | R::Kill(_)
        | R::Restart(_)
        | R::Reload
        | R::Focus(_)
        | R::Input(_)
        | R::Reposition { .. }
        | R::Resize { .. }
        | R::Previews(_)
        | R::Log(_)
        | R::Logs
        | R::Logf(_)
        | R::LogLevel { .. }
        | R::Wallpaper(_)
        | R::Theme(Some(_))
        | R::Locale(Some(_))
        | R::Keyboard(Some(_))
        | R::Brightness(Some(_))
        | R::SettingsReset
        | R::Screenshot(_)
        | R::PkgList
        | R::Catalog
        | R::Lock
        | R::Unlock(_)
        | R::Blank
        | R::Unblank
        | R::Idle
        | R::Shutdown
        | R::Reboot => capabilities.shell,
    };
    if allowed { Decision::Allow } else { Decision::Deny }
}

/// The verb of a request, for messages.
#[must_use]
pub fn verb(request: &Request) -> &str {
    use Request as R;
    match request {
        R::List => "list",
        R::Apps => "apps",
        R::Status => "status",
        R::PsRaw => "ps-raw",
        R::Ps => "ps",
        R::Run(_) => "run",
        R::Kill(_) => "kill",
        R::Restart(_) => "restart",
        R::Reload => "reload",
        R::Focus(_) => "focus",
        R::Raise(_) => "raise",
        R::Lower(_) => "lower",
        R::Input(_) => "input",
        R::Reposition { .. } => "reposition",
        R::Resize { .. } => "resize",
        R::Previews(_) => "previews",
        R::ClipboardSet(_) => "clipboard-set",
        R::ClipboardGet => "clipboard-get",
        R::ClipboardClear => "clipboard-clear",
        R::HttpGet(_) => "http-get",
        R::DnsResolve(_) => "dns-resolve",
        R::WinInfo(_) => "win-info",
        R::ScreenSize => "screen-size",
        R::Log(_) => "log",
        R::Logs => "logs",
        R::Logf(_) => "logf",
        R::LogLevel { .. } => "loglevel",
        R::Uptime => "uptime",
        R::Version => "version",
        R::Wallpaper(_) => "wallpaper",
        R::Theme(_) => "theme",
        R::Locale(_) => "locale",
        R::Keyboard(_) => "keyboard",
        R::Keyboards => "keyboards",
        R::Brightness(_) => "brightness",
        R::Sound => "sound",
        R::SettingsReset => "settings-reset",
        R::Notify { .. } => "notify",
        R::Screenshot(_) => "screenshot",
        R::PkgList => "pkg-list",
        R::Catalog => "catalog",
        R::Lock => "lock",
        R::Unlock(_) => "unlock",
        R::Blank => "blank",
        R::Unblank => "unblank",
        R::Idle => "idle",
        R::Shutdown => "shutdown",
        R::Reboot => "reboot",
        R::Malformed { verb, .. } | R::Unknown(verb) => verb,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decide_without_shell_only_what_is_the_apps_own() {
        let plain = Capabilities::default();
        let ask = |r: Request, focus| decide(&r, &plain, "me", focus);
        assert_eq!(ask(Request::List, Focus::HasNot), Decision::Allow);
        assert_eq!(ask(Request::Raise("me".into()), Focus::HasNot), Decision::Allow);
        assert_eq!(ask(Request::Raise("you".into()), Focus::HasNot), Decision::Deny);
        assert_eq!(ask(Request::ClipboardGet, Focus::HasNot), Decision::Deny);
        assert_eq!(ask(Request::ClipboardGet, Focus::Has), Decision::Allow);
        assert_eq!(ask(Request::Kill("me".into()), Focus::Has), Decision::Deny);
        assert_eq!(ask(Request::Theme(None), Focus::Has), Decision::Allow);
        assert_eq!(ask(Request::Theme(Some("dark".into())), Focus::Has), Decision::Deny);
        assert_eq!(ask(Request::Brightness(None), Focus::HasNot), Decision::Allow);
        assert_eq!(ask(Request::Brightness(Some("50".into())), Focus::Has), Decision::Deny);
        assert_eq!(ask(Request::Keyboard(Some("de".into())), Focus::Has), Decision::Deny);
        assert_eq!(ask(Request::SettingsReset, Focus::Has), Decision::Deny);
        assert_eq!(ask(Request::Previews(Vec::new()), Focus::Has), Decision::Deny);
        assert_eq!(ask(Request::HttpGet(String::new()), Focus::Has), Decision::Deny);
        assert_eq!(ask(Request::Unknown("x".into()), Focus::Has), Decision::Ignore);
    }

    #[test]
    fn decide_with_shell_everything_that_is_a_request() {
        let shell = Capabilities { shell: true, ..Capabilities::default() };
        for r in
            [Request::Shutdown, Request::Catalog, Request::Kill("x".into()), Request::Previews(Vec::new())]
        {
            assert_eq!(decide(&r, &shell, "me", Focus::HasNot), Decision::Allow);
        }
    }
}
