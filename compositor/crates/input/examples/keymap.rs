//! Prints the table of a layout from the XKB data of this machine: `cargo run --example keymap -- de`.
//!
//! A row is a Linux key code and what the key types plain, with Shift, with AltGr, with both.

use kbvm::{GroupIndex, Keycode, ModifierMask};

fn main() {
    let layout = std::env::args().nth(1).unwrap_or_else(|| "us".into());
    let context = kbvm::xkb::Context::builder().build();
    let groups = [kbvm::xkb::rmlvo::Group { layout: &layout, variant: "" }];
    let keymap = context.keymap_from_names(Vec::new(), None, Some("pc105"), Some(&groups), Some(&[]));
    let table = keymap.to_builder().build_lookup_table();
    println!("# {layout}: Linux key code, then what it types plain, with Shift, with AltGr, with both.");
    println!("# Made by `cargo run --example keymap -- {layout}` from xkeyboard-config (MIT licence).");
    let shift = ModifierMask::SHIFT;
    let level3 = ModifierMask::MOD5;
    for code in 2..=110u32 {
        // Named keys, modifiers and the keypad are not the layout's.
        if matches!(code, 14 | 15 | 28 | 29 | 42 | 54..=56 | 58..=83 | 87..=110) {
            continue;
        }
        let masks = [ModifierMask::NONE, shift, level3, shift | level3];
        let words: Vec<String> = masks.iter().map(|m| word(&table, *m, code)).collect();
        if words.iter().any(|w| w != "none") {
            println!("{code} {}", words.join(" "));
        }
    }
}

fn word(table: &kbvm::lookup::LookupTable, mods: ModifierMask, code: u32) -> String {
    let lookup = table.lookup(GroupIndex(0), mods, Keycode::from_evdev(code));
    let Some(symbol) = lookup.into_iter().next() else { return "none".into() };
    match symbol.char() {
        Some(' ') => "space".into(),
        Some(c) if !c.is_control() && c != '\u{a0}' => c.into(),
        _ => symbol.keysym().name().filter(|n| n.starts_with("dead_")).unwrap_or("none").into(),
    }
}
