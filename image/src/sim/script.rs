//! Scripts: what a person would do, with times. One `<ms> <event>` a line; `#` begins a comment line.

use std::fmt;
use std::path::{Path, PathBuf};

use control_protocol::InjectedInput;

use super::keys;

/// One line of a script, as what the simulator does.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Step {
    /// Milliseconds from the script's zero.
    pub(crate) at_ms: u64,
    /// What happens then.
    pub(crate) action: Action,
}

/// What a script can do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Action {
    /// Input, one after the other without a pause.
    Input(Vec<InjectedInput>),
    /// A picture of the screen.
    Shot(PathBuf),
    /// SIGKILL to the compositor.
    KillCompositor,
    /// SIGKILL to an app.
    KillApp(String),
    /// Nothing, until this has come.
    Wait(Wait),
}

/// What a script waits for, displayed as it is written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Wait {
    /// The first frame of an app since the last input.
    Shown(String),
    /// The end of an app since the last input.
    Ended(String),
    /// That an app has the keyboard.
    Focused(String),
    /// Another picture on the screen than the last wait or shot saw, which stays.
    Change,
    /// The end of the system.
    Off,
}

impl fmt::Display for Wait {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shown(app) => write!(formatter, "shown {app}"),
            Self::Ended(app) => write!(formatter, "ended {app}"),
            Self::Focused(app) => write!(formatter, "focused {app}"),
            Self::Change => formatter.write_str("change"),
            Self::Off => formatter.write_str("off"),
        }
    }
}

/// Every error of a script.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub struct ScriptErrors {
    path: PathBuf,
    /// Line, from 1, and what is wrong in it.
    errors: Vec<(usize, String)>,
}

impl fmt::Display for ScriptErrors {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, (line, what)) in self.errors.iter().enumerate() {
            let between = if i == 0 { "" } else { "\n" };
            write!(formatter, "{between}{}:{line}: {what}", self.path.display())?;
        }
        Ok(())
    }
}

/// Times beyond an hour are a mistake.
const LATEST_MS: u64 = 3_600_000;

/// The middle of the list that every event error ends with.
const EVENTS: &str = "move X Y, click BUTTON, down BUTTON, up BUTTON, wheel DX DY, tap X Y, touch down|move|up ID X Y, \
                      key NAME, hold NAME, release NAME, text STRING, shot FILE, wait shown|ended|focused APP, wait change|off, \
                      kill compositor, kill app NAME";

/// Reads a script; pictures it asks for are relative to the working directory. Steps come out in the order of their
/// times, those of one time in the order of their lines.
///
/// # Errors
/// [`ScriptErrors`] with every wrong line.
pub(super) fn parse(path: &Path, text: &str) -> Result<Vec<Step>, ScriptErrors> {
    let (mut steps, mut errors) = (Vec::new(), Vec::new());
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim_start();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        match step(line) {
            Ok(step) => steps.push(step),
            Err(what) => errors.push((number, what)),
        }
    }
    if !errors.is_empty() {
        return Err(ScriptErrors { path: path.to_owned(), errors });
    }
    steps.sort_by_key(|step| step.at_ms);
    Ok(steps)
}

fn step(line: &str) -> Result<Step, String> {
    let (time, rest) = line.split_once([' ', '\t']).unwrap_or((line, ""));
    let at_ms = time.parse().ok().filter(|ms| *ms <= LATEST_MS).ok_or_else(|| {
        format!("found `{time}` where the time belongs, expected milliseconds from 0 to {LATEST_MS}")
    })?;
    let rest = rest.trim_start();
    let (event, argument) = rest.split_once([' ', '\t']).unwrap_or((rest, ""));
    Ok(Step { at_ms, action: action(event, argument)? })
}

fn action(event: &str, argument: &str) -> Result<Action, String> {
    let words: Vec<&str> = argument.split_whitespace().collect();
    let input = match event {
        "move" => {
            let [x, y] = numbers(event, "X Y", &words)?;
            vec![InjectedInput::Move { x, y }]
        }
        "click" => {
            let button = button(event, &words)?;
            [true, false].map(|pressed| InjectedInput::Button { button, pressed }).into()
        }
        "down" => vec![InjectedInput::Button { button: button(event, &words)?, pressed: true }],
        "up" => vec![InjectedInput::Button { button: button(event, &words)?, pressed: false }],
        "wheel" => {
            let [dx, dy] = numbers(event, "DX DY", &words)?;
            vec![InjectedInput::Wheel { dx, dy }]
        }
        "tap" => {
            let [x, y] = numbers(event, "X Y", &words)?;
            [DOWN, UP].map(|phase| InjectedInput::Touch { phase, id: 0, x, y }).into()
        }
        "touch" => vec![touch(&words)?],
        "key" => [pressed(argument.trim_end())?, released(argument.trim_end())?].concat(),
        "hold" => pressed(argument.trim_end())?,
        "release" => released(argument.trim_end())?,
        "text" if !argument.is_empty() => vec![InjectedInput::Text(argument.to_owned())],
        "text" => return Err("`text` without a text, expected `text STRING`".into()),
        "shot" if !argument.trim().is_empty() => return Ok(Action::Shot(argument.trim().into())),
        "shot" => return Err("`shot` without a file, expected `shot FILE`".into()),
        "wait" => return wait(&words).map(Action::Wait),
        "kill" => return kill(&words),
        "" => return Err(format!("a time without an event, expected one of {EVENTS}")),
        other => return Err(format!("found `{other}`, expected one of {EVENTS}")),
    };
    Ok(Action::Input(input))
}

/// The event that [`action`] reads as this input; `None` for a key without a name.
#[cfg(any(feature = "window", test))]
pub(super) fn event(input: &InjectedInput) -> Option<String> {
    Some(match input {
        InjectedInput::Move { x, y } => format!("move {x} {y}"),
        InjectedInput::Button { button, pressed } => {
            let name = BUTTONS.get(usize::from(*button))?;
            format!("{} {name}", if *pressed { "down" } else { "up" })
        }
        InjectedInput::Wheel { dx, dy } => format!("wheel {dx} {dy}"),
        InjectedInput::Touch { phase: UP, id, .. } => format!("touch up {id}"),
        InjectedInput::Touch { phase, id, x, y } => {
            format!("touch {} {id} {x} {y}", if *phase == DOWN { "down" } else { "move" })
        }
        InjectedInput::Key { code, pressed } => {
            format!("{} {}", if *pressed { "hold" } else { "release" }, keys::name_of(*code)?)
        }
        InjectedInput::Text(text) => format!("text {text}"),
    })
}

/// Names of [`InjectedInput::Button`].
const BUTTONS: [&str; 3] = ["left", "right", "middle"];

/// Phases of [`InjectedInput::Touch`].
const DOWN: u8 = 0;
const MOVE: u8 = 1;
const UP: u8 = 2;

/// Contacts a script may use at once.
const CONTACTS: i32 = 10;

fn touch(words: &[&str]) -> Result<InjectedInput, String> {
    let phase = match words.first() {
        Some(&"down") => DOWN,
        Some(&"move") => MOVE,
        Some(&"up") => UP,
        other => {
            let found = other.map_or_else(|| "nothing".to_owned(), |word| format!("`{word}`"));
            return Err(format!("found {found} after `touch`, expected down, move or up"));
        }
    };
    // Where a contact ends is known; `touch up ID` is enough.
    let [id, x, y] = match words {
        [_, id] if phase == UP => numbers("touch up", "ID", &[*id, "0", "0"])?,
        _ => numbers("touch", "ID X Y", &words[1..])?,
    };
    let id = u32::try_from(id)
        .ok()
        .filter(|_| id < CONTACTS)
        .ok_or_else(|| format!("found contact `{id}`, expected 0 to {}", CONTACTS - 1))?;
    Ok(InjectedInput::Touch { phase, id, x, y })
}

/// The codes of a chord, modifiers first.
fn codes(name: &str) -> Result<Vec<u16>, String> {
    let chord = keys::chord(name).ok_or_else(|| {
        format!("found key `{name}`, expected one such as `a`, `Enter`, `Left`, `F5` or `Ctrl+c`")
    })?;
    Ok(chord.held.iter().copied().chain([chord.key]).collect())
}

fn pressed(name: &str) -> Result<Vec<InjectedInput>, String> {
    Ok(codes(name)?.into_iter().map(|code| InjectedInput::Key { code, pressed: true }).collect())
}

fn released(name: &str) -> Result<Vec<InjectedInput>, String> {
    Ok(codes(name)?.into_iter().rev().map(|code| InjectedInput::Key { code, pressed: false }).collect())
}

fn kill(words: &[&str]) -> Result<Action, String> {
    match words {
        ["compositor"] => Ok(Action::KillCompositor),
        ["app", name] => Ok(Action::KillApp((*name).to_owned())),
        _ => Err(format!("found `kill {}`, expected `kill compositor` or `kill app NAME`", words.join(" "))),
    }
}

fn wait(words: &[&str]) -> Result<Wait, String> {
    match words {
        ["shown", app] => Ok(Wait::Shown((*app).to_owned())),
        ["ended", app] => Ok(Wait::Ended((*app).to_owned())),
        ["focused", app] => Ok(Wait::Focused((*app).to_owned())),
        ["change"] => Ok(Wait::Change),
        ["off"] => Ok(Wait::Off),
        _ => Err(format!(
            "found `wait {}`, expected `wait shown APP`, `wait ended APP`, `wait focused APP`, `wait change` or `wait off`",
            words.join(" ")
        )),
    }
}

fn button(event: &str, words: &[&str]) -> Result<u8, String> {
    let named = |word| (0..).zip(BUTTONS).find_map(|(number, name)| (name == word).then_some(number));
    match words {
        [word] => named(*word),
        _ => None,
    }
    .ok_or_else(|| {
        format!("found `{event} {}`, expected `{event} left`, `right` or `middle`", words.join(" "))
    })
}

fn numbers<const N: usize>(event: &str, names: &str, words: &[&str]) -> Result<[i32; N], String> {
    let read: Option<Vec<i32>> = words.iter().map(|word| word.parse().ok()).collect();
    read.and_then(|read| read.try_into().ok()).ok_or_else(|| {
        format!("found `{event} {}`, expected `{event} {names}` with whole numbers", words.join(" "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(line: &str) -> Result<Action, String> {
        parse(Path::new("s"), line).map(|mut steps| steps.remove(0).action).map_err(|e| e.to_string())
    }

    #[test]
    fn event_is_read_as_the_input_it_was_written_for() {
        let touch = |phase, x, y| InjectedInput::Touch { phase, id: 3, x, y };
        let mut inputs = vec![
            InjectedInput::Move { x: 1, y: -2 },
            InjectedInput::Wheel { dx: 0, dy: -3 },
            touch(DOWN, 4, 5),
            touch(MOVE, 6, 7),
            touch(UP, 0, 0),
            InjectedInput::Text("a, b".to_owned()),
        ];
        inputs.extend((0..3).map(|button| InjectedInput::Button { button, pressed: true }));
        let named = (0..=u16::MAX).filter(|code| keys::name_of(*code).is_some());
        inputs.extend(named.map(|code| InjectedInput::Key { code, pressed: code % 2 == 0 }));
        assert!(inputs.len() > 80, "{}", inputs.len());
        for input in inputs {
            let line = format!("12 {}", event(&input).unwrap());
            assert_eq!(step(&line), Ok(Step { at_ms: 12, action: Action::Input(vec![input]) }), "{line}");
        }
        assert_eq!(event(&InjectedInput::Key { code: 700, pressed: true }), None);
    }

    #[test]
    fn parse_every_event_of_the_help_is_known() {
        let text = "# a day\n\n0 move 1 -2\n5 click left\n5 down right\n6 up middle\n7 wheel 0 3\n8 tap 3 4\n\
                    9 touch down 1 5 6\n9 touch move 1 7 8\n9 touch up 1\n10 key Ctrl+c\n10 hold Alt\n10 release Alt\n11 text  hi, you \n\
                    12 shot a b.png\n13 kill compositor\n14 kill app clock\n15 wait ended clock\n15 wait change\n";
        let steps = parse(Path::new("s"), text).unwrap();
        assert_eq!(steps.len(), 18);
        assert_eq!(steps[16].action, Action::Wait(Wait::Ended("clock".into())));
        assert_eq!(steps[0].action, Action::Input(vec![InjectedInput::Move { x: 1, y: -2 }]));
        assert_eq!(steps[12].action, Action::Input(vec![InjectedInput::Text(" hi, you ".into())]));
        assert_eq!(steps[13].action, Action::Shot("a b.png".into()));
        assert_eq!(steps[15].action, Action::KillApp("clock".into()));
    }

    #[test]
    fn parse_a_chord_is_pressed_inside_out() {
        let Ok(Action::Input(input)) = one("0 key Ctrl+c") else { panic!("no input") };
        let codes: Vec<_> = input
            .iter()
            .map(
                |i| if let InjectedInput::Key { code, pressed } = i { (*code, *pressed) } else { (0, false) },
            )
            .collect();
        assert_eq!(codes, [(29, true), (46, true), (46, false), (29, false)]);
    }

    #[test]
    fn parse_steps_are_sorted_by_time_and_stay_in_order_within_it() {
        let steps = parse(Path::new("s"), "9 key a\n3 key b\n9 key c").unwrap();
        assert_eq!(steps.iter().map(|s| s.at_ms).collect::<Vec<_>>(), [3, 9, 9]);
        assert_eq!(steps[1].action, one("0 key a").unwrap());
    }

    #[test]
    fn parse_wrong_lines_are_all_named_with_what_was_found_and_right() {
        let errors = parse(
            Path::new("a.script"),
            "x key a\n1\n2 jump\n3 click up\n4 touch down 77 1 1\n5 key Entre\n6 text\n7 wait x",
        )
        .unwrap_err()
        .to_string();
        let lines: Vec<&str> = errors.lines().collect();
        assert_eq!(lines.len(), 8);
        assert!(lines[7].starts_with("a.script:8: found `wait x`, expected `wait shown APP`"));
        assert!(lines[0].starts_with("a.script:1: found `x` where the time belongs"));
        assert!(lines[2].contains("found `jump`, expected one of move X Y"));
        assert!(lines[4].contains("found contact `77`, expected 0 to 9"));
        assert!(lines[5].contains("found key `Entre`"));
    }
}
