//! The answers to `@supervisor:` requests that were allowed: contract, 5. Texts are what follows `REPLY:`.

use std::fmt::Write as _;
use std::path::Path;

use control_protocol::compositor::{Curtain, ToCompositor};
use control_protocol::host::{Request, SystemLine};
use control_protocol::{AppId, Level, MAX_PREVIEWS, PixelSize, Place, Preview};
use lifecycle::{Event, verb};
use manifest::{EventSet, LAYOUTS, Restart};

use crate::catalog;
use crate::ending::Kind;
use crate::jobs::Asker;
use crate::supervisor::Supervisor;

/// Lines that `log` and `logf` answer with.
const LOG_LINES: usize = 20;
const LOGF_LINES: usize = 30;

/// The reply of a verb that does something and tells nothing.
fn said(verb: &str, done: Result<(), String>) -> String {
    match done {
        Ok(()) => format!("{verb} ok"),
        Err(why) => format!("error: {verb}: {why}"),
    }
}

impl Supervisor {
    /// Begins what takes its time: it replies later, or at once with what is wrong. `None`: nothing of that kind.
    pub(crate) fn answer_later(&mut self, asker: Asker, request: &Request) -> Option<Result<(), String>> {
        match request {
            Request::Screenshot(path) => Some(self.screenshot(asker, path.as_deref())),
            Request::DnsResolve(host) => {
                self.look_up(asker, host);
                Some(Ok(()))
            }
            Request::HttpGet(url) => {
                self.get_page(asker, url);
                Some(Ok(()))
            }
            Request::Ps => {
                self.begin_ps(asker);
                Some(Ok(()))
            }
            Request::Unlock(pin) => Some(self.unlock(Some(asker), pin)),
            Request::Wallpaper(what) => Some(self.wallpaper(asker, what)),
            Request::Shutdown => Some(self.end_for(asker, request, Kind::PowerOff)),
            Request::Reboot => Some(self.end_for(asker, request, Kind::Reboot)),
            _ => None,
        }
    }

    /// Ends the system. Who asked learns of it first: once a stop has begun, nobody is replied to.
    fn end_for(&mut self, asker: Asker, request: &Request, kind: Kind) -> Result<(), String> {
        self.reply(asker, Some(said(verb(request), Ok(()))));
        self.end(kind);
        Ok(())
    }

    /// Carries a request out; `None` is no reply.
    pub(crate) fn answer(&mut self, from: AppId, request: &Request) -> Option<String> {
        use Request as R;
        Some(match request {
            R::List | R::Apps => self.running().join("|"),
            R::Status => format!("{{\"running\":{}}}", self.running().len()),
            R::PsRaw => self.ps_raw(from),
            R::Run(what) => self.run_app(what),
            R::Kill(app) => self.kill(app),
            R::Restart(app) => self.restart(app),
            R::Reload => {
                let (started, _) = self.start_boot_entries();
                format!("reload done, {started} started")
            }
            R::Focus(app) => return self.focus(app),
            R::Raise(app) => self.raise(from, app),
            R::Lower(app) => match self.window_of(app) {
                Ok(id) => {
                    self.tell_compositor(&ToCompositor::Lower(id), Vec::new());
                    format!("lowered {app}")
                }
                Err(e) => e,
            },
            R::Input(text) => {
                let message = ToCompositor::TypeText { from, text: text.clone() };
                self.tell_compositor(&message, Vec::new());
                return None;
            }
            R::Reposition { app, x, y } => self.place(app, Some((*x, *y)), None),
            R::Resize { app, at, size } => self.place(app, *at, Some(*size)),
            R::Previews(list) => said(verb(request), self.show_previews(from, list)),
            R::ClipboardSet(text) => {
                self.clipboard.clone_from(text);
                "clipboard-set ok".to_owned()
            }
            R::ClipboardGet => format!("clipboard {}", self.clipboard),
            R::ClipboardClear => {
                self.clipboard.clear();
                "clipboard-clear ok".to_owned()
            }
            R::WinInfo(app) => self.win_info(app),
            R::ScreenSize => {
                let screen = self.screen();
                format!("{}x{}", screen.w, screen.h)
            }
            R::Log(app) => self.log_of(app, LOG_LINES),
            R::Logf(app) => self.log_of(app, LOGF_LINES),
            R::Logs => self.log.names().join("|"),
            R::LogLevel { app, level } => return self.log_level(app, level),
            R::Uptime => self.uptime(),
            R::Version => concat!("VyomaOS ", env!("CARGO_PKG_VERSION")).to_owned(),
            R::Theme(None) => format!("theme {}", self.settings.theme_words()),
            R::Theme(Some(word)) => self.set_theme(word),
            R::Locale(None) => format!("locale {}", self.settings.locale()),
            R::Locale(Some(code)) => self.set_locale(code),
            R::Keyboard(None) => format!("keyboard {}", self.settings.layout()),
            R::Keyboard(Some(layout)) => self.set_layout(layout),
            R::Keyboards => LAYOUTS.join("|"),
            R::Brightness(None) => format!("brightness {}", self.settings.brightness()),
            R::Brightness(Some(percent)) => self.set_brightness(percent),
            R::Sound => "sound none".to_owned(),
            R::SettingsReset => {
                self.reset_settings();
                said(verb(request), Ok(()))
            }
            R::Notify { title, text } => self.notify(from, title, text),
            R::PkgList => self.pkg_list(),
            R::Catalog => {
                let bundles = self.bundles.all();
                catalog::json(&bundles, |name| self.is_running(name))
            }
            R::Lock => said(verb(request), self.lock()),
            R::Idle => said(verb(request), self.go_idle()),
            R::Blank => {
                self.set_curtain(Curtain::Dark);
                "blank ok".to_owned()
            }
            R::Unblank => {
                self.set_curtain(Curtain::None);
                "unblank ok".to_owned()
            }
            R::Malformed { verb, why } => format!("error: {verb}: {why}"),
            // Begun by `answer_later`.
            R::Ps
            | R::Shutdown
            | R::Reboot
            | R::Screenshot(_)
            | R::Wallpaper(_)
            | R::Unlock(_)
            | R::DnsResolve(_)
            | R::HttpGet(_)
            | R::Unknown(_) => {
                return None;
            }
        })
    }

    fn is_running(&self, name: &str) -> bool {
        self.apps.find(name).and_then(|id| self.apps.get(id)).is_some_and(|e| e.life.is_up())
    }

    /// Names of running apps, sorted.
    fn running(&self) -> Vec<&str> {
        let mut names: Vec<_> = self.apps.iter().filter(|e| e.life.is_up()).map(|e| e.name()).collect();
        names.sort_unstable();
        names
    }

    /// Name, whether it runs, seconds, restarts: of every app that was ever started, sorted.
    pub(crate) fn rows(&self) -> Vec<(&str, &'static str, u64, u32)> {
        let now = sys::monotonic_ns();
        let mut rows: Vec<_> = self
            .apps
            .iter()
            .map(|e| {
                let is_up = e.life.is_up();
                let uptime = if is_up { now.saturating_sub(e.life.started()) / lifecycle::SECOND } else { 0 };
                (e.name(), if is_up { "run" } else { "stop" }, uptime, e.life.restarts())
            })
            .collect();
        rows.sort_unstable();
        rows
    }

    fn ps_raw(&self, from: AppId) -> String {
        let rows: Vec<_> = self
            .rows()
            .iter()
            .map(|(name, state, up, again)| format!("{name}:{state}:{up}:{again}"))
            .collect();
        let prefix = self.apps.get(from).is_some_and(|e| e.compat.ps_raw_prefix);
        format!("{}{}", if prefix { "ps-raw:" } else { "" }, rows.join("|"))
    }

    /// Starts a bundle by its name or by a path to it or into it; shows one that runs.
    fn run_app(&mut self, what: &str) -> String {
        match self.try_run(what) {
            Ok(name) => format!("launched {name}"),
            Err(why) => {
                let why = why.lines().next().unwrap_or_default().to_owned();
                self.log.system(Level::Warn, &format!("could not start {what:?}: {why}"));
                format!("error: could not spawn {what}: {why}")
            }
        }
    }

    fn try_run(&mut self, what: &str) -> Result<String, String> {
        if self.ending.is_some() {
            return Err("the system is ending".to_owned());
        }
        let id = match self.apps.find(what) {
            // A new version of the bundle counts from the next start on.
            Some(id) if self.apps.get(id).is_some_and(|e| e.life.has_process()) => id,
            Some(id) => {
                let directory = self.apps.get(id).map(|e| e.directory.clone()).unwrap_or_default();
                self.declare_bundle(&directory, Restart::Never)?
            }
            None => self.declare_bundle(&self.bundles.locate(what)?, Restart::Never)?,
        };
        let is_up = self.apps.get(id).is_some_and(|e| e.life.is_up());
        if is_up {
            self.tell_compositor(&ToCompositor::Raise(id), Vec::new());
            return Ok(self.name_of(id));
        }
        self.last_failure = None;
        if let Some(entry) = self.apps.get_mut(id) {
            entry.may_not_raise_itself = false;
        }
        self.tell(id, Event::Start);
        if let Some(why) = self.last_failure.take() {
            return Err(why);
        }
        if self.apps.get(id).is_some_and(|e| e.window.is_some()) {
            self.tell_compositor(&ToCompositor::Raise(id), Vec::new());
        }
        Ok(self.name_of(id))
    }

    /// Takes an app in, by its bundle's directory.
    pub(crate) fn declare_bundle(&mut self, directory: &Path, restart: Restart) -> Result<AppId, String> {
        let bundle = self.bundles.open(directory)?;
        for warning in &bundle.warnings {
            self.log.system(Level::Warn, warning);
        }
        let compat = self.compat.of(&bundle.manifest.name);
        self.apps.declare(bundle, compat, restart)
    }

    fn kill(&mut self, app: &str) -> String {
        match self.apps.find(app) {
            Some(id) if self.apps.get(id).is_some_and(|e| e.life.has_process()) => {
                self.tell(id, Event::Stop);
                format!("killed {app}")
            }
            other => {
                // One that waits to be started again no longer does.
                if let Some(id) = other {
                    self.tell(id, Event::Stop);
                }
                format!("{app} not running")
            }
        }
    }

    fn restart(&mut self, app: &str) -> String {
        let Some(id) = self.apps.find(app) else { return format!("error: app {app} not found") };
        self.last_failure = None;
        self.tell(id, Event::Restart);
        match self.last_failure.take() {
            Some(why) => format!("error: could not spawn {app}: {why}"),
            None => format!("restarted {app}"),
        }
    }

    /// An app's window, or the error reply.
    fn window_of(&self, app: &str) -> Result<AppId, String> {
        let id = self.apps.find(app).filter(|id| self.apps.get(*id).is_some_and(|e| e.life.is_up()));
        let id = id.ok_or_else(|| format!("error: app {app} not found"))?;
        match self.apps.get(id).and_then(|e| e.window.as_ref()) {
            Some(_) => Ok(id),
            None => Err(format!("error: app {app} has no window")),
        }
    }

    fn focus(&mut self, app: &str) -> Option<String> {
        match self.window_of(app) {
            Ok(id) => {
                self.tell_compositor(&ToCompositor::Focus(id), Vec::new());
                None
            }
            Err(e) => Some(e),
        }
    }

    fn raise(&mut self, from: AppId, app: &str) -> String {
        match self.window_of(app) {
            Ok(id) => {
                // Who has the keyboard takes it from nobody.
                let ignored = id == from
                    && self.compositor.focused() != Some(id)
                    && self
                        .apps
                        .get(id)
                        .is_some_and(|e| e.may_not_raise_itself || e.life.was_restarted_by_policy());
                if !ignored {
                    self.tell_compositor(&ToCompositor::Raise(id), Vec::new());
                }
                format!("raised {app}")
            }
            Err(e) => e,
        }
    }

    fn place(&mut self, app: &str, at: Option<(i32, i32)>, size: Option<PixelSize>) -> String {
        let id = match self.window_of(app) {
            Ok(id) => id,
            Err(e) => return e,
        };
        let Some(entry) = self.apps.get(id) else { return format!("error: app {app} not found") };
        let Some(window) = &entry.window else { return format!("error: app {app} has no window") };
        let now = window.place.unwrap_or(Place { x: 0, y: 0, size: window.size });
        // The canvas of an app that may not be resized keeps its size; its place says how large it is seen.
        let may_resize = entry.may_resize();
        let size = size.unwrap_or(now.size);
        if size.w == 0 || size.h == 0 {
            return format!("error: a window of {}x{}", size.w, size.h);
        }
        let (x, y) = at.unwrap_or((now.x, now.y));
        let place = Place { x, y, size };
        self.tell_compositor(&ToCompositor::Place { id, place }, Vec::new());
        if may_resize {
            self.resize_canvas(id, size);
        }
        format!("resized {app} to {x},{y},{}x{}", size.w, size.h)
    }

    /// Pictures of other windows in the asking app's own: all it shows from now on. An app that nobody knows has no
    /// picture.
    fn show_previews(&mut self, id: AppId, list: &[Preview<String>]) -> Result<(), String> {
        if list.len() > MAX_PREVIEWS {
            return Err(format!("{} pictures; at most {MAX_PREVIEWS} are shown", list.len()));
        }
        let known = list.iter().filter_map(|preview| {
            let Preview { of, x, y, size } = preview;
            Some(Preview { of: self.apps.find(of)?, x: *x, y: *y, size: *size })
        });
        let previews: Vec<_> = known.collect();
        let window = self.apps.get_mut(id).and_then(|e| e.window.as_mut());
        window.ok_or("this app has no window")?.previews.clone_from(&previews);
        self.tell_compositor(&ToCompositor::Previews { id, previews }, Vec::new());
        Ok(())
    }

    fn win_info(&self, app: &str) -> String {
        let Some(entry) = self.apps.find(app).and_then(|id| self.apps.get(id)) else {
            return format!("win-info {app} not-found");
        };
        match &entry.window {
            Some(window) if entry.life.is_up() => {
                let place = window.place.unwrap_or(Place { x: 0, y: 0, size: window.size });
                format!("win-info {app} {},{},{},{}", place.x, place.y, place.size.w, place.size.h)
            }
            _ => format!("win-info {app} none"),
        }
    }

    fn log_of(&self, app: &str, lines: usize) -> String {
        self.log.last(app, lines).unwrap_or_else(|| format!("error: no log of {app}"))
    }

    fn log_level(&mut self, app: &str, level: &str) -> Option<String> {
        let level = match level {
            "error" => Level::Error,
            "warn" => Level::Warn,
            "info" => Level::Info,
            "debug" => Level::Debug,
            _ => return Some(format!("error: loglevel {level}; error, warn, info or debug would be right")),
        };
        if self.apps.find(app).is_none() {
            return Some(format!("error: app {app} not found"));
        }
        self.log.set_level(app, level);
        None
    }

    fn uptime(&self) -> String {
        let s = sys::monotonic_ns().saturating_sub(self.started) / lifecycle::SECOND;
        format!("{}h {:02}m {:02}s", s / 3600, s / 60 % 60, s % 60)
    }

    fn notify(&mut self, from: AppId, title: &str, text: &str) -> String {
        let bounded = |text: &str| {
            // The contract's JSON has no escapes: apps cut it at quotes.
            let clean = |c: char| if matches!(c, '"' | '\\') || c.is_control() { ' ' } else { c };
            text.chars().take(256).map(clean).collect::<String>()
        };
        let (title, body) = (bounded(title), bounded(text));
        let app = self.name_of(from);
        #[expect(clippy::disallowed_methods, reason = "the time of the day is what is told")]
        let time = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        let time = time.map(|t| t.as_secs()).unwrap_or(0);
        let mut json = String::new();
        // Writing to a text cannot fail.
        let _ = write!(
            json,
            "{{\"title\":\"{title}\",\"body\":\"{body}\",\"app\":\"{app}\",\"time\":\"{time}\"}}"
        );
        self.announce(Some(from), &SystemLine::Notification(json), EventSet::NOTIFICATION);
        let reply =
            if body.is_empty() { format!("notify {title}") } else { format!("notify {title}|{body}") };
        self.tell_compositor(&ToCompositor::Notice { title, text: body }, Vec::new());
        reply
    }

    fn pkg_list(&mut self) -> String {
        let rows: Vec<_> = self
            .bundles
            .all()
            .iter()
            .map(|b| {
                let m = &b.manifest;
                let description = m.description.as_deref().unwrap_or_default().replace('|', "/");
                format!("[+] {} v{}  {description}", m.name, m.version)
            })
            .collect();
        rows.join("|")
    }
}
