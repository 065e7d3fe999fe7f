//! Manifests and configuration through the public interface.

use proptest::prelude::*;
use vyoma_manifest::{AppName, BootConfig, Compat, DeviceConfig, EventSet, Manifest, Policy, Restart, Theme};

const SMALLEST: &str = "[app]\nname = \"a\"\nversion = \"0.1.0\"\nwasm = \"a.wasm\"\n";

fn wrong(extra: &str) -> String {
    let text = format!("{SMALLEST}{extra}");
    Manifest::parse("vyoma.toml", &text).expect_err("this is wrong").to_string()
}

#[test]
fn parse_the_smallest_manifest_grants_nothing() {
    let m = Manifest::parse("vyoma.toml", SMALLEST).unwrap().value;
    assert_eq!((m.name.as_str(), m.title(), m.compiled().as_str()), ("a", "a", "a.cwasm"));
    assert_eq!(m.capabilities, vyoma_manifest::Capabilities::default());
    assert_eq!((m.limits.memory, m.limits.cpu, m.limits.data), (64 << 20, 100, 64 << 20));
    assert!(!m.window.resizable && m.events == EventSet::default());
}

#[test]
fn parse_everything_reads_everything() {
    let hash = "0aF".repeat(21) + "0";
    let text = format!(
        "[app]\nname = \"clock.x_y-1\"\nversion = \"1.2.3-rc.1+b\"\nwasm = \"bin/clock.wasm\"\n\
         wasm_sha256 = \"{hash}\"\nicon = \"icon.svg\"\ndescription = \"time\"\ncategory = \"tools\"\n\
         [capabilities]\nstdio = true\nnetwork = true\nnetwork_port = 8080\ndisplay = true\nwatchdog_secs = 5\n\
         [window]\nx = 1\ny = 2\nwidth = 300\nh = 0x20\nz = 100\ntitle = \"Clock\"\nresizable = true\n\
         [[menu_items]]\nlabel = \"Quit\"\naction = \"quit\"\nshortcut = \"Ctrl+Q\"\n\
         [limits]\nmemory = \"32MiB\"\ncpu = 50\ndata = 0\n\
         [input]\nevents = [\"key\", \"frame\"]\n"
    );
    let checked = Manifest::parse("vyoma.toml", &text).unwrap();
    assert!(checked.warnings.is_empty(), "{:?}", checked.warnings);
    let m = checked.value;
    assert_eq!(m.wasm_sha256.unwrap()[..2], [0x0a, 0xf0]);
    assert_eq!((m.window.w, m.window.h, m.window.z), (Some(300), Some(32), Some(100)));
    assert_eq!((m.limits.memory, m.limits.cpu, m.limits.data), (32 << 20, 50, 0));
    assert!(m.events.contains(EventSet::KEY.with(EventSet::FRAME)) && !m.events.contains(EventSet::MENU));
    assert!(m.menu_items[0].enabled && m.capabilities.network_port == Some(8080));
}

#[test]
fn parse_a_fault_is_named_with_its_place_and_what_would_be_right() {
    for (extra, says) in [
        (
            "[capabilities]\ndispaly = true\n",
            "6:1: unknown key \"dispaly\" in [capabilities]; did you mean \"display\"?",
        ),
        ("[capabilities]\nstdio = 1\n", "6:9: stdio is 1; true or false would be right"),
        ("[capabilities.gpio]\npins = [1]\n", "gpio is not supported on this device"),
        (
            "[capabilities]\nnetwork_port = 70000\n",
            "6:16: network_port is 70000; a whole number from 1 to 65535",
        ),
        ("[limits]\nmemory = \"64MB\"\n", "6:10: memory is \"64MB\"; a size like \"64MiB\""),
        ("[limits]\ndisk = 1\n", "unknown key \"disk\" in [limits]"),
        ("[input]\nevents = [\"keys\"]\n", "6:11: events holds \"keys\"; \"key\", \"mouse2\""),
        ("[window]\nw = 0\n", "6:5: w is 0"),
        ("icon = \"../x.png\"\n", "5:8: icon is \"../x.png\"; a file's path inside the manifest's directory"),
        ("wasm_sha256 = \"12\"\n", "64 hex digits"),
        ("x = = 3\n", "vyoma.toml:5:"),
    ] {
        let found = wrong(extra);
        assert!(found.contains(says), "{extra:?} says {found:?}, not {says:?}");
    }
}

#[test]
fn parse_identity_faults_are_reported_together() {
    let text = "[app]\nname = \"Clock\"\nversion = \"1.0\"\n";
    let all = Manifest::parse("m", text).unwrap_err();
    assert_eq!(all.problems.len(), 3, "{all}");
    assert!(all.to_string().contains("m:2:8: name is \"Clock\""));
    assert!(all.to_string().contains("wasm is missing in [app]"));
    let reserved = Manifest::parse("m", &SMALLEST.replace("\"a\"", "\"reply\"")).unwrap_err().to_string();
    assert!(reserved.contains("reserved"), "{reserved}");
    assert!(Manifest::parse("m", "").unwrap_err().to_string().contains("[app] is missing"));
    assert!(Manifest::parse("m", &"#".repeat(70_000)).unwrap_err().to_string().contains("65536 are allowed"));
}

#[test]
fn parse_a_section_of_another_type_is_refused() {
    for (top, says) in [
        ("menu_items = 3", "menu_items is 3; a list would be right"),
        ("capabilities = 3", "[capabilities] must be a table"),
        ("app = []", "[app] must be a table"),
    ] {
        let text = format!("{top}\n{}", if top.starts_with("app") { "" } else { SMALLEST });
        let found = Manifest::parse("m", &text).unwrap_err().to_string();
        assert!(found.contains(says), "{found}");
    }
}

#[test]
fn parse_more_faults_than_kept_are_counted() {
    let keys: String = (0..40).map(|i| format!("k{i} = 1\n")).collect();
    let all = Manifest::parse("m", &format!("{SMALLEST}[capabilities]\n{keys}")).unwrap_err();
    assert_eq!((all.problems.len(), all.more), (16, 24));
}

#[test]
fn parse_unknown_keys_elsewhere_only_warn() {
    let text = format!("{SMALLEST}author = \"me\"\n[window]\ncolour = 1\n[extra]\n");
    assert_eq!(Manifest::parse("m", &text).unwrap().warnings.len(), 3);
}

#[test]
fn boot_a_wrong_entry_is_left_out_and_reported() {
    let text = "[[apps]]\nmanifest = \"/apps/a/vyoma.toml\"\nrestart = \"always\"\n\
                [[apps]]\nmanifest = \"b.toml\"\n[[apps]]\nmanifest = \"/apps/c/vyoma.toml\"\n";
    let boot = BootConfig::parse("boot.toml", text);
    assert_eq!(boot.value.apps.len(), 2);
    assert_eq!(boot.value.apps[0].restart, Restart::Always);
    assert!(boot.invalid.unwrap().to_string().starts_with("boot.toml:5:12: manifest is \"b.toml\""));
}

#[test]
fn compat_the_shipped_file_has_the_contracts_entries() {
    let text = include_str!("../../../../image/rootfs/etc/vyoma/compat.toml");
    let compat = Compat::parse("compat.toml", text);
    assert!(compat.invalid.is_none() && compat.warnings.is_empty(), "{compat:?}");
    let of = |name| compat.value.of(&AppName::new(name).unwrap());
    assert!(of("dock").ps_raw_prefix && of("color-picker").mouse_down && !of("taskbar").ps_raw_prefix);
    assert_eq!((of("tetris").ping_hz, of("clock").ping_hz), (Some(10), None));
    assert_eq!((of("activity-monitor").ping_hz, of("activity-monitor").ps_raw_prefix), (Some(2), true));
    assert!(of("window-manager").screen_line && of("window-manager").events.contains(EventSet::APPS));
    assert_eq!(of("context-menu").content_height, Some(300));
}

#[test]
fn device_and_boot_the_shipped_files_are_right() {
    let device = DeviceConfig::parse("d", include_str!("../../../../image/rootfs/etc/vyoma/device.toml"));
    assert!(device.invalid.is_none() && device.warnings.is_empty(), "{device:?}");
    let boot = BootConfig::parse("b", include_str!("../../../../image/rootfs/etc/vyoma/boot.toml"));
    assert!(boot.invalid.is_none() && boot.value.apps.len() == 1, "{boot:?}");
}

#[test]
fn device_zones_are_read_and_wrong_ones_left_out_by_line() {
    let text = "policy = \"signage\"\n[[zones]]\nname = \"film\"\nh = \"90%\"\n\
                [[zones]]\nname = \"news\"\ny = \"90%\"\nh = 80\napps = [\"ticker\", \"clock\"]\n";
    let device = DeviceConfig::parse("d", text);
    assert!(device.invalid.is_none() && device.warnings.is_empty(), "{device:?}");
    let (zones, app) = (&device.value.zones, |name| AppName::new(name).unwrap());
    assert_eq!(zones[0].rect(1280, 800), (0, 0, 1280, 720));
    assert_eq!(zones[1].rect(1280, 800), (0, 720, 1280, 80));
    assert_eq!(device.value.zone_of(&app("clock")), Some(1));
    assert_eq!(device.value.zone_of(&app("player")), Some(0));
    let wrong = "[[zones]]\nname = \"a\"\nw = \"120%\"\n[[zones]]\nname = \"b\"\nx = -4\n[[zones]]\nw = 10\n\
                 [[zones]]\nname = \"c\"\napps = [\"x\"]\n[[zones]]\nname = \"d\"\napps = [\"x\"]\n\
                 [[zones]]\nname = \"c\"\n";
    let device = DeviceConfig::parse("d", wrong);
    assert_eq!(device.value.zones.iter().map(|z| z.name.as_str()).collect::<Vec<_>>(), ["c"]);
    let problems = device.invalid.unwrap().problems;
    assert_eq!(problems.iter().map(|p| p.line).collect::<Vec<_>>(), [3, 6, 7, 12, 15], "{problems:?}");
}

#[test]
fn device_wrong_values_keep_their_defaults() {
    let text = "policy = \"desktop\"\nrotation = 45\ntheme = \"blue\"\nkiosk_chords = [\"home\", \"x\"]\n";
    let device = DeviceConfig::parse("d", text);
    assert_eq!((device.value.policy, device.value.rotation), (Policy::Desktop, 0));
    assert_eq!((device.value.theme, device.value.kiosk_chords.len()), (Theme::Dark, 1));
    assert_eq!(device.invalid.unwrap().problems.len(), 3);
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused_with_places_inside_it(text in any_text()) {
        let lines = u32::try_from(text.matches('\n').count()).unwrap() + 1;
        let mut problems = Vec::new();
        match Manifest::parse("m", &text) {
            Ok(checked) => problems.extend(checked.warnings),
            Err(e) => {
                prop_assert!(!e.problems.is_empty());
                problems.extend(e.problems);
            }
        }
        problems.extend(BootConfig::parse("m", &text).invalid.into_iter().flat_map(|i| i.problems));
        problems.extend(Compat::parse("m", &text).invalid.into_iter().flat_map(|i| i.problems));
        problems.extend(DeviceConfig::parse("m", &text).invalid.into_iter().flat_map(|i| i.problems));
        for p in problems {
            prop_assert!((1..=lines).contains(&p.line));
            let line = text.split('\n').nth(p.line as usize - 1).unwrap();
            prop_assert!(p.column >= 1 && p.column as usize <= line.chars().count() + 1);
        }
    }
}

/// Noise, and noise made of what manifests are made of.
fn any_text() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "[app]\n",
        "name = \"a\"\n",
        "version = \"0.1.0\"\n",
        "wasm = \"a.wasm\"\n",
        "[capabilities]\n",
        "stdio = ",
        "true\n",
        "gpio = {}\n",
        "[[apps]]\n",
        "manifest = ",
        "\"/x\"\n",
        "[window]\n",
        "w = ",
        "-1\n",
        "0xffffffffffffffff\n",
        "1e400\n",
        "[limits]\n",
        "memory = \"99999999999999999999GiB\"\n",
        "[[menu_items]]\n",
        "[input]\n",
        "events = [",
        "\"key\",",
        "]\n",
        "\"é\u{1F600}",
        "= [[",
        "'''",
        "1979-05-27\n",
        "[a.b]\n",
        "{",
    ]);
    prop_oneof![any::<String>(), prop::collection::vec(piece, 0..24).prop_map(|p| p.concat())]
}
