//! `limits.data`, with a real guest.

use control_protocol::host::Exit;
use manifest::{Capabilities, Limits};

use crate::STDIO;
use crate::harness::{App, Host, compile};

/// Writes 64 KiB pieces to `/data/a` until that fails with "no space left", `rounds` at most; then makes the file
/// empty and writes once more. Exit code: the pieces that were taken. Traps at anything unexpected.
const WRITER: &str = r#"(module
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_open"
    (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_filestat_set_size" (func $set_size (param i32 i64) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 4)
  (data (i32.const 64) "a")
  (func $piece (param $fd i32) (result i32)
    (i32.store (i32.const 0) (i32.const 65536))
    (i32.store (i32.const 4) (i32.const 65536))
    (call $fd_write (local.get $fd) (i32.const 0) (i32.const 1) (i32.const 8)))
  (func (export "_start") (local $fd i32) (local $n i32) (local $errno i32)
    ;; oflags 1 is CREAT; rights: fd_write, fd_filestat_set_size
    (if (call $path_open (i32.const 3) (i32.const 0) (i32.const 64) (i32.const 1) (i32.const 1)
          (i64.const 4194368) (i64.const 0) (i32.const 0) (i32.const 16)) (then (unreachable)))
    (local.set $fd (i32.load (i32.const 16)))
    (block $full (loop $again
      (local.set $errno (call $piece (local.get $fd)))
      (br_if $full (local.get $errno))
      (local.set $n (i32.add (local.get $n) (i32.const 1)))
      (br_if $again (i32.lt_u (local.get $n) (i32.const 100)))))
    (if (i32.ne (local.get $errno) (i32.const 51)) (then (unreachable)))
    (if (i32.ne (call $set_size (local.get $fd) (i64.const 2000000)) (i32.const 51)) (then (unreachable)))
    (if (call $set_size (local.get $fd) (i64.const 0)) (then (unreachable)))
    (if (call $piece (local.get $fd)) (then (unreachable)))
    (call $exit (local.get $n))))"#;

#[test]
fn writes_beyond_the_limit_fail_until_there_is_room_again() {
    let mut app = App::new(compile(WRITER), Capabilities { filesystem: true, ..STDIO });
    app.limits = Limits { data: 1 << 20, ..Limits::default() };
    let mut host = Host::start(&app);
    let Exit::Code(pieces) = host.ended() else { panic!("{:?}", host.log) };
    // The file itself is counted as a block.
    assert!((14..=16).contains(&pieces), "{pieces} pieces of 64 KiB in 1 MiB");
    let said = host.lines().iter().filter(|line| line.contains("limits.data")).count();
    assert_eq!(said, 1, "{:?}", host.lines());
}

#[test]
fn files_beyond_their_number_are_refused_and_old_ones_count() {
    let mut app = App::new(compile(WRITER), Capabilities { filesystem: true, ..STDIO });
    app.files = (0..10_001).map(|n| format!("old-{n}")).collect();
    let exit = Host::start(&app).ended();
    // The very first file cannot be made: the guest traps.
    assert!(matches!(exit, Exit::Trap(_)), "{exit:?}");
}
