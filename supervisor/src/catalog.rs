//! The catalog of bundles, for launchers; texts of the device's own files.

use std::rc::Rc;

use crate::bundles::Bundle;

/// The catalog's one-line JSON.
pub(crate) fn json(bundles: &[Rc<Bundle>], is_running: impl Fn(&str) -> bool) -> String {
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
    use bundle::{BundleList, Hash};
    use manifest::Manifest;

    use super::*;

    #[test]
    fn json_texts_are_escaped_on_one_line() {
        let mut out = String::new();
        quote(&mut out, "a\"b\\c\n\u{1}é");
        assert_eq!(out, "\"a\\\"b\\\\c\\u000a\\u0001é\"");
        let text = "[app]\nname = \"a\"\nversion = \"1.0.0\"\nwasm = \"a.wasm\"\nicon = \"i.svg\"\n";
        let manifest = Manifest::parse("m", text).unwrap().value;
        let list = Rc::new(BundleList::new(Hash([0; 32]), []).unwrap());
        let one = [Rc::new(Bundle { manifest, directory: "/apps/dir".into(), list, warnings: Vec::new() })];
        let expected = "[{\"name\":\"a\",\"title\":\"a\",\"version\":\"1.0.0\",\
                        \"icon\":\"/apps/dir/i.svg\",\"running\":true}]";
        assert_eq!(json(&one, |n| n == "a"), expected);
        assert_eq!(json(&[], |_| true), "[]");
    }
}
