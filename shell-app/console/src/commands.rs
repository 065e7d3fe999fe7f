//! The words of the console: what they take, what they ask of the system, and how the rest of a word is found.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use guest::{Ask, Store};

/// A command: its name, what follows it, and what it does.
pub(crate) const COMMANDS: [(&str, &str, &str); 19] = [
    ("apps", "", "lists what is installed"),
    ("cat", "<file>", "shows a file of /data"),
    ("clear", "", "empties the screen"),
    ("echo", "<text>", "says it again"),
    ("exit", "", "closes the console"),
    ("help", "[command]", "says what there is"),
    ("history", "", "shows what was typed"),
    ("kill", "<app>", "ends an app"),
    ("locale", "[code]", "tells or sets the language"),
    ("log", "<app>", "shows the last lines of an app's log"),
    ("ls", "", "lists the files of /data"),
    ("ps", "", "lists the apps and whether they run"),
    ("raise", "<app>", "brings an app to the front"),
    ("restart", "<app>", "ends an app and starts it"),
    ("rm", "<file>", "removes a file of /data"),
    ("run", "<app>", "starts an app"),
    ("theme", "[dark|light]", "tells or sets the theme"),
    ("uptime", "", "tells how long the device is on"),
    ("write", "<file> <text>", "writes a file of /data"),
];

/// What a line comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// These lines, at once.
    Say(Vec<String>),
    /// A request; its answer comes later.
    Ask(Ask),
    /// Empty the screen.
    Clear,
    /// Show what was typed.
    History,
    /// Close.
    Exit,
    /// This is wrong.
    Wrong(String),
}

/// What a line does.
pub(crate) fn run(line: &str, files: &mut dyn Store) -> Effect {
    let line = line.trim();
    let (name, rest) = line.split_once(' ').map_or((line, ""), |(name, rest)| (name, rest.trim()));
    if name.is_empty() {
        return Effect::Say(Vec::new());
    }
    let Some((_, takes, _)) = COMMANDS.iter().find(|(known, ..)| *known == name) else {
        return Effect::Wrong([name, ": no such command; `help` lists them"].concat());
    };
    if takes.starts_with('<') && rest.is_empty() {
        return Effect::Wrong(["usage: ", name, " ", takes].concat());
    }
    let named = |ask: fn(String) -> Ask| Effect::Ask(ask(rest.to_owned()));
    let failed = |error: guest::FileError| Effect::Wrong([rest, ": ", error.text()].concat());
    match name {
        "apps" => Effect::Ask(Ask::Other("pkg-list".to_owned())),
        "cat" => match files.read(rest) {
            Ok(bytes) => Effect::Say(lines_of(&bytes)),
            Err(error) => failed(error),
        },
        "clear" => Effect::Clear,
        "echo" => Effect::Say([rest.to_owned()].into()),
        "exit" => Effect::Exit,
        "help" => help(rest),
        "history" => Effect::History,
        "kill" => named(Ask::Kill),
        "locale" => setting("locale", rest),
        "log" => named(Ask::Log),
        "ls" => match files.list() {
            Ok(names) if names.is_empty() => Effect::Say(["no files yet".to_owned()].into()),
            Ok(names) => Effect::Say(names),
            Err(error) => Effect::Wrong(["/data: ", error.text()].concat()),
        },
        "ps" => Effect::Ask(Ask::PsRaw),
        "raise" => named(Ask::Raise),
        "restart" => named(Ask::Restart),
        "rm" => files.remove(rest).map_or_else(failed, |()| Effect::Say(Vec::new())),
        "run" => named(Ask::Run),
        "theme" => setting("theme", rest),
        "uptime" => Effect::Ask(Ask::Uptime),
        _ => match rest.split_once(' ') {
            Some((file, text)) => match files.write(file, [text, "\n"].concat().as_bytes()) {
                Ok(()) => Effect::Say(Vec::new()),
                Err(error) => Effect::Wrong([file, ": ", error.text()].concat()),
            },
            None => Effect::Wrong(["usage: ", name, " ", takes].concat()),
        },
    }
}

/// A setting that is told without a value and set with one.
fn setting(verb: &str, value: &str) -> Effect {
    let ask = if value.is_empty() { verb.to_owned() } else { [verb, " ", value].concat() };
    Effect::Ask(Ask::Other(ask))
}

fn help(of: &str) -> Effect {
    let shown: Vec<String> = COMMANDS
        .iter()
        .filter(|(name, ..)| of.is_empty() || *name == of)
        .map(|(name, takes, does)| {
            let mut line = [*name, " ", *takes].concat();
            while line.chars().count() < 22 {
                line.push(' ');
            }
            line + does
        })
        .collect();
    if shown.is_empty() { Effect::Wrong([of, ": no such command"].concat()) } else { Effect::Say(shown) }
}

/// The lines of a file; what is not text is a mark.
fn lines_of(bytes: &[u8]) -> Vec<String> {
    String::from_utf8_lossy(bytes).lines().map(str::to_owned).collect()
}

/// What a line can become: the first word completed among commands, a later one among apps and files. Answers the line,
/// as far as it is the same for all that fit, and what fits.
pub(crate) fn complete(line: &str, apps: &[String], files: &[String]) -> (String, Vec<String>) {
    let begin = line.rfind(' ').map_or(0, |at| at + 1);
    let word = &line[begin..];
    let command = line.split(' ').next().unwrap_or_default();
    let names: Vec<String> = if begin == 0 {
        COMMANDS.iter().map(|(name, ..)| (*name).to_owned()).collect()
    } else if matches!(command, "cat" | "rm" | "write") {
        files.to_vec()
    } else {
        apps.to_vec()
    };
    let fitting: Vec<String> = names.into_iter().filter(|name| name.starts_with(word)).collect();
    let Some(first) = fitting.first() else { return (line.to_owned(), fitting) };
    let same = |length: &usize| {
        first.get(..*length).is_some_and(|part| fitting.iter().all(|name| name.starts_with(part)))
    };
    let length = (word.len()..=first.len()).rev().find(same).unwrap_or(word.len());
    let mut completed = [&line[..begin], first.get(..length).unwrap_or(word)].concat();
    if fitting.len() == 1 {
        completed.push(' ');
    }
    (completed, fitting)
}

#[cfg(test)]
mod tests {
    use super::*;
    use guest::MemoryFiles;

    #[test]
    fn run_files_are_written_listed_shown_and_removed() {
        let mut files = MemoryFiles::default();
        assert_eq!(run("ls", &mut files), Effect::Say(vec!["no files yet".into()]));
        assert_eq!(run("write a.txt hello  there", &mut files), Effect::Say(vec![]));
        assert_eq!(run("cat a.txt", &mut files), Effect::Say(vec!["hello  there".into()]));
        assert_eq!(run("ls", &mut files), Effect::Say(vec!["a.txt".into()]));
        assert_eq!(run("rm a.txt", &mut files), Effect::Say(vec![]));
        assert_eq!(run("cat a.txt", &mut files), Effect::Wrong("a.txt: no such file".into()));
        assert!(matches!(run("cat ../x", &mut files), Effect::Wrong(_)));
    }

    #[test]
    fn run_says_what_would_be_right() {
        let mut files = MemoryFiles::default();
        assert_eq!(run("kill", &mut files), Effect::Wrong("usage: kill <app>".into()));
        assert_eq!(run("write a", &mut files), Effect::Wrong("usage: write <file> <text>".into()));
        assert!(matches!(run("frob x", &mut files), Effect::Wrong(text) if text.starts_with("frob: ")));
        assert_eq!(run("  kill  clock ", &mut files), Effect::Ask(Ask::Kill("clock".into())));
        assert_eq!(run("theme light", &mut files), Effect::Ask(Ask::Other("theme light".into())));
        assert!(matches!(run("help", &mut files), Effect::Say(lines) if lines.len() == COMMANDS.len()));
    }

    #[test]
    fn complete_finds_commands_apps_and_files() {
        let (apps, files) = (["calculator".to_owned(), "clock".to_owned()], ["notes.txt".to_owned()]);
        let complete = |line| complete(line, &apps, &files);
        assert_eq!(complete("he").0, "help ");
        assert_eq!(complete("r").1, ["raise", "restart", "rm", "run"]);
        assert_eq!(complete("kill c").0, "kill c");
        assert_eq!(complete("kill cl").0, "kill clock ");
        assert_eq!(complete("cat n").0, "cat notes.txt ");
        assert_eq!(complete("kill ä").0, "kill ä");
        assert_eq!(complete("xyz"), ("xyz".to_owned(), vec![]));
    }

    #[test]
    fn commands_are_sorted() {
        assert!(COMMANDS.windows(2).all(|two| two[0].0 < two[1].0));
    }
}
