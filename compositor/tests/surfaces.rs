//! What the system draws itself, in both themes: `VYOMA_BLESS=1 cargo test --workspace surfaces` writes the pictures
//! anew, for review.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails by panicking")]
#![expect(unreachable_pub, dead_code, reason = "the bench is a module of each test")]

mod bench;

use std::fs::File;
use std::io::{BufReader, BufWriter};
use std::path::Path;

use bench::key::{DOWN, LEFT_ALT, LEFT_META, M, TAB};
use bench::{App, Bench, Picture, settings, spec};
use control_protocol::compositor::{LockView, MenuEntry, Settings, SystemPage, ToCompositor, WindowPhase};
use control_protocol::{AppId, Facts, InjectedInput, Theme};
use manifest::Policy;

/// Runs a check in each theme, with the word for its pictures' names.
fn in_both(check: impl Fn(Theme, &str)) {
    check(Theme::Dark, "dark");
    check(Theme::Light, "light");
}

fn bench(theme: Theme, policy: Policy, (w, h): (u32, u32)) -> Bench {
    Bench::with_screen(Settings { theme, ..settings(policy) }, w, h)
}

fn item(label: &str, shortcut: &str, enabled: bool) -> MenuEntry {
    MenuEntry::Item { label: label.into(), enabled, shortcut: shortcut.parse().ok() }
}

fn window(bench: &mut Bench, id: u32, title: &str, at: (i32, i32), size: (u32, u32), color: u32) -> App {
    let menu = vec![
        item("New window", "Ctrl+N", true),
        item("Save a copy under another name …", "Ctrl+Shift+S", true),
        item("Print", "Ctrl+P", false),
        MenuEntry::Separator,
        item("Full screen", "F11", true),
        item("Quit", "", true),
    ];
    let spec = spec(id, size.0, size.1);
    bench.add_focused(bench::WindowSpec { position: Some(at), title: title.into(), menu, ..spec }, color)
}

/// Compares with `tests/golden/<name>.png`, exactly: all of it is integer arithmetic.
fn assert_golden(bench: &mut Bench, name: &str) {
    bench.settle();
    let picture = bench.screenshot();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(format!("{name}.png"));
    let rgb: Vec<u8> = picture.pixels.iter().flat_map(|pixel| pixel.to_be_bytes()[1..].to_vec()).collect();
    if std::env::var_os("VYOMA_BLESS").is_some() {
        return write(&path, &picture, &rgb);
    }
    let file = File::open(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut reader = png::Decoder::new(BufReader::new(file)).read_info().unwrap();
    let mut wanted = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut wanted).unwrap();
    let differ = rgb.iter().zip(&wanted).filter(|(got, wanted)| got != wanted).count();
    if (info.width, info.height) != (picture.w, picture.h) || differ > 0 {
        let beside = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.png"));
        write(&beside, &picture, &rgb);
        panic!("{name} differs in {differ} bytes: compare {}", beside.display());
    }
}

fn write(path: &Path, picture: &Picture, rgb: &[u8]) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let mut encoder = png::Encoder::new(BufWriter::new(File::create(path).unwrap()), picture.w, picture.h);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_compression(png::Compression::High);
    encoder.write_header().unwrap().write_image_data(rgb).unwrap();
}

#[test]
fn surfaces_of_the_desktop() {
    in_both(|theme, word| {
        let mut bench = bench(theme, Policy::Desktop, (640, 400));
        let paper = if theme == Theme::Dark { 0xff15_1c30 } else { 0xffff_ffff };
        let _clock = window(&mut bench, 7, "Clock", (24, 60), (240, 150), paper);
        let _notes =
            window(&mut bench, 8, "A title that is longer than its window", (300, 90), (260, 180), paper);
        let phase = WindowPhase::Restarting { in_ms: 500 };
        bench.send(&ToCompositor::WindowPhase { id: AppId(8), phase });
        bench.inject(InjectedInput::Move { x: 301 + 260 - 22, y: 90 - 14 });
        assert_golden(&mut bench, &format!("desktop-{word}"));
        bench.send(&ToCompositor::Raise(AppId(7)));
        bench.wait_focus(7);
        bench.key(LEFT_META, true);
        bench.key(M, true);
        bench.key(M, false);
        bench.key(LEFT_META, false);
        bench.key(DOWN, true);
        assert_golden(&mut bench, &format!("menu-{word}"));
    });
}

#[test]
fn surfaces_of_the_switcher() {
    in_both(|theme, word| {
        let mut bench = bench(theme, Policy::Desktop, (640, 400));
        let _clock = window(&mut bench, 7, "Clock", (24, 60), (240, 150), 0xff9a_4b00);
        let _notes = window(&mut bench, 8, "Notes", (300, 90), (260, 180), 0xff0a_5aa8);
        bench.key(LEFT_ALT, true);
        bench.key(TAB, true);
        assert_golden(&mut bench, &format!("switcher-{word}"));
    });
}

#[test]
fn surfaces_of_the_kiosk() {
    in_both(|theme, word| {
        let mut bench = bench(theme, Policy::Kiosk, (480, 320));
        bench.send(&ToCompositor::Page(SystemPage::PoweringOff));
        assert_golden(&mut bench, &format!("farewell-{word}"));
        bench.send(&ToCompositor::Page(SystemPage::None));
        let paper = if theme == Theme::Dark { 0xff15_1c30 } else { 0xffff_ffff };
        let _till = window(&mut bench, 7, "Till", (0, 0), (480, 320), paper);
        let (title, text) = ("Paper is low".to_owned(), "Change the roll after this customer".to_owned());
        bench.send(&ToCompositor::Notice { title, text });
        bench.send(&ToCompositor::WindowPhase { id: AppId(7), phase: WindowPhase::Quarantined });
        assert_golden(&mut bench, &format!("kiosk-{word}"));
        bench.send(&ToCompositor::Lock(Some(LockView::Asking)));
        bench.inject(InjectedInput::Text("12".into()));
        assert_golden(&mut bench, &format!("lock-{word}"));
    });
}

#[test]
fn surfaces_of_trouble() {
    in_both(|theme, word| {
        let mut bench = bench(theme, Policy::Kiosk, (640, 400));
        bench.send(&ToCompositor::Page(SystemPage::Diagnostic(Facts {
            wrong: "No app can be started".into(),
            tried: "Trying again in a few seconds.".into(),
            rows: vec![
                ("boot.toml".into(), "/etc/vyoma/boot.toml:3:1: manifest is missing".into()),
                ("apps".into(), "0 of 2 run".into()),
            ],
        })));
        assert_golden(&mut bench, &format!("trouble-{word}"));
    });
}
