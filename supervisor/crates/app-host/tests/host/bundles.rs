//! The real program with bundles that are not what their lists say.

use std::fs;
use std::path::Path;

use control_protocol::host::Exit;
use manifest::Capabilities;

use crate::harness::{App, Host, compile};

const GUEST: &str = "(module (func (export \"_start\")))";

/// How an app ends whose bundle was tampered with after its list was made.
fn end(tampers: fn(&Path)) -> Exit {
    let mut app = App::new(compile(GUEST), Capabilities::default());
    app.beside = vec![("icon.svg", "<svg/>"), ("vyoma.toml", "[app]")];
    app.tampers = tampers;
    Host::start(&app).ended()
}

#[test]
fn a_bundle_as_its_list_says_runs() {
    assert_eq!(end(|_| ()), Exit::Code(0));
    // The list and its signature are not their own subjects.
    assert_eq!(
        end(|bundle| {
            fs::write(bundle.join("bundle.hashes"), "x").unwrap();
            fs::write(bundle.join("bundle.minisig"), "x").unwrap();
        }),
        Exit::Code(0)
    );
}

#[test]
fn a_bundle_of_other_bytes_is_refused_with_the_file_s_name() {
    type Case = (fn(&Path), &'static str);
    let cases: [Case; 11] = [
        (
            |bundle| {
                let mut code = fs::read(bundle.join("app.cwasm")).unwrap();
                *code.last_mut().unwrap() ^= 1;
                fs::write(bundle.join("app.cwasm"), code).unwrap();
            },
            "app.cwasm: its SHA-256 is ",
        ),
        (|bundle| fs::write(bundle.join("icon.svg"), "<svg>/").unwrap(), "icon.svg: its SHA-256 is "),
        (
            |bundle| fs::write(bundle.join("icon.svg"), "<svg/>\n").unwrap(),
            "icon.svg: it has 7 bytes, bundle.hashes says 6",
        ),
        (|bundle| fs::write(bundle.join("vyoma.toml"), "[aqp]").unwrap(), "vyoma.toml: its SHA-256 is "),
        (
            |bundle| fs::write(bundle.join("more"), "").unwrap(),
            "more is in the bundle, but not in bundle.hashes",
        ),
        (
            |bundle| fs::create_dir(bundle.join("dir")).unwrap(),
            "dir is in the bundle, but not in bundle.hashes",
        ),
        (
            |bundle| fs::remove_file(bundle.join("icon.svg")).unwrap(),
            "icon.svg is in bundle.hashes, but not in the bundle",
        ),
        (
            |bundle| fs::remove_file(bundle.join("app.cwasm")).unwrap(),
            "app.cwasm is in bundle.hashes, but not",
        ),
        (
            |bundle| {
                fs::rename(bundle.join("icon.svg"), bundle.with_file_name("icon.svg")).unwrap();
                std::os::unix::fs::symlink("../icon.svg", bundle.join("icon.svg")).unwrap();
            },
            "icon.svg is neither a file nor a folder",
        ),
        (
            |bundle| {
                fs::remove_file(bundle.join("icon.svg")).unwrap();
                let mode = rustix::fs::Mode::from_raw_mode(0o644);
                let kind = rustix::fs::FileType::Fifo;
                rustix::fs::mknodat(rustix::fs::CWD, bundle.join("icon.svg"), kind, mode, 0).unwrap();
            },
            "icon.svg is neither a file nor a folder",
        ),
        (
            |bundle| {
                use std::os::unix::ffi::OsStrExt;
                fs::write(bundle.join(std::ffi::OsStr::from_bytes(b"\xff")), "").unwrap();
            },
            "is not UTF-8",
        ),
    ];
    for (tampers, why) in cases {
        let exit = end(tampers);
        assert!(matches!(&exit, Exit::Refused(found) if found.contains(why)), "{exit:?}, expected {why}");
    }
}
