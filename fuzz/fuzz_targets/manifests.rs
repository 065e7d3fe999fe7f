//! `vyoma.toml` and the device's own files: any text gives a value or problems with a place in the text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vyoma_manifest::{BootConfig, Chosen, Compat, DeviceConfig, Manifest};

fuzz_target!(|text: &str| {
    if let Err(invalid) = Manifest::parse("vyoma.toml", text) {
        assert!(!invalid.to_string().is_empty());
    }
    let _ = BootConfig::parse("boot.toml", text);
    let _ = Compat::parse("compat.toml", text);
    let _ = DeviceConfig::parse("device.toml", text);
    let _ = Chosen::parse("settings.toml", text);
});
