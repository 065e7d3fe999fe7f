use crate::limits::MAX_PREVIEWS;
use crate::number;

/// A request to the supervisor: what follows `@supervisor: `. Fields borrow from the line; nothing is trimmed.
///
/// Parsing decides no right, and whether an app of that name exists: names are given as written, so that the answer
/// can name them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Request<'a> {
    /// `ping`: the frame clock.
    Ping,
    /// `list`.
    List,
    /// `apps`: the same as `list`.
    Apps,
    /// `status`.
    Status,
    /// `ps-raw`.
    PsRaw,
    /// `ps`.
    Ps,
    /// `run <path or name>`.
    Run(&'a str),
    /// `kill <app>`.
    Kill(&'a str),
    /// `restart <app>`.
    Restart(&'a str),
    /// `reload`.
    Reload,
    /// `focus <app>`.
    Focus(&'a str),
    /// `raise <app>`.
    Raise(&'a str),
    /// `lower <app>`.
    Lower(&'a str),
    /// `input <text>`, verbatim: empty is Enter, one space is Space, `\x7f` is Backspace.
    Input(&'a str),
    /// `reposition <app> <x> <y>`.
    Reposition {
        /// Which app.
        app: &'a str,
        /// New left edge, output pixels.
        x: i32,
        /// New top edge, output pixels.
        y: i32,
    },
    /// `resize <app> w h` or `resize <app> x,y,w,h`.
    Resize {
        /// Which app.
        app: &'a str,
        /// To what.
        to: ResizeTo,
    },
    /// `previews [<app> <x>,<y>,<w>,<h>[|…]]`; empty takes all away.
    Previews(Previews<'a>),
    /// `win-info <app>`.
    WinInfo(&'a str),
    /// `screen-size`.
    ScreenSize,
    /// `log <app>`: the last 20 lines.
    Log(&'a str),
    /// `logs`: names of apps with a log.
    Logs,
    /// `logf <app>`: the last 30 lines.
    LogFollow(&'a str),
    /// `loglevel <app> <level>`.
    LogLevel {
        /// Which app.
        app: &'a str,
        /// As written, not checked.
        level: &'a str,
    },
    /// `uptime`.
    Uptime,
    /// `version`.
    Version,
    /// `clipboard-set <text>`.
    ClipboardSet(&'a str),
    /// `clipboard-get`.
    ClipboardGet,
    /// `clipboard-clear`.
    ClipboardClear,
    /// `http-get <url>`.
    HttpGet(&'a str),
    /// `dns-resolve <host>`.
    DnsResolve(&'a str),
    /// `wallpaper <colour or path>`.
    Wallpaper(&'a str),
    /// `theme [<dark|light>]`; empty reads.
    Theme(&'a str),
    /// `locale [<code>]`; empty reads.
    Locale(&'a str),
    /// `keyboard [<layout>]`; empty reads.
    Keyboard(&'a str),
    /// `keyboards`: the layouts there are.
    Keyboards,
    /// `brightness [<percent>]`; empty reads.
    Brightness(&'a str),
    /// `sound`: what sounds come out of.
    Sound,
    /// `settings-reset`.
    SettingsReset,
    /// `notify <title>|<text>`.
    Notify {
        /// Before the first `|`.
        title: &'a str,
        /// After it; empty without one.
        text: &'a str,
    },
    /// `screenshot [path]`; empty chooses a name.
    Screenshot(&'a str),
    /// `pkg-list`.
    PkgList,
    /// `catalog`.
    Catalog,
    /// `lock`.
    Lock,
    /// `unlock <pin>`.
    Unlock(&'a str),
    /// `blank`.
    Blank,
    /// `unblank`.
    Unblank,
    /// `idle`.
    Idle,
    /// `shutdown`.
    Shutdown,
    /// `reboot`.
    Reboot,
    /// A known verb with arguments it cannot have: answered with an error.
    Malformed(Malformed<'a>),
    /// Logged, and not answered.
    Unknown {
        /// Up to the first space.
        verb: &'a str,
    },
}

/// What `resize` asks for, in output pixels; saturated, not clamped to a screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResizeTo {
    /// A new size where it is.
    Size {
        /// Width.
        w: u32,
        /// Height.
        h: u32,
    },
    /// A new place and size.
    Place {
        /// Left edge.
        x: i32,
        /// Top edge.
        y: i32,
        /// Width.
        w: u32,
        /// Height.
        h: u32,
    },
}

/// The list of `previews`, at most [`MAX_PREVIEWS`] long: only the parser makes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Previews<'a>(&'a str);

/// One picture of `previews`, in pixels of the asking app's canvas; saturated, not clamped to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preview<'a> {
    /// Whose picture.
    pub app: &'a str,
    /// Left edge.
    pub x: i32,
    /// Top edge.
    pub y: i32,
    /// Width.
    pub w: u32,
    /// Height.
    pub h: u32,
}

impl<'a> Previews<'a> {
    /// The pictures, in the order they were asked for.
    pub fn iter(self) -> impl Iterator<Item = Preview<'a>> {
        // Every part of a list is one; the only part of the empty list is none.
        self.0.split('|').filter_map(preview)
    }
}

/// A known verb whose arguments are wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("usage: {usage}")]
pub struct Malformed<'a> {
    /// The verb.
    pub verb: &'a str,
    /// Its arguments as written, not bounded.
    pub rest: &'a str,
    /// What would be right.
    pub usage: &'static str,
}

/// Parses the text after `@supervisor: `. The verb ends at the first space; the rest is verbatim.
#[must_use]
pub fn parse_request<'a>(message: &'a str) -> Request<'a> {
    let (verb, rest) = message.split_once(' ').unwrap_or((message, ""));
    let wrong = |usage| Request::Malformed(Malformed { verb, rest, usage });
    let some =
        |make: fn(&'a str) -> Request<'a>, usage| if rest.is_empty() { wrong(usage) } else { make(rest) };
    match verb {
        "ping" => Request::Ping,
        "list" => Request::List,
        "apps" => Request::Apps,
        "status" => Request::Status,
        "ps-raw" => Request::PsRaw,
        "ps" => Request::Ps,
        "run" => some(Request::Run, "run <path or name>"),
        "kill" => some(Request::Kill, "kill <app>"),
        "restart" => some(Request::Restart, "restart <app>"),
        "reload" => Request::Reload,
        "focus" => some(Request::Focus, "focus <app>"),
        "raise" => some(Request::Raise, "raise <app>"),
        "lower" => some(Request::Lower, "lower <app>"),
        "input" => Request::Input(rest),
        "reposition" => reposition(rest).unwrap_or_else(|| wrong("reposition <app> <x> <y>")),
        "resize" => {
            resize(rest).unwrap_or_else(|| wrong("resize <app> <w> <h> or resize <app> <x>,<y>,<w>,<h>"))
        }
        "previews" => previews(rest)
            .unwrap_or_else(|| wrong("previews <app> <x>,<y>,<w>,<h>, at most 16 of them joined by |")),
        "win-info" => some(Request::WinInfo, "win-info <app>"),
        "screen-size" => Request::ScreenSize,
        "log" => some(Request::Log, "log <app>"),
        "logs" => Request::Logs,
        "logf" => some(Request::LogFollow, "logf <app>"),
        "loglevel" => match rest.split_once(' ') {
            Some((app, level)) => Request::LogLevel { app, level },
            _ => wrong("loglevel <app> <level>"),
        },
        "uptime" => Request::Uptime,
        "version" => Request::Version,
        "clipboard-set" => Request::ClipboardSet(rest),
        "clipboard-get" => Request::ClipboardGet,
        "clipboard-clear" => Request::ClipboardClear,
        "http-get" => some(Request::HttpGet, "http-get <url>"),
        "dns-resolve" => some(Request::DnsResolve, "dns-resolve <host>"),
        "wallpaper" => some(Request::Wallpaper, "wallpaper <colour or path>"),
        "theme" => Request::Theme(rest),
        "locale" => Request::Locale(rest),
        "keyboard" => Request::Keyboard(rest),
        "keyboards" => Request::Keyboards,
        "brightness" => Request::Brightness(rest),
        "sound" => Request::Sound,
        "settings-reset" => Request::SettingsReset,
        "notify" => {
            let (title, text) = rest.split_once('|').unwrap_or((rest, ""));
            Request::Notify { title, text }
        }
        "screenshot" => Request::Screenshot(rest),
        "pkg-list" => Request::PkgList,
        "catalog" => Request::Catalog,
        "lock" => Request::Lock,
        "unlock" => Request::Unlock(rest),
        "blank" => Request::Blank,
        "unblank" => Request::Unblank,
        "idle" => Request::Idle,
        "shutdown" => Request::Shutdown,
        "reboot" => Request::Reboot,
        verb => Request::Unknown { verb },
    }
}

fn int(text: &str) -> Option<i32> {
    number::parse_i32(text.as_bytes())
}

fn size(text: &str) -> Option<u32> {
    number::parse_u32(text.as_bytes())
}

fn reposition(rest: &str) -> Option<Request<'_>> {
    let (app, at) = rest.split_once(' ')?;
    let (x, y) = at.split_once([' ', ','])?;
    Some(Request::Reposition { app, x: int(x)?, y: int(y)? })
}

fn resize(rest: &str) -> Option<Request<'_>> {
    let (app, to) = rest.split_once(' ')?;
    let mut parts = to.split([' ', ',']);
    let mut next = || parts.next();
    let to = match (next()?, next()?, next(), next(), next()) {
        (w, h, None, None, None) => ResizeTo::Size { w: size(w)?, h: size(h)? },
        (x, y, Some(w), Some(h), None) => {
            ResizeTo::Place { x: int(x)?, y: int(y)?, w: size(w)?, h: size(h)? }
        }
        _ => return None,
    };
    Some(Request::Resize { app, to })
}

fn previews(rest: &str) -> Option<Request<'_>> {
    let parts = || rest.split('|');
    let fine = rest.is_empty() || parts().count() <= MAX_PREVIEWS && parts().all(|p| preview(p).is_some());
    fine.then_some(Request::Previews(Previews(rest)))
}

fn preview(text: &str) -> Option<Preview<'_>> {
    let (app, place) = text.split_once(' ')?;
    let mut parts = place.split([' ', ',']);
    let mut next = || parts.next();
    match (next()?, next()?, next()?, next()?, next()) {
        (x, y, w, h, None) => Some(Preview { app, x: int(x)?, y: int(y)?, w: size(w)?, h: size(h)? }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::String;
    use alloc::vec::Vec;

    #[test]
    fn the_rest_of_a_verb_is_verbatim() {
        assert_eq!(parse_request("input"), Request::Input(""));
        assert_eq!(parse_request("input  "), Request::Input(" "));
        assert_eq!(parse_request("input \x7f"), Request::Input("\x7f"));
        assert_eq!(parse_request("clipboard-set  a b "), Request::ClipboardSet(" a b "));
        assert_eq!(parse_request("notify t|a|b"), Request::Notify { title: "t", text: "a|b" });
    }

    #[test]
    fn resize_takes_both_forms() {
        let to = |to| Request::Resize { app: "a", to };
        assert_eq!(parse_request("resize a 10 20"), to(ResizeTo::Size { w: 10, h: 20 }));
        let place = ResizeTo::Place { x: -1, y: 2, w: 3, h: 4 };
        assert_eq!(parse_request("resize a -1,2,3,4"), to(place));
        for bad in ["resize", "resize a", "resize a 1", "resize a 1,2,3", "resize a 1 2 3 4 5"] {
            assert!(matches!(parse_request(bad), Request::Malformed(_)), "{bad}");
        }
    }

    #[test]
    fn previews_are_a_list_of_at_most_sixteen() {
        fn list(text: &str) -> Option<Vec<Preview<'_>>> {
            match parse_request(text) {
                Request::Previews(list) => Some(list.iter().collect()),
                _ => None,
            }
        }
        assert_eq!(list("previews"), Some(Vec::new()));
        assert_eq!(list("previews "), Some(Vec::new()));
        let two = list("previews notes 10,-20,300,200|clock 320 20 99999999999 -5").unwrap();
        assert_eq!(two[0], Preview { app: "notes", x: 10, y: -20, w: 300, h: 200 });
        assert_eq!(two[1], Preview { app: "clock", x: 320, y: 20, w: u32::MAX, h: 0 });
        for bad in
            ["a", "a 1,2,3", "a 1,2,3,4,5", "a 1,2,3,b", "a 1,2,3,4|", "|a 1,2,3,4", "a 1,2,3,4||a 1,2,3,4"]
        {
            let text = String::from("previews ") + bad;
            assert!(matches!(parse_request(&text), Request::Malformed(_)), "{bad}");
        }
        let many = |n: usize| String::from("previews ") + &["a 1,2,3,4"].repeat(n).join("|");
        assert_eq!(list(&many(16)).map(|list| list.len()), Some(16));
        assert_eq!(list(&many(17)), None);
    }

    #[test]
    fn unknown_verbs_are_named() {
        assert_eq!(parse_request("frobnicate x"), Request::Unknown { verb: "frobnicate" });
        assert_eq!(parse_request(""), Request::Unknown { verb: "" });
        assert_eq!(parse_request(" ping"), Request::Unknown { verb: "" });
    }

    #[test]
    fn a_malformed_request_says_what_would_be_right() {
        let Request::Malformed(wrong) = parse_request("kill") else { panic!() };
        assert_eq!((wrong.verb, wrong.rest, wrong.usage), ("kill", "", "kill <app>"));
    }
}
