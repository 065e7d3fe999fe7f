//! `vyoma bench neighbours`: what an animated app loses to an abuser beside it.
//!
//! One system runs for each kind of abuse. The app beside is watched alone and with the abuser, in turns and within one
//! run, so that the machine's own load is in both; the ratio of its frames is printed beside its aim and held by nothing.

use std::path::Path;
use std::time::{Duration, Instant};

use control_protocol::PixelSize;
use control_protocol::driver::{Command as Order, Report};
use manifest::Policy;

use crate::build::{self, Progress, Site};
use crate::conformance::guest::{Guest, Script};
use crate::conformance::lab::Lab;
use crate::conformance::scene::{Scene, Stage};
use crate::conformance::{self, Options};
use crate::report::{CommandError, Outcome};

/// What is aimed at: percent of its frames.
const AIM: u64 = 95;

/// Looks at each app alone, and as many beside the abuser.
const TURNS: u32 = 3;

/// How long a look is.
const LOOK: Duration = Duration::from_millis(1500);

/// From the start of an abuser to the next look, and from its end.
const SETTLED: Duration = Duration::from_millis(700);

/// The app that is watched.
const GOOD: &str = "good";
/// The one beside it.
const BAD: &str = "bad";

const STDIO: &str = "[capabilities]\nstdio = true";
const FILES: &str = "[capabilities]\nstdio = true\nfilesystem = true";
const WINDOW: &str =
    "[capabilities]\nstdio = true\ndisplay = true\n[window]\nx = 340\ny = 60\nw = 280\nh = 280";

/// What an animated app waits for between two frames.
#[derive(Clone, Copy, Debug)]
enum Pace {
    /// The frame clock of the contract, 30 Hz: an answer to `ping`.
    Ping,
    /// Nothing that others know of: it sleeps 16 ms, whatever its frame took. What it loses it cannot make up for.
    Sleep,
}

/// An app that moves a square.
fn good(pace: Pace) -> Guest {
    let frame = |n: u32| {
        let square = format!("VYOMA_DRAW:fill_rect:{},40,60,60,0xf0c040ff", n * 7);
        let frame = Script::new().say_all(&[
            "VYOMA_DRAW:fill_rect:0,0,300,300,0x203040ff",
            &square,
            "VYOMA_DRAW:flush",
        ]);
        match pace {
            Pace::Ping => frame.ask_and_wait("ping"),
            Pace::Sleep => frame.sleep(16),
        }
    };
    let body = (0..30).fold(Script::new(), |all, n| all.then(&frame(n)));
    let tables = "[capabilities]\nstdio = true\ndisplay = true\n[window]\nx = 10\ny = 60\nw = 300\nh = 300";
    Guest::new(GOOD, tables, Script::new().forever(&body))
}

/// Kinds of abuse, and who does it.
fn abusers() -> Vec<(&'static str, Vec<Guest>)> {
    let forever = |body: Script| Script::new().forever(&body);
    let lines = |line: &str, count: usize| Script::new().raw(format!("{line}\n").repeat(count).as_bytes());
    let bad = |tables: &str, script: Script| vec![Guest::new(BAD, tables, script)];
    let rect = "VYOMA_DRAW:fill_rect:0,0,280,280,0x12345680";
    let bomb = Script::new().say_all(&["VYOMA_DRAW:draw_image:0,0,280,280,bomb.png", "VYOMA_DRAW:flush"]);
    let bomb = Guest::new(BAD, WINDOW, forever(bomb)).file("bomb.png", bomb_png());
    let trap = Guest::new(BAD, STDIO, Script::new().trap()).restart("always");
    let six = (0..6).map(|n| Guest::new(&format!("{BAD}-{n}"), STDIO, Script::new().spin())).collect();
    vec![
        ("nothing: the measure's own noise", bad(STDIO, Script::new().sleep(u32::MAX))),
        ("computing without end", bad(STDIO, Script::new().spin())),
        ("computing, and one of six", six),
        ("reading nothing", bad(WINDOW, lines(rect, 1).say("VYOMA_DRAW:flush").sleep(u32::MAX))),
        ("taking memory without end", bad(STDIO, forever(Script::new().grow(16).fill(1 << 16)))),
        ("a log without end", bad(STDIO, forever(lines("noise", 200)))),
        ("120 000 rectangles a frame", bad(WINDOW, forever(lines(rect, 120_000).say("VYOMA_DRAW:flush")))),
        ("frames that change nothing", bad(WINDOW, forever(lines("VYOMA_DRAW:flush", 200)))),
        ("messages without end", bad(STDIO, forever(lines(&format!("@{GOOD}: x"), 200)))),
        ("requests without end", bad(STDIO, forever(lines("@supervisor: list", 200)))),
        (
            "filling the disk",
            bad(FILES, Script::new().open("fill", 1).forever(&Script::new().put(4, 1 << 20))),
        ),
        ("a picture of 300 million pixels", vec![bomb]),
        ("crashing at every start", vec![trap]),
    ]
}

/// Apps whose app-host was captured, by names that `impostor` knows.
fn captured_ones() -> [(&'static str, Vec<Guest>); 2] {
    let stays = |name, tables| vec![Guest::new(name, tables, Script::new().stay())];
    [
        ("captured, telling PID 1 things", stays("impostor-talks", STDIO)),
        ("captured, sending frames", stays("impostor-paints", WINDOW)),
    ]
}

/// A PNG of a few kilobytes that would be 20 000 by 15 000 pixels.
fn bomb_png() -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 20_000, 15_000);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::One);
    // Into memory, of the size that the header says: neither can fail.
    if let Ok(mut writer) = encoder.write_header() {
        let _ = writer.write_image_data(&vec![0; 20_000 / 8 * 15_000]);
    }
    bytes
}

/// Runs the benchmark and prints its table.
///
/// # Errors
/// [`CommandError`] when what is needed to run it could not be made.
pub fn neighbours(
    site: &Site,
    options: &Options,
    progress: &mut dyn Progress,
) -> Result<Outcome, CommandError> {
    let stage = conformance::stage(site, options, progress)?;
    let mut outcome = Outcome::Success;
    println!("{:<32} frames of an app that pings and of one that sleeps, aim {AIM} %", "");
    println!(
        "{:<32} {:>7} {:>6} {:>7}  {:>7} {:>6} {:>7}",
        "beside an app that is", "alone", "beside", "keeps", "alone", "beside", "keeps"
    );
    let captured = match stage {
        Stage::Hosted { .. } => Some(build::build_beside(site, "impostor").map_err(CommandError::build)?),
        Stage::Qemu { .. } => None,
    };
    let honest = abusers().into_iter().map(|(what, guests)| (what, guests, None));
    let of_captured = |host| captured_ones().map(|(what, guests)| (what, guests, Some(host)));
    for (what, abusers, host) in honest.chain(captured.as_deref().into_iter().flat_map(of_captured)) {
        if options.filter.as_deref().is_some_and(|filter| !what.contains(filter)) {
            continue;
        }
        print!("{what:<32}");
        for pace in [Pace::Ping, Pace::Sleep] {
            match watch(site, &stage, host, pace, &abusers) {
                Ok((alone, beside)) => {
                    let keeps = beside * 100 / alone.max(1);
                    let mark = if keeps >= AIM { ' ' } else { '!' };
                    print!(" {alone:>7} {beside:>6} {keeps:>5} %{mark}");
                }
                Err(why) => {
                    print!(" FAILED: {why}");
                    outcome = Outcome::Failed;
                }
            }
        }
        println!();
    }
    Ok(outcome)
}

/// Frames of the good app alone and beside the abuser, in as long a time.
fn watch(
    site: &Site,
    stage: &Stage,
    host: Option<&Path>,
    pace: Pace,
    abusers: &[Guest],
) -> Result<(u64, u64), String> {
    let mut scene = Scene::new("neighbours");
    scene.policy = Policy::Desktop;
    scene.size = PixelSize { w: 640, h: 400 };
    scene.app_host = host.map(Path::to_owned);
    // The one that people look at is in front.
    scene.guests = vec![good(pace)];
    scene.guests.extend_from_slice(abusers);
    let mut running = stage.start(site, &scene)?;
    let lab = &mut running.lab;
    lab.shown(GOOD)?;
    for Guest { name, .. } in abusers {
        lab.report("start of the abuser", |report| {
            matches!(report, Report::Started { app, .. } if app == name).then_some(())
        })?;
    }
    let (mut alone, mut beside) = (0, 0);
    for _ in 0..TURNS {
        // One that crashed is gone already; one that is to be started again comes back with the next turn.
        for Guest { name, .. } in abusers {
            lab.order(&Order::KillApp(name.clone()))?;
        }
        lab.listen(Instant::now() + SETTLED)?;
        alone += frames(lab)?;
        for Guest { name, .. } in abusers {
            lab.order(&Order::StartApp(name.clone()))?;
        }
        lab.listen(Instant::now() + SETTLED)?;
        beside += frames(lab)?;
    }
    running.lab.end()?;
    Ok((alone, beside))
}

fn frames(lab: &mut Lab) -> Result<u64, String> {
    let before = lab.stats(GOOD)?.presented;
    let began = Instant::now();
    lab.listen(began + LOOK)?;
    let frames = lab.stats(GOOD)?.presented - before;
    // What was asked took its time too.
    let (took, look) = (began.elapsed().as_micros().max(1), LOOK.as_micros());
    Ok(u64::try_from(u128::from(frames) * look / took).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bomb_is_small_and_says_that_it_is_large() {
        let bytes = bomb_png();
        assert!(bytes.len() < 100_000, "{} bytes", bytes.len());
        let reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
        assert_eq!((reader.info().width, reader.info().height), (20_000, 15_000));
    }
}
