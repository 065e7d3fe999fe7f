//! The simulator as people call it: its pictures, logs, statistics and exit codes.

use std::path::Path;

use serde_json::Value;

use super::Suite;
use super::image::this_tool;
use crate::build::Site;
use crate::picture::Picture;

pub(super) fn run(suite: &mut Suite<'_>) {
    let site = suite.site.clone();
    let folder = match tempfile::Builder::new().prefix("vyoma-test-").tempdir() {
        Ok(folder) => folder,
        Err(error) => return suite.check("sim", || Err(format!("no temporary folder: {error}"))),
    };
    let folder = folder.path();
    suite.check("sim::launcher-is-shown", || launcher(folder));
    suite.check("sim::app-answers-a-script", || script(&site, folder));
    suite.check("sim::compositor-comes-back-with-the-same-picture", || crash(&site, folder));
    suite.check("sim::broken-apps-are-refused-by-name", || broken(folder));
    suite.check("sim::broken-script-names-its-lines", || broken_script(folder));
}

/// Runs `vyoma sim`; the exit code and what it said.
fn sim(arguments: &[&str]) -> Result<(Option<i32>, String), String> {
    let output = this_tool().arg("sim").args(arguments).output().map_err(|error| error.to_string())?;
    Ok((output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned()))
}

fn expect_code(wanted: i32, (code, said): (Option<i32>, String)) -> Result<String, String> {
    if code == Some(wanted) {
        Ok(said)
    } else {
        Err(format!("exit code {code:?}, expected {wanted}\n{said}"))
    }
}

/// Fewer colours than this are a page without text: anti-aliased glyphs alone have more.
const COLOURS_OF_A_PAGE: usize = 40;

/// Milliseconds after which a first picture has faded in.
const SETTLED: u32 = 500;

fn launcher(folder: &Path) -> Result<String, String> {
    let shot = folder.join("launcher.png");
    expect_code(0, sim(&["--size", "800x480", "--for", "1s", "--shot", &text(&shot)])?)?;
    let picture = Picture::read(&shot).map_err(|error| error.to_string())?;
    if (picture.width, picture.height) != (800, 480) {
        return Err(format!("a picture of {picture:?}"));
    }
    let colours = picture.colours(COLOURS_OF_A_PAGE);
    if colours < COLOURS_OF_A_PAGE { Err(format!("only {colours} colours")) } else { Ok(String::new()) }
}

fn script(site: &Site, folder: &Path) -> Result<String, String> {
    let [file, before, after, log, stats] =
        ["walk", "before.png", "after.png", "walk.log", "walk.json"].map(|name| text(&folder.join(name)));
    let events = "600 move 400 300\n700 down left\n800 move 500 340\n900 up left\n1000 move 5 595\n";
    let lines = format!("{SETTLED} shot {before}\n{events}1300 shot {after}\n");
    std::fs::write(&file, lines).map_err(|error| error.to_string())?;
    let app = text(&site.checkout.join("shell-app/paint"));
    expect_code(
        0,
        sim(&["--app", &app, "--size", "800x600", "--script", &file, "--log", &log, "--stats", &stats])?,
    )?;
    let changed = read(&after)?.differing(&read(&before)?);
    if changed == 0 {
        return Err("the drawn line is not in the picture".into());
    }
    let stats: Value = std::fs::read_to_string(stats)
        .map_err(|error| error.to_string())
        .and_then(|text| serde_json::from_str(&text).map_err(|error| error.to_string()))?;
    let presented = stats["apps"]["paint"]["frames"]["presented"].as_u64().unwrap_or(0);
    let memory = stats["processes"]["paint"]["pss_kib"].as_u64().unwrap_or(0);
    if presented == 0 || memory == 0 {
        return Err(format!("the statistics are empty: {stats}"));
    }
    let p99 = &stats["apps"]["paint"]["input_to_present_us"]["p99"];
    Ok(format!("{changed} pixels drawn, input to present p99 {p99} µs, app {memory} KiB"))
}

fn crash(site: &Site, folder: &Path) -> Result<String, String> {
    let [file, before, after] = ["crash", "one.png", "two.png"].map(|name| text(&folder.join(name)));
    let lines = format!("{SETTLED} shot {before}\n550 kill compositor\n1500 shot {after}\n");
    std::fs::write(&file, lines).map_err(|error| error.to_string())?;
    let app = text(&site.checkout.join("shell-app/paint"));
    expect_code(0, sim(&["--app", &app, "--size", "800x600", "--script", &file])?)?;
    match read(&after)?.differing(&read(&before)?) {
        0 => Ok(String::new()),
        pixels => Err(format!("{pixels} pixels differ")),
    }
}

fn broken(folder: &Path) -> Result<String, String> {
    let app = folder.join("broken");
    let manifest = "[app]\nname = \"Broken!\"\nversion = \"1.0.0\"\nwasm = \"a.wasm\"\n";
    std::fs::create_dir_all(&app)
        .and_then(|()| std::fs::write(app.join("vyoma.toml"), manifest))
        .map_err(|error| error.to_string())?;
    let said = expect_code(1, sim(&["--app", &text(&app)])?)?;
    if said.contains("vyoma.toml:2:") {
        Ok(String::new())
    } else {
        Err(format!("no file and line in: {said}"))
    }
}

fn broken_script(folder: &Path) -> Result<String, String> {
    let file = text(&folder.join("broken-script"));
    std::fs::write(&file, "0 key a\n5 jump\n").map_err(|error| error.to_string())?;
    let said = expect_code(2, sim(&["--script", &file])?)?;
    if said.contains("broken-script:2: found `jump`") { Ok(String::new()) } else { Err(said) }
}

fn read(path: &str) -> Result<Picture, String> {
    Picture::read(Path::new(path)).map_err(|error| error.to_string())
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
