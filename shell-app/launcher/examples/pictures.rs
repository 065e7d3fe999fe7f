//! Pictures of the launcher in its states, at the sizes they are designed for, as a device draws them.
//!
//! ```text
//! cargo run -p launcher --example pictures -- <folder>
//! ```

use std::error::Error;
use std::fs::File;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use draw_protocol::{Decoder, Line};
use paint::{Size, Surface};
use ui::{App, Session};

const SIZES: [(u32, u32); 4] = [(800, 480), (1280, 800), (1920, 1080), (1080, 1920)];

/// Saturday, 21 November 2026, 07:42:16.
const MORNING: u64 = 1_795_246_936_000;

/// Titles and categories of apps for the catalog.
const APPS: [(&str, &str); 28] = [
    ("Clock", "time"),
    ("Paint", "creative"),
    ("Tetris", "games"),
    ("Music Player", "media"),
    ("Terminal", "development"),
    ("Calculator", "calculator"),
    ("System Monitor", "system"),
    ("Browser", "network"),
    ("Notes", ""),
    ("Files", "files"),
    ("Settings", "settings"),
    ("Chat", "communication"),
    ("Geo Quiz", "education"),
    ("Budget", "finance"),
    ("Photos", "photo"),
    ("Snake", "games"),
    ("Weather", ""),
    ("Calendar", ""),
    ("A very long application name", ""),
    ("Mahjong", "games"),
    ("Übersicht", ""),
    ("Ящик", ""),
    ("Queue Display", ""),
    ("Room Booking", ""),
    ("Menu Board", ""),
    ("Elevator", ""),
    ("Departures", ""),
    ("Radio", "media"),
];

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args_os().nth(1).map(PathBuf::from).ok_or("usage: pictures <folder>")?;
    std::fs::create_dir_all(&folder)?;
    for size in SIZES {
        for (name, lines) in launcher_states() {
            save(&folder, name, size, Session::new(launcher::Launcher::default(), MORNING), &lines)?;
        }
    }
    Ok(())
}

/// Each state of the launcher, and what brings it there. `wait` lets a second pass.
fn launcher_states() -> Vec<(&'static str, Vec<String>)> {
    let kiosk = |count, lines: &[&str]| state("kiosk", Some(count), lines);
    let menu = ["\x1b[A", "\x1b[A", "", "\x1b[C"];
    vec![
        ("launcher", kiosk(2, &["VYOMA_INPUT:mouse:move:640,460"])),
        ("launcher-five", kiosk(5, &[])),
        (
            "launcher-pages",
            state("desktop", Some(28), &["\x1b[C", "\x1b[C", "VYOMA_INPUT:mouse:move:340,340"]),
        ),
        ("launcher-menu", kiosk(12, &menu)),
        ("launcher-confirm", kiosk(12, &[&menu[..], &[""]].concat())),
        ("launcher-opening", kiosk(12, &["", ""])),
        (
            "launcher-error",
            kiosk(12, &["", "", "REPLY:error: could not spawn browser: app.cwasm: no such file"]),
        ),
        ("launcher-empty", kiosk(0, &[])),
        ("launcher-waiting", state("kiosk", None, &["wait"])),
        ("launcher-failed", state("kiosk", None, &["REPLY:error: denied catalog", ""])),
    ]
}

fn state(profile: &str, apps: Option<usize>, lines: &[&str]) -> Vec<String> {
    let mut all = vec![format!("VYOMA_SYSTEM:display_profile:{profile}")];
    if let Some(count) = apps {
        let apps: Vec<String> = APPS[..count]
            .iter()
            .enumerate()
            .map(|(n, (title, category))| {
                let running = n % 3 == 0;
                format!(
                    r#"{{"name":"app-{n}","title":"{title}","category":"{category}","running":{running}}}"#
                )
            })
            .collect();
        all.extend([format!("REPLY:[{}]", apps.join(",")), "wait".to_owned()]);
    }
    all.extend(lines.iter().map(|line| (*line).to_owned()));
    all
}

fn save(
    folder: &Path,
    name: &str,
    (w, h): (u32, u32),
    mut session: Session<impl App>,
    lines: &[String],
) -> Result<(), Box<dyn Error>> {
    let mut printed = session.line(&format!("VYOMA_SYSTEM:screen:{w},{h}"));
    for line in lines {
        printed += &if line == "wait" { session.after(1000) } else { session.line(line) };
    }
    let mut canvas = raster::Canvas::new(Size::<Surface>::clamped(w, h));
    let _ = Decoder::new().push(printed.as_bytes(), &mut |line: Line<'_>| {
        if let Line::Draw(Ok(command)) = line {
            canvas.apply(&command);
        }
        ControlFlow::Continue(())
    });
    let rgb: Vec<u8> = canvas
        .pixels()
        .iter()
        .flat_map(|pixel| {
            let [b, g, r, _] = pixel.to_le_bytes();
            [r, g, b]
        })
        .collect();
    let file = File::create(folder.join(format!("{name}-{w}x{h}.png")))?;
    let mut encoder = png::Encoder::new(file, w, h);
    encoder.set_color(png::ColorType::Rgb);
    encoder.write_header()?.write_image_data(&rgb)?;
    Ok(())
}
