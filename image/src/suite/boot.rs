//! The image in QEMU, emulated: what a person does with a pointer and a keyboard, and what must survive.
//!
//! One boot is a walk of tests, each from the state that the one before left; after the first that fails the rest of
//! the walk is not reached, and counts as failed.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use control_protocol::PixelSize;
use control_protocol::driver::{Command as Order, Report};

use super::tour::is_light;
use super::{Suite, plugs};
use crate::build::{self, Flavour, Image, Site};
use crate::conformance::guest::{Guest, Script};
use crate::conformance::scene::{self, Scene};
use crate::picture::Picture;
use crate::qemu::{
    Accel, Access, DriverPort, Event, Hardware, Machine, MachineError, Motion, Nic, SharedFolder, Spec, View,
    Watchdog,
};
use crate::report::chain;

pub(super) const SIZE: PixelSize = PixelSize { w: 1280, h: 800 };
const SMALL: PixelSize = PixelSize { w: 800, h: 480 };

/// From power-on to a report of PID 1, firmware included, on a loaded machine.
pub(super) const BOOT: Duration = Duration::from_secs(60);

/// An answer of the running system, emulated on a loaded machine.
pub(super) const ANSWER: Duration = Duration::from_secs(20);

/// Budget of the first frame, in milliseconds of the kernel's clock (SPECIFICATION.md).
const FIRST_FRAME_MS: u64 = 2000;

/// A step of a walk.
pub(super) type Step = (&'static str, fn(&mut Lab) -> Result<String, MachineError>);

const WALK: [Step; 9] = [
    ("boot::first-frame-is-told", first_frame),
    ("boot::launcher-is-shown", launcher_is_shown),
    ("boot::click-on-a-tile-shows-the-app", click_a_tile),
    ("boot::typing-reaches-the-app", type_into_it),
    ("boot::closing-shows-the-launcher", close_it),
    ("boot::killed-compositor-brings-the-picture-back", kill_compositor),
    ("boot::killed-app-is-started-again", kill_app),
    ("boot::pointer-still-works", click_again),
    ("boot::powers-off-cleanly", power_off),
];

const BUTTON_WALK: [Step; 4] = [
    ("boot::data-of-the-host-is-used", data_is_used),
    ("boot::small-screen-shows-the-launcher", launcher_is_shown),
    ("boot::a-theme-that-is-chosen-is-shown", choose_light),
    ("boot::power-button-powers-off", power_button),
];

/// The walk on an ordinary computer's devices.
const PC_WALK: [Step; 7] = [
    ("pc::first-frame-is-told", first_frame),
    ("pc::launcher-is-shown", launcher_is_shown),
    ("pc::click-on-a-tile-shows-the-app", click_a_tile),
    ("pc::typing-reaches-the-app", type_into_it),
    ("pc::closing-shows-the-launcher", close_it),
    ("pc::killed-compositor-brings-the-picture-back", kill_compositor),
    ("pc::power-button-powers-off", power_button),
];

/// The kernel for ordinary computers, with a VGA adapter and USB input.
pub(super) fn run_pc(suite: &mut Suite<'_>) {
    let began = Instant::now();
    match super::image::of(suite.site, Flavour::Pc) {
        Ok(image) => {
            suite.note("pc::builds", began, Ok(format!("kernel {} bytes", image.sizes.kernel)));
            let spec = Spec { hardware: Hardware::Pc, ..spec(&image, SIZE) };
            walk(suite, &spec, &PC_WALK);
            plugs::usb(suite, &spec);
        }
        Err(error) => suite.note("pc::builds", began, Err(chain(&error))),
    }
}

/// What a device lacks or has broken: each is said, and the rest runs. Its `/data` is the one before's, which nothing can
/// be written to any more.
const READ_ONLY_WALK: [Step; 3] = [
    ("boot::data-that-cannot-be-written-is-said", read_only_is_said),
    ("boot::what-was-chosen-holds-after-a-restart", still_light),
    ("boot::powers-off-without-data", power_off),
];

const BLIND_WALK: [Step; 3] = [
    ("boot::no-screen-is-said-on-the-console", no_screen_is_said),
    ("boot::apps-start-without-a-screen", apps_start_unseen),
    ("boot::powers-off-without-a-screen", power_off),
];

const BROKEN_WALK: [Step; 3] = [
    ("boot::broken-boot-file-is-said-with-file-and-place", broken_boot_is_said),
    ("boot::broken-boot-file-is-on-the-screen", broken_boot_is_shown),
    ("boot::powers-off-with-a-broken-boot-file", power_off),
];

const WATCHED_WALK: [Step; 3] = [
    ("boot::watchdog-is-set-going", watchdog_is_set_going),
    ("boot::watchdog-is-fed-while-all-are-well", watchdog_is_fed),
    ("boot::watchdog-restarts-a-machine-without-its-app", watchdog_bites),
];

/// A boot file that names an app as no app can be named.
const BROKEN_BOOT: (&str, &str) = ("etc/vyoma/boot.toml", "[[apps]]\nmanifest = \"nowhere\"\n");

pub(super) fn run(suite: &mut Suite<'_>) {
    let Some(image) = suite.image() else { return };
    let folder = match tempfile::Builder::new().prefix("vyoma-data-").tempdir() {
        Ok(folder) => folder,
        Err(error) => return suite.check("boot", || Err(format!("no temporary folder: {error}"))),
    };
    let data = |access| Some(SharedFolder { path: folder.path().to_owned(), access });
    walk(suite, &spec(&image, SIZE), &WALK);
    super::tour::run(suite, &image);
    plugs::display(suite, &spec(&image, SIZE));
    let small = Spec { data: data(Access::Write), ..spec(&image, SMALL) };
    walk(suite, &small, &BUTTON_WALK);
    walk(suite, &Spec { data: data(Access::Read), ..spec(&image, SMALL) }, &READ_ONLY_WALK);
    walk(suite, &Spec { hardware: Hardware::Nothing, ..spec(&image, SMALL) }, &BLIND_WALK);
    let initramfs = suite.site.out.join("test/broken.cpio.zst");
    let (name, text) = BROKEN_BOOT;
    let broken = vec![(name.to_owned(), text.as_bytes().to_vec())];
    match build::extend_initramfs(&image.initramfs, broken, &initramfs) {
        Ok(()) => walk(suite, &Spec { initramfs, ..spec(&image, SMALL) }, &BROKEN_WALK),
        Err(error) => suite.check(BROKEN_WALK[0].0, || Err(chain(&error))),
    }
    let initramfs = suite.site.out.join("test/watched.cpio.zst");
    let files = scene::files(suite.site, &watched(), crate::qemu::HOST);
    let extended = files.and_then(|files| {
        build::system_with(&image.initramfs, files, &initramfs).map_err(|error| chain(&error))
    });
    match extended {
        Ok(()) => {
            let (hardware, watchdog) = (Hardware::Nothing, Watchdog::Present);
            walk(suite, &Spec { initramfs, hardware, watchdog, ..spec(&image, SMALL) }, &WATCHED_WALK);
        }
        Err(why) => suite.check(WATCHED_WALK[0].0, || Err(why)),
    }
}

/// A device for one app, which leaves after longer than its watchdog waits.
fn watched() -> Scene {
    let mut scene = Scene::new("watched");
    scene.device = "watchdog_secs = 10\nmain_app = \"main\"\n".to_owned();
    scene.guests = vec![Guest::plain("main", Script::new().sleep(12_000).note("leaves").exit(0))];
    scene
}

pub(super) fn spec(image: &Image, size: PixelSize) -> Spec {
    Spec {
        kernel: image.kernel.clone(),
        initramfs: image.initramfs.clone(),
        hardware: Hardware::Virtio,
        size,
        memory: 512,
        // The slowest way that people use: what holds here holds on KVM.
        accel: Accel::Tcg,
        data: None,
        disk: None,
        watchdog: Watchdog::Absent,
        view: View::Headless,
        driver: DriverPort::Present,
        network: Nic::Absent,
        words: Vec::new(),
    }
}

pub(super) fn walk(suite: &mut Suite<'_>, spec: &Spec, steps: &[Step]) {
    match Lab::start(suite.site, spec) {
        Ok(lab) => play(suite, lab, steps),
        Err(error) => suite.check(steps[0].0, || Err(chain(&error))),
    }
}

/// The steps of a walk on a machine that was just switched on.
pub(super) fn play(suite: &mut Suite<'_>, mut lab: Lab, steps: &[Step]) {
    let mut standing = true;
    for (name, step) in steps {
        let began = Instant::now();
        let result = if standing {
            step(&mut lab).map_err(|error| chain(&error))
        } else {
            Err("not reached".to_owned())
        };
        standing &= result.is_ok();
        suite.note(name, began, result);
    }
}

/// A booted machine and what was seen of it.
pub(super) struct Lab {
    pub(super) machine: Machine,
    pub(super) size: PixelSize,
    /// Where pictures are kept.
    shelf: PathBuf,
    /// Which of the launcher's tiles is paint's.
    paint: usize,
    /// The launcher at rest.
    pub(super) launcher: Option<Picture>,
    /// Names of apps whose first frame was reported, not yet asked for.
    pub(super) shown: Vec<String>,
}

impl Lab {
    pub(super) fn start(site: &Site, spec: &Spec) -> Result<Self, MachineError> {
        let shelf = site.out.join("test");
        let paint = place_of("paint", &titles(site));
        let machine = Machine::start(spec)?;
        Ok(Self { machine, size: spec.size, shelf, paint, launcher: None, shown: Vec::new() })
    }

    /// Waits for a report; first frames on the way are remembered.
    pub(super) fn report<T>(
        &mut self,
        what: &str,
        within: Duration,
        mut wanted: impl FnMut(&Report) -> Option<T>,
    ) -> Result<T, MachineError> {
        let shown = &mut self.shown;
        self.machine.wait(what, within, |event| {
            let Event::Report(report) = event else { return None };
            if let Report::Shown { app } = report {
                shown.push(app.clone());
            }
            wanted(report)
        })
    }

    /// Waits until an app has shown a first frame that was not asked for before.
    pub(super) fn first_frame_of(&mut self, app: &str, within: Duration) -> Result<(), MachineError> {
        if self.shown.iter().any(|shown| shown == app) {
            self.shown.retain(|shown| shown != app);
            return Ok(());
        }
        self.report(&format!("first frame of {app}"), within, |report| {
            matches!(report, Report::Shown { app: shown } if shown == app).then_some(())
        })?;
        self.shown.retain(|shown| shown != app);
        Ok(())
    }

    /// Waits until the picture is as wanted and no longer changes; keeps it as `name`.
    pub(super) fn settled(
        &mut self,
        name: &str,
        what: &str,
        mut wanted: impl FnMut(&Picture) -> bool,
    ) -> Result<Picture, MachineError> {
        let path = self.shelf.join(format!("{name}-{}x{}.png", self.size.w, self.size.h));
        let mut last = None;
        let picture = self.machine.wait_picture(what, ANSWER, &path, |picture| {
            let rests = last.as_ref() == Some(picture);
            last = Some(picture.clone());
            rests && wanted(picture)
        })?;
        picture.write(&path)?;
        Ok(picture)
    }

    fn click(&mut self, (x, y): (usize, usize)) -> Result<(), MachineError> {
        let pixel = |n: usize| u32::try_from(n).unwrap_or(0);
        let size = self.size;
        let qmp = self.machine.qmp();
        qmp.point(pixel(x), pixel(y), size)?;
        qmp.button(Motion::Press)?;
        Ok(qmp.button(Motion::Release)?)
    }

    /// Moves the pointer away from everything that answers it.
    pub(super) fn leave(&mut self) -> Result<(), MachineError> {
        let size = self.size;
        Ok(self.machine.qmp().point(2, size.h - 2, size)?)
    }

    fn wrong(&self, what: impl Into<String>) -> MachineError {
        MachineError::Deadline { what: what.into(), within: Duration::ZERO, tail: self.machine.tail() }
    }
}

/// Parts of a thousand of all pixels.
fn per_mille(pixels: usize, of: &Picture) -> usize {
    pixels * 1000 / of.pixels.len().max(1)
}

/// What two pictures of the same page may differ by, in parts of a thousand: the minute may have changed.
const SAME_PAGE: usize = 8;

pub(super) fn first_frame(lab: &mut Lab) -> Result<String, MachineError> {
    let ms = lab.machine.wait("line `vyoma: first-frame <ms>`", BOOT, |event| {
        let Event::Line(line) = event else { return None };
        line.split_once("vyoma: first-frame ")?.1.split_whitespace().next()?.parse::<u64>().ok()
    })?;
    // A time depends on the machine, so it is told beside its budget and not held.
    Ok(format!("{ms} ms after the kernel's start, {} % of {FIRST_FRAME_MS} ms", ms * 100 / FIRST_FRAME_MS))
}

pub(super) fn launcher_is_shown(lab: &mut Lab) -> Result<String, MachineError> {
    lab.first_frame_of("launcher", BOOT)?;
    lab.leave()?;
    let picture = lab.settled("launcher", "launcher with its tiles", |picture| tiles(picture).len() >= 2)?;
    let found = format!("{} tiles", tiles(&picture).len());
    lab.launcher = Some(picture);
    Ok(found)
}

pub(super) fn click_a_tile(lab: &mut Lab) -> Result<String, MachineError> {
    let launcher = lab.launcher.clone().ok_or_else(|| lab.wrong("picture of the launcher"))?;
    let tile = tiles(&launcher).get(lab.paint).copied().ok_or_else(|| lab.wrong("tile of paint"))?;
    let began = Instant::now();
    lab.click(tile)?;
    lab.first_frame_of("paint", ANSWER)?;
    let took = began.elapsed().as_millis();
    lab.leave()?;
    lab.settled("paint", "paint's pixels", |picture| per_mille(picture.differing(&launcher), picture) > 300)?;
    Ok(format!("{took} ms from click to its first frame"))
}

pub(super) fn type_into_it(lab: &mut Lab) -> Result<String, MachineError> {
    let before = lab.machine.picture()?;
    // A digit chooses a colour, and the palette shows which.
    lab.machine.qmp().keys(&["4"])?;
    let after = lab.settled("typed", "answer to a key", |picture| *picture != before)?;
    Ok(format!("{} pixels changed", after.differing(&before)))
}

pub(super) fn close_it(lab: &mut Lab) -> Result<String, MachineError> {
    lab.machine.qmp().keys(&["esc"])?;
    lab.report("end of paint", ANSWER, |report| {
        matches!(report, Report::Ended { app, failed: false, .. } if app == "paint").then_some(())
    })?;
    back_at_the_launcher(lab, "closed")
}

/// Waits until the launcher is seen as it was first seen.
pub(super) fn back_at_the_launcher(lab: &mut Lab, name: &str) -> Result<String, MachineError> {
    let launcher = lab.launcher.clone().ok_or_else(|| lab.wrong("picture of the launcher"))?;
    let picture = lab.settled(name, "the launcher's picture", |picture| {
        per_mille(picture.differing(&launcher), picture) <= SAME_PAGE
    })?;
    Ok(format!("{} pixels differ", picture.differing(&launcher)))
}

fn kill_compositor(lab: &mut Lab) -> Result<String, MachineError> {
    let before = lab.machine.picture()?;
    let began = Instant::now();
    lab.machine.order(&Order::KillCompositor)?;
    lab.report("new compositor", ANSWER, |report| {
        matches!(report, Report::CompositorStarted { .. }).then_some(())
    })?;
    lab.report("output of the new compositor", ANSWER, |report| {
        matches!(report, Report::OutputReady(_)).then_some(())
    })?;
    let after = lab.settled("compositor-killed", "the same picture", |picture| {
        per_mille(picture.differing(&before), picture) <= SAME_PAGE
    })?;
    let took = began.elapsed().as_millis();
    Ok(format!("{took} ms, {} pixels differ", after.differing(&before)))
}

fn kill_app(lab: &mut Lab) -> Result<String, MachineError> {
    lab.shown.clear();
    let began = Instant::now();
    lab.machine.order(&Order::KillApp("launcher".into()))?;
    lab.report("end of the launcher", ANSWER, |report| {
        matches!(report, Report::Ended { app, failed: true, .. } if app == "launcher").then_some(())
    })?;
    lab.report("new start of the launcher", ANSWER, |report| {
        matches!(report, Report::Started { app, .. } if app == "launcher").then_some(())
    })?;
    lab.first_frame_of("launcher", ANSWER)?;
    let took = began.elapsed().as_millis();
    back_at_the_launcher(lab, "app-killed").map(|seen| format!("{took} ms, {seen}"))
}

fn click_again(lab: &mut Lab) -> Result<String, MachineError> {
    click_a_tile(lab)?;
    close_it(lab)
}

pub(super) fn power_off(lab: &mut Lab) -> Result<String, MachineError> {
    let began = Instant::now();
    lab.machine.order(&Order::PowerOff)?;
    let status = lab.machine.wait_off(ANSWER)?;
    if !status.success() {
        return Err(lab.wrong(format!("orderly end of QEMU: {status}")));
    }
    Ok(format!("{} ms", began.elapsed().as_millis()))
}

/// The guest made its folders in the host's.
fn data_is_used(lab: &mut Lab) -> Result<String, MachineError> {
    lab.machine.wait("line about /data of the host", BOOT, |event| {
        matches!(event, Event::Line(line) if line.contains("/data") && line.contains("9p"))
            .then_some(String::new())
    })
}

/// In the settings that the launcher finds. Right before the power goes by its button: it is kept then all the same.
fn choose_light(lab: &mut Lab) -> Result<String, MachineError> {
    lab.machine.qmp().keys(&["s", "e", "t", "t", "i", "n", "g", "s", "ret"])?;
    lab.first_frame_of("settings", ANSWER)?;
    lab.settled("settings", "a dark page", |picture| !is_light(picture))?;
    // What closes the app, its two pages and the dark theme come before.
    lab.machine.qmp().keys(&["tab", "tab", "tab", "tab", "tab", "ret"])?;
    lab.settled("light", "a light page", is_light)?;
    Ok(String::new())
}

fn still_light(lab: &mut Lab) -> Result<String, MachineError> {
    let said = console_says(lab, &["settings are those that people chose"])?;
    lab.first_frame_of("launcher", BOOT)?;
    lab.leave()?;
    let is_light_launcher = |picture: &Picture| is_light(picture) && tiles(picture).len() >= 2;
    lab.settled("still-light", "a light launcher with its tiles", is_light_launcher)?;
    Ok(said)
}

/// Waits for a line of the console that contains all of these.
pub(super) fn console_says(lab: &mut Lab, words: &[&str]) -> Result<String, MachineError> {
    lab.machine.wait(&format!("console line with {words:?}"), BOOT, |event| {
        let Event::Line(line) = event else { return None };
        words.iter().all(|word| line.contains(word)).then(|| line.trim().to_owned())
    })
}

fn read_only_is_said(lab: &mut Lab) -> Result<String, MachineError> {
    console_says(lab, &["/data", "cannot be written"])
}

fn watchdog_is_set_going(lab: &mut Lab) -> Result<String, MachineError> {
    console_says(lab, &["watchdog: the machine restarts after 10 s without compositor and main"])
}

fn watchdog_is_fed(lab: &mut Lab) -> Result<String, MachineError> {
    lab.report("last word of the app", ANSWER * 2, |report| {
        matches!(report, Report::Log { app, line, .. } if app == "main" && line == "leaves").then_some(())
    })?;
    Ok("12 s, on a watchdog of 10 s".to_owned())
}

fn watchdog_bites(lab: &mut Lab) -> Result<String, MachineError> {
    console_says(lab, &["watchdog: not fed, main does not run"])?;
    // Nobody asked for an end: the reset is the watchdog's.
    lab.machine.wait_off(BOOT)?;
    Ok(String::new())
}

fn no_screen_is_said(lab: &mut Lab) -> Result<String, MachineError> {
    console_says(lab, &["no screen"])
}

fn apps_start_unseen(lab: &mut Lab) -> Result<String, MachineError> {
    lab.report("start of the launcher", ANSWER, |report| {
        matches!(report, Report::Started { app, .. } if app == "launcher").then_some(String::new())
    })
}

fn broken_boot_is_said(lab: &mut Lab) -> Result<String, MachineError> {
    console_says(lab, &["boot.toml:2:12", "nowhere"])
}

/// The colour of text on a dark ground, and how much of it a page with a sentence has.
const TEXT: u32 = 0xea_effa;
const SENTENCE: usize = 1000;

fn broken_boot_is_shown(lab: &mut Lab) -> Result<String, MachineError> {
    let written = |picture: &Picture| picture.pixels.iter().filter(|pixel| **pixel == TEXT).count();
    let picture =
        lab.settled("broken-boot", "page that says what is wrong", |picture| written(picture) > SENTENCE)?;
    Ok(format!("{} pixels of text", written(&picture)))
}

fn power_button(lab: &mut Lab) -> Result<String, MachineError> {
    let began = Instant::now();
    lab.machine.qmp().execute("system_powerdown", &serde_json::Value::Null)?;
    lab.machine.wait_off(ANSWER)?;
    Ok(format!("{} ms", began.elapsed().as_millis()))
}

/// Titles and names of the apps in the image that the launcher shows: all but those of the shell itself.
fn titles(site: &Site) -> Vec<(String, String)> {
    let entries = site.checkout.join("shell-app").read_dir().into_iter().flatten().flatten();
    let manifests = entries.filter_map(|entry| crate::build::read_manifest(&entry.path()).ok());
    let shown = manifests.filter(|read| read.value.category.as_deref() != Some("shell"));
    shown.map(|read| (read.value.title().to_lowercase(), read.value.name.as_str().to_owned())).collect()
}

/// Which tile is an app's: they stand in the order of their titles.
fn place_of(app: &str, titles: &[(String, String)]) -> usize {
    let title = titles.iter().find(|(_, name)| name == app).map(|(title, _)| title);
    titles.iter().filter(|(other, _)| Some(other) < title).count()
}

/// The colour of a tile at rest: `raised` of the dark theme and of the light one.
const RAISED: [u32; 2] = [0x1f_2842, 0xe6_ebf5];

/// The shortest edge of a tile.
const SHORTEST: usize = 120;

/// The middles of the launcher's tiles, as a person finds them: fields of one colour around their icons, in reading
/// order.
pub(super) fn tiles(picture: &Picture) -> Vec<(usize, usize)> {
    let is_raised = |x, y| picture.at(x, y).is_some_and(|pixel| RAISED.contains(&pixel));
    // Left, top, width and height of what was found. Corners are round: the first row of a tile is shorter than others,
    // and the column where it begins is of the tile's colour from top to bottom.
    let mut found: Vec<(usize, usize, usize, usize)> = Vec::new();
    for y in 0..picture.height {
        let mut x = 0;
        while x < picture.width {
            let run = (x..picture.width).take_while(|x| is_raised(*x, y)).count();
            let known = found
                .iter()
                .any(|(left, top, w, h)| (*left..left + w).contains(&(x + run / 2)) && y < top + h);
            if run >= SHORTEST && !known {
                let high = (y..picture.height).take_while(|y| is_raised(x, *y)).count();
                if high >= SHORTEST {
                    found.push((x, y, run, high));
                }
            }
            x += run.max(1);
        }
    }
    found.into_iter().map(|(left, top, w, h)| (left + w / 2, top + h / 2)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn place_of_an_app_is_that_of_its_title() {
        let of = |title: &str, name: &str| (title.to_owned(), name.to_owned());
        let titles = [of("zebra", "a"), of("paint", "paint"), of("clock", "z")];
        assert_eq!((place_of("z", &titles), place_of("paint", &titles), place_of("a", &titles)), (0, 1, 2));
        let site = Site::discover().expect("a checkout");
        let known = super::titles(&site);
        assert!(known.iter().any(|(_, name)| name == "paint"), "{known:?}");
        assert!(known.iter().all(|(_, name)| name != "launcher"));
    }

    #[test]
    fn tiles_rounded_squares_with_icons_are_found_in_reading_order() {
        let (width, height) = (700, 400);
        let mut picture = Picture { width, height, pixels: vec![0; width * height] };
        for (left, top) in [(50, 100), (300, 100)] {
            for y in 0..160_usize {
                // Corners cut by 8, and something in the middle.
                let cut = 8_usize.saturating_sub(y.min(159 - y));
                for x in cut..160 - cut {
                    let icon = (50..110).contains(&x) && (40..100).contains(&y);
                    picture.pixels[(top + y) * width + left + x] = if icon { 0xff } else { RAISED[0] };
                }
            }
        }
        let found = tiles(&picture);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].0.abs_diff(130) < 4 && found[0].1.abs_diff(180) < 20, "{found:?}");
        assert!(found[1].0.abs_diff(380) < 4, "{found:?}");
    }
}
