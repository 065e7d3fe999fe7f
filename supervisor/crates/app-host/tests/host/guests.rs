//! Guests in WebAssembly text.

/// A WASI 0.1 module that prints `text`, then runs `body` (which may use `$write ptr len`, `$read`, `$exit`).
/// Memory: the text from 4096 on; 0 to 16 is scratch; what is read lies from 65536 on.
pub(crate) fn module(text: &str, body: &str) -> String {
    let escaped: String = text.bytes().map(|b| format!("\\{b:02x}")).collect();
    let len = text.len();
    format!(
        r#"(module
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (import "wasi_snapshot_preview1" "clock_time_get" (func $clock (param i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_prestat_get" (func $prestat (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 4)
  ;; Sleeps for so many nanoseconds: one subscription to the monotonic clock.
  (func $sleep (param $ns i64)
    (memory.fill (i32.const 256) (i32.const 0) (i32.const 48))
    (i32.store (i32.const 272) (i32.const 1))
    (i64.store (i32.const 280) (local.get $ns))
    (drop (call $poll (i32.const 256) (i32.const 512) (i32.const 1) (i32.const 1024))))
  (data (i32.const 4096) "{escaped}")
  (func $write_fd (param $fd i32) (param $at i32) (param $len i32)
    (i32.store (i32.const 0) (local.get $at))
    (i32.store (i32.const 4) (local.get $len))
    (drop (call $fd_write (local.get $fd) (i32.const 0) (i32.const 1) (i32.const 8))))
  (func $write (param $at i32) (param $len i32)
    (call $write_fd (i32.const 1) (local.get $at) (local.get $len)))
  ;; Reads once; gives the number of bytes, which lie at 65536.
  (func $read (result i32)
    (i32.store (i32.const 0) (i32.const 65536))
    (i32.store (i32.const 4) (i32.const 65536))
    (drop (call $fd_read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
    (i32.load (i32.const 8)))
  ;; Prints whatever is read, until the end of stdin.
  (func $echo (local $n i32)
    (loop $again
      (local.set $n (call $read))
      (if (local.get $n) (then
        (call $write (i32.const 65536) (local.get $n))
        (br $again)))))
  (func $say (call $write (i32.const 4096) (i32.const {len})))
  (func (export "_start")
    (call $say)
    {body}))"#
    )
}

/// A WASI 0.2 component that prints "VYOMA_DRAW:fill_rect:0,0,9,9,0x00ff00ff", flushes, and returns ok.
pub(crate) const COMPONENT: &str = r#"(component
  (import "wasi:io/error@0.2.0" (instance $error (export "error" (type (sub resource)))))
  (alias export $error "error" (type $error-type))
  (import "wasi:io/streams@0.2.0" (instance $streams
    (alias outer 1 $error-type (type $e))
    (export "error" (type $error-here (eq $e)))
    (export "output-stream" (type $output (sub resource)))
    (type $own-error (own $error-here))
    (type $stream-error-def (variant (case "last-operation-failed" $own-error) (case "closed")))
    (export "stream-error" (type $stream-error (eq $stream-error-def)))
    (type $contents (list u8))
    (type $self (borrow $output))
    (type $done (result (error $stream-error)))
    (export "[method]output-stream.blocking-write-and-flush"
      (func (param "self" $self) (param "contents" $contents) (result $done)))))
  (alias export $streams "output-stream" (type $output-stream))
  (import "wasi:cli/stdout@0.2.0" (instance $stdout
    (alias outer 1 $output-stream (type $o))
    (export "output-stream" (type $output (eq $o)))
    (type $own (own $output))
    (export "get-stdout" (func (result $own)))))
  (core module $memory
    (memory (export "memory") 1)
    (data (i32.const 64) "VYOMA_DRAW:fill_rect:0,0,9,9,0x00ff00ff\nVYOMA_DRAW:flush\n"))
  (core instance $mem (instantiate $memory))
  (alias core export $mem "memory" (core memory $mem-memory))
  (core func $get-stdout (canon lower (func $stdout "get-stdout")))
  (core func $write (canon lower (func $streams "[method]output-stream.blocking-write-and-flush")
    (memory $mem-memory)))
  (core module $main
    (import "host" "get-stdout" (func $get-stdout (result i32)))
    (import "host" "write" (func $write (param i32 i32 i32 i32)))
    (func (export "run") (result i32)
      (call $write (call $get-stdout) (i32.const 64) (i32.const 57) (i32.const 0))
      (i32.const 0)))
  (core instance $app (instantiate $main (with "host" (instance
    (export "get-stdout" (func $get-stdout))
    (export "write" (func $write))))))
  (func $run (result (result)) (canon lift (core func $app "run")))
  (instance $cli (export "run" (func $run)))
  (export "wasi:cli/run@0.2.0" (instance $cli)))"#;
