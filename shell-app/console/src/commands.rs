//! The words of the console: what they take, what they ask of the system, and how the rest of a word is found.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use guest::{Ask, Store};
use ui::{Language, Text};

/// A command: its name, what follows it, and what it does.
#[rustfmt::skip]
pub(crate) const COMMANDS: [(&str, &str, Text); 19] = [
    ("apps", "", ["lists what is installed", "zeigt, was installiert ist", "इंस्टॉल ऐप दिखाता है", "يعرض ما هو مثبت"]),
    ("cat", "<file>", ["shows a file of /data", "zeigt eine Datei aus /data", "/data की फ़ाइल दिखाता है", "يعرض ملفا من /data"]),
    ("clear", "", ["empties the screen", "leert den Bildschirm", "स्क्रीन साफ़ करता है", "يمسح الشاشة"]),
    ("echo", "<text>", ["says it again", "sagt es noch einmal", "फिर से कहता है", "يعيد القول"]),
    ("exit", "", ["closes the console", "schließt die Konsole", "कंसोल बंद करता है", "يغلق الطرفية"]),
    ("help", "[command]", ["says what there is", "sagt, was es gibt", "बताता है क्या-क्या है", "يقول ما يوجد"]),
    ("history", "", ["shows what was typed", "zeigt, was getippt wurde", "पहले का टाइप दिखाता है", "يعرض ما كتب"]),
    ("kill", "<app>", ["ends an app", "beendet eine App", "ऐप समाप्त करता है", "ينهي تطبيقا"]),
    ("locale", "[code]", ["tells or sets the language", "nennt oder setzt die Sprache", "भाषा बताता या बदलता है", "يعرض اللغة أو يغيرها"]),
    ("log", "<app>", ["shows the last lines of an app's log", "zeigt die letzten Zeilen einer App", "ऐप के लॉग की अंतिम पंक्तियाँ", "يعرض آخر سطور سجل التطبيق"]),
    ("ls", "", ["lists the files of /data", "zeigt die Dateien in /data", "/data की फ़ाइलें दिखाता है", "يعرض ملفات /data"]),
    ("ps", "", ["lists the apps and whether they run", "zeigt Apps und ob sie laufen", "ऐप और उनकी स्थिति", "يعرض التطبيقات وحالتها"]),
    ("raise", "<app>", ["brings an app to the front", "holt eine App nach vorn", "ऐप को आगे लाता है", "يقدم تطبيقا إلى الأمام"]),
    ("restart", "<app>", ["ends an app and starts it", "startet eine App neu", "ऐप फिर से शुरू करता है", "يعيد تشغيل تطبيق"]),
    ("rm", "<file>", ["removes a file of /data", "löscht eine Datei aus /data", "/data की फ़ाइल हटाता है", "يحذف ملفا من /data"]),
    ("run", "<app>", ["starts an app", "startet eine App", "ऐप शुरू करता है", "يشغل تطبيقا"]),
    ("theme", "[name]", ["tells or sets the theme", "nennt oder setzt das Aussehen", "थीम बताता या बदलता है", "يعرض المظهر أو يغيره"]),
    ("uptime", "", ["tells how long the device is on", "sagt, wie lange das Gerät läuft", "उपकरण कब से चालू है", "منذ متى يعمل الجهاز"]),
    ("write", "<file> <text>", ["writes a file of /data", "schreibt eine Datei in /data", "/data में फ़ाइल लिखता है", "يكتب ملفا في /data"]),
];

const NO_COMMAND: Text = [
    ": no such command; `help` lists them",
    ": gibt es nicht; `help` zeigt alle",
    ": ऐसा कोई आदेश नहीं; `help` सूची देता है",
    ": لا أمر كهذا؛ `help` يعرض الأوامر",
];
const USAGE: Text = ["usage: ", "so: ", "ऐसे: ", "الاستعمال: "];
const NO_FILES: Text = ["no files yet", "noch keine Dateien", "अभी कोई फ़ाइल नहीं", "لا ملفات بعد"];

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

/// What a line does, in the words of a language.
pub(crate) fn run(line: &str, files: &mut dyn Store, language: Language) -> Effect {
    let line = line.trim();
    let (name, rest) = line.split_once(' ').map_or((line, ""), |(name, rest)| (name, rest.trim()));
    if name.is_empty() {
        return Effect::Say(Vec::new());
    }
    let Some((_, takes, _)) = COMMANDS.iter().find(|(known, ..)| *known == name) else {
        return Effect::Wrong([name, language.of_text(&NO_COMMAND)].concat());
    };
    let usage = || Effect::Wrong([language.of_text(&USAGE), name, " ", takes].concat());
    if takes.starts_with('<') && rest.is_empty() {
        return usage();
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
        "help" => help(rest, language),
        "history" => Effect::History,
        "kill" => named(Ask::Kill),
        "locale" => setting("locale", rest),
        "log" => named(Ask::Log),
        "ls" => match files.list() {
            Ok(names) if names.is_empty() => Effect::Say([language.of_text(&NO_FILES).to_owned()].into()),
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
            None => usage(),
        },
    }
}

/// A setting that is told without a value and set with one.
fn setting(verb: &str, value: &str) -> Effect {
    let ask = if value.is_empty() { verb.to_owned() } else { [verb, " ", value].concat() };
    Effect::Ask(Ask::Other(ask))
}

fn help(of: &str, language: Language) -> Effect {
    let shown: Vec<String> = COMMANDS
        .iter()
        .filter(|(name, ..)| of.is_empty() || *name == of)
        .map(|(name, takes, does)| {
            let mut line = [*name, " ", *takes].concat();
            while line.chars().count() < 22 {
                line.push(' ');
            }
            line + language.of_text(does)
        })
        .collect();
    if shown.is_empty() {
        Effect::Wrong([of, language.of_text(&NO_COMMAND)].concat())
    } else {
        Effect::Say(shown)
    }
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

    fn in_english(line: &str, files: &mut MemoryFiles) -> Effect {
        run(line, files, Language::English)
    }

    #[test]
    fn help_is_in_every_language() {
        let mut files = MemoryFiles::default();
        for language in Language::ALL {
            let Effect::Say(lines) = run("help", &mut files, language) else { panic!("help says something") };
            assert!(
                lines.iter().zip(&COMMANDS).all(|(line, (.., does))| line.ends_with(language.of_text(does)))
            );
        }
        let wrong = run("frob", &mut files, Language::German);
        assert_eq!(wrong, Effect::Wrong("frob: gibt es nicht; `help` zeigt alle".into()));
    }

    #[test]
    fn run_files_are_written_listed_shown_and_removed() {
        let mut files = MemoryFiles::default();
        assert_eq!(in_english("ls", &mut files), Effect::Say(vec!["no files yet".into()]));
        assert_eq!(in_english("write a.txt hello  there", &mut files), Effect::Say(vec![]));
        assert_eq!(in_english("cat a.txt", &mut files), Effect::Say(vec!["hello  there".into()]));
        assert_eq!(in_english("ls", &mut files), Effect::Say(vec!["a.txt".into()]));
        assert_eq!(in_english("rm a.txt", &mut files), Effect::Say(vec![]));
        assert_eq!(in_english("cat a.txt", &mut files), Effect::Wrong("a.txt: no such file".into()));
        assert!(matches!(in_english("cat ../x", &mut files), Effect::Wrong(_)));
    }

    #[test]
    fn run_says_what_would_be_right() {
        let mut files = MemoryFiles::default();
        assert_eq!(in_english("kill", &mut files), Effect::Wrong("usage: kill <app>".into()));
        assert_eq!(in_english("write a", &mut files), Effect::Wrong("usage: write <file> <text>".into()));
        assert!(
            matches!(in_english("frob x", &mut files), Effect::Wrong(text) if text.starts_with("frob: "))
        );
        assert_eq!(in_english("  kill  clock ", &mut files), Effect::Ask(Ask::Kill("clock".into())));
        assert_eq!(in_english("theme light", &mut files), Effect::Ask(Ask::Other("theme light".into())));
        assert!(
            matches!(in_english("help", &mut files), Effect::Say(lines) if lines.len() == COMMANDS.len())
        );
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
