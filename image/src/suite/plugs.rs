//! What is pulled out of a running machine and put back: its display, its pointer and keyboard, the disk with `/data`.

use std::process::Command;

use control_protocol::PixelSize;
use control_protocol::driver::Report;
use serde_json::json;

use super::Suite;
use super::boot::{
    ANSWER, BOOT, Lab, SIZE, Step, back_at_the_launcher, click_a_tile, close_it, console_says,
    launcher_is_shown, play, power_off, tiles, type_into_it,
};
use crate::qemu::{KEYBOARD, MachineError, POINTER, Spec, View};
use crate::report::chain;

/// The size of the display that is plugged in instead of the first.
const OTHER: PixelSize = PixelSize { w: 1024, h: 768 };

const CABLE_WALK: [Step; 6] = [
    ("boot::launcher-is-shown-before-the-cable-is-pulled", launcher_is_shown),
    // Nobody said anything of a display yet: QEMU takes a first "none" for no news.
    ("boot::another-display-shows-the-launcher-in-its-size", another_display_is_plugged),
    ("boot::display-unplugged-is-said", display_is_unplugged),
    ("boot::first-display-again-shows-the-launcher", first_display_is_plugged),
    ("boot::its-tiles-open-apps", click_a_tile),
    ("boot::powers-off-after-plugging", power_off),
];

const USB_WALK: [Step; 8] = [
    ("pc::disk-is-used", disk_is_used),
    ("pc::launcher-is-shown-beside-the-disk", launcher_is_shown),
    ("pc::unplugged-pointer-and-keyboard-work-again", inputs_are_plugged_again),
    ("pc::an-app-with-files-runs", click_a_tile),
    ("pc::removed-disk-is-said-and-its-app-starts-again", disk_is_removed),
    ("pc::disk-that-is-back-is-used", disk_is_back),
    ("pc::typing-reaches-the-app-started-again", type_into_it),
    ("pc::powers-off-after-plugging", power_off),
];

/// A display comes and goes.
pub(super) fn display(suite: &mut Suite<'_>, spec: &Spec) {
    super::boot::walk(suite, &Spec { view: View::Cable, ..spec.clone() }, &CABLE_WALK);
}

/// A disk of 32 MiB, pointer and keyboard come and go.
pub(super) fn usb(suite: &mut Suite<'_>, spec: &Spec) {
    let path = suite.site.out.join("test/stick.img");
    let spec = Spec { words: vec!["vyoma.data=disk".to_owned()], ..spec.clone() };
    let begin = || -> Result<Lab, String> {
        let file = std::fs::File::create(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        file.set_len(32 << 20).map_err(|e| format!("{}: {e}", path.display()))?;
        let mut mkfs = Command::new("mkfs.ext4");
        mkfs.env("PATH", "/usr/sbin:/sbin:/usr/bin:/bin").args(["-q", "-F", "-L", "vyoma-data"]).arg(&path);
        let made = mkfs.output().map_err(|e| format!("mkfs.ext4: {e}"))?;
        if !made.status.success() {
            return Err(format!("mkfs.ext4: {}", String::from_utf8_lossy(&made.stderr)));
        }
        let mut lab = Lab::start(suite.site, &spec).map_err(|e| chain(&e))?;
        let node =
            json!({ "driver": "raw", "node-name": STICK, "file": { "driver": "file", "filename": path } });
        lab.machine.qmp().execute("blockdev-add", &node).map_err(|e| chain(&e))?;
        plug(&mut lab, "usb-storage", STICK, Some(STICK)).map_err(|e| chain(&e))?;
        Ok(lab)
    };
    match begin() {
        Ok(lab) => play(suite, lab, &USB_WALK),
        Err(why) => suite.check(USB_WALK[0].0, || Err(why)),
    }
}

/// The disk's name.
const STICK: &str = "stick";

fn plug(lab: &mut Lab, driver: &str, name: &str, drive: Option<&str>) -> Result<(), MachineError> {
    let mut device = json!({ "driver": driver, "id": name });
    if let Some(drive) = drive {
        device["drive"] = json!(drive);
    }
    Ok(lab.machine.qmp().execute("device_add", &device).map(drop)?)
}

fn unplug(lab: &mut Lab, name: &str) -> Result<(), MachineError> {
    Ok(lab.machine.qmp().execute("device_del", &json!({ "id": name })).map(drop)?)
}

fn display_is_unplugged(lab: &mut Lab) -> Result<String, MachineError> {
    lab.machine.plug_display(None)?;
    console_says(lab, &["screen", "nothing is connected"])
}

fn another_display_is_plugged(lab: &mut Lab) -> Result<String, MachineError> {
    plug_display(lab, OTHER)?;
    let picture = lab.settled("plugged", "a launcher in its size", |picture| {
        (picture.width, picture.height) == (OTHER.w as usize, OTHER.h as usize) && tiles(picture).len() >= 2
    })?;
    Ok(format!("{} tiles", tiles(&picture).len()))
}

fn first_display_is_plugged(lab: &mut Lab) -> Result<String, MachineError> {
    plug_display(lab, SIZE)?;
    back_at_the_launcher(lab, "plugged")
}

fn plug_display(lab: &mut Lab, size: PixelSize) -> Result<(), MachineError> {
    lab.machine.plug_display(Some(size))?;
    lab.report("output of its size", ANSWER, |report| {
        matches!(report, Report::OutputReady(of) if *of == size).then_some(())
    })?;
    lab.size = size;
    lab.leave()
}

fn disk_is_used(lab: &mut Lab) -> Result<String, MachineError> {
    console_says(lab, &["/data is /dev/sd", "(ext4)"])
}

fn inputs_are_plugged_again(lab: &mut Lab) -> Result<String, MachineError> {
    for (name, driver, called) in
        [(POINTER, "usb-tablet", "QEMU USB Tablet"), (KEYBOARD, "usb-kbd", "QEMU USB Keyboard")]
    {
        unplug(lab, name)?;
        plug(lab, driver, name, None)?;
        console_says(lab, &["input:", called])?;
    }
    click_a_tile(lab)?;
    type_into_it(lab)?;
    close_it(lab)
}

fn disk_is_removed(lab: &mut Lab) -> Result<String, MachineError> {
    lab.shown.clear();
    unplug(lab, STICK)?;
    let said = console_says(lab, &["was removed", "kept in memory"])?;
    lab.first_frame_of("paint", ANSWER)?;
    Ok(said)
}

fn disk_is_back(lab: &mut Lab) -> Result<String, MachineError> {
    lab.shown.clear();
    plug(lab, "usb-storage", STICK, Some(STICK))?;
    let said = disk_is_used(lab)?;
    let mut is_bounded = true;
    lab.report("first frame of paint, whose use of the disk is bounded", BOOT, |report| {
        if let Report::Log { app, line, .. } = report {
            is_bounded &= app != "paint" || !line.contains("is not bounded");
        }
        (is_bounded && matches!(report, Report::Shown { app } if app == "paint")).then_some(())
    })?;
    Ok(said)
}
