//! All bundles of the device, for launchers.

use std::fs;
use std::path::{Path, PathBuf};

use manifest::{MAX_TEXT, Manifest};

use crate::app::MAX_APPS;

/// One bundle.
pub(crate) struct Bundle {
    pub(crate) manifest: Manifest,
    pub(crate) directory: PathBuf,
}

/// Reads a bundle's manifest. The text of a failure is for people: all that is wrong, a line each.
pub(crate) fn read_manifest(path: &Path) -> Result<(Manifest, Vec<String>), String> {
    let text = read_text(path)?;
    let file = path.display().to_string();
    let checked = Manifest::parse(&file, &text).map_err(|e| e.to_string())?;
    let warnings = checked.warnings.iter().map(|w| format!("{file}:{}:{}: {}", w.line, w.column, w.what));
    Ok((checked.value, warnings.collect()))
}

/// Reads a text of bounded size.
pub(crate) fn read_text(path: &Path) -> Result<String, String> {
    use std::io::Read;
    let wrong = |e: std::io::Error| format!("{}: {e}", path.display());
    let file = fs::File::open(path).map_err(wrong)?;
    let mut text = String::new();
    // One more than is allowed, so that the parser sees that it is too much.
    file.take(MAX_TEXT as u64 + 1).read_to_string(&mut text).map_err(wrong)?;
    Ok(text)
}

/// All valid bundles below a directory, by title.
pub(crate) fn bundles(apps: &Path) -> Vec<Bundle> {
    let mut bundles = Vec::new();
    for entry in fs::read_dir(apps).into_iter().flatten().flatten().take(MAX_APPS) {
        let directory = entry.path();
        if let Ok((manifest, _)) = read_manifest(&directory.join("vyoma.toml")) {
            bundles.push(Bundle { manifest, directory });
        }
    }
    bundles.sort_by_cached_key(|b| (b.manifest.title().to_lowercase(), b.manifest.name.clone()));
    bundles
}

/// The catalog's one-line JSON.
pub(crate) fn json(bundles: &[Bundle], is_running: impl Fn(&str) -> bool) -> String {
    let mut out = String::from("[");
    for (i, bundle) in bundles.iter().enumerate() {
        let m = &bundle.manifest;
        let name = m.name.as_str();
        if i > 0 {
            out.push(',');
        }
        out.push('{');
        field(&mut out, "name", name);
        out.push(',');
        field(&mut out, "title", m.title());
        out.push(',');
        field(&mut out, "version", &m.version);
        let directory = bundle.directory.file_name().and_then(|n| n.to_str()).unwrap_or(name);
        if let Some(icon) = &m.icon {
            out.push(',');
            field(&mut out, "icon", &format!("/apps/{directory}/{icon}"));
        }
        for (key, value) in [("category", &m.category), ("description", &m.description)] {
            if let Some(value) = value {
                out.push(',');
                field(&mut out, key, value);
            }
        }
        out.push_str(if is_running(name) { ",\"running\":true}" } else { ",\"running\":false}" });
    }
    out.push(']');
    out
}

fn field(out: &mut String, key: &str, value: &str) {
    quote(out, key);
    out.push(':');
    quote(out, value);
}

/// A JSON string (RFC 8259, 7).
fn quote(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            '\u{0}'..='\u{1f}' => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_texts_are_escaped_on_one_line() {
        let mut out = String::new();
        quote(&mut out, "a\"b\\c\n\u{1}é");
        assert_eq!(out, "\"a\\\"b\\\\c\\u000a\\u0001é\"");
        let text = "[app]\nname = \"a\"\nversion = \"1.0.0\"\nwasm = \"a.wasm\"\nicon = \"i.svg\"\n";
        let manifest = Manifest::parse("m", text).unwrap().value;
        let one = [Bundle { manifest, directory: "/apps/dir".into() }];
        let expected = "[{\"name\":\"a\",\"title\":\"a\",\"version\":\"1.0.0\",\
                        \"icon\":\"/apps/dir/i.svg\",\"running\":true}]";
        assert_eq!(json(&one, |n| n == "a"), expected);
        assert_eq!(json(&[], |_| true), "[]");
    }
}
