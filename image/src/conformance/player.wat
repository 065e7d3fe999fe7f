;; A guest that does what a script in its memory says, and tells on its standard error what it hears.
;;
;; Memory: scratch 0..64; bytes read from 0x10000 to 0x18000; the line that is being put together from 0x20000 on, after
;; the two bytes "> "; the script from 0x100000 on. `$PAGES` and `$SCRIPT` are put in by `guest.rs`, which also says
;; what the operations are.
(module
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (import "wasi_snapshot_preview1" "clock_time_get" (func $clock_time_get (param i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll_oneoff (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_prestat_get" (func $fd_prestat_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_prestat_dir_name" (func $fd_prestat_dir_name (param i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "args_sizes_get" (func $args_sizes_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_sizes_get" (func $environ_sizes_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_open"
    (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_pread" (func $fd_pread (param i32 i32 i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_pwrite" (func $fd_pwrite (param i32 i32 i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_sync" (func $fd_sync (param i32) (result i32)))
  (memory (export "memory") $PAGES)
  (data (i32.const 0x1fffe) "> ")
  (data (i32.const 0x100000) "$SCRIPT")

  (global $at (mut i32) (i32.const 0x100000))
  ;; What of the read bytes was not looked at yet.
  (global $from (mut i32) (i32.const 0))
  (global $to (mut i32) (i32.const 0))
  ;; Length of the line at 0x20000.
  (global $line (mut i32) (i32.const 0))

  (func $write (param $fd i32) (param $ptr i32) (param $len i32)
    (loop $again
      (if (i32.eqz (local.get $len)) (then (return)))
      (i32.store (i32.const 0) (local.get $ptr))
      (i32.store (i32.const 4) (local.get $len))
      (if (call $fd_write (local.get $fd) (i32.const 0) (i32.const 1) (i32.const 8)) (then (return)))
      (local.set $ptr (i32.add (local.get $ptr) (i32.load (i32.const 8))))
      (local.set $len (i32.sub (local.get $len) (i32.load (i32.const 8))))
      (br $again)))

  ;; Writes so many zero bytes; the error, 0 for none.
  (func $put_all (param $fd i32) (param $len i32) (result i32) (local $error i32)
    (loop $again
      (if (i32.eqz (local.get $len)) (then (return (i32.const 0))))
      (i32.store (i32.const 0) (i32.const 0x50000))
      (i32.store (i32.const 4) (select (local.get $len) (i32.const 4096) (i32.lt_u (local.get $len) (i32.const 4096))))
      (local.set $error (call $fd_write (local.get $fd) (i32.const 0) (i32.const 1) (i32.const 8)))
      (if (local.get $error) (then (return (local.get $error))))
      (local.set $len (i32.sub (local.get $len) (i32.load (i32.const 8))))
      (br $again))
    (unreachable))

  ;; The next number of the script.
  (func $number (result i32)
    (global.set $at (i32.add (global.get $at) (i32.const 4)))
    (i32.load (i32.sub (global.get $at) (i32.const 4))))

  ;; Reads a line to 0x20000, without its newline, and tells it; 0 at the end of the stream.
  (func $hear (result i32) (local $byte i32)
    (global.set $line (i32.const 0))
    (loop $next
      (if (i32.eq (global.get $from) (global.get $to)) (then
        (i32.store (i32.const 0) (i32.const 0x10000))
        (i32.store (i32.const 4) (i32.const 0x8000))
        (if (call $fd_read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8))
          (then (return (i32.const 0))))
        (if (i32.eqz (i32.load (i32.const 8))) (then (return (i32.const 0))))
        (global.set $from (i32.const 0x10000))
        (global.set $to (i32.add (i32.const 0x10000) (i32.load (i32.const 8))))))
      (local.set $byte (i32.load8_u (global.get $from)))
      (global.set $from (i32.add (global.get $from) (i32.const 1)))
      (i32.store8 (i32.add (i32.const 0x20000) (global.get $line)) (local.get $byte))
      (if (i32.ne (local.get $byte) (i32.const 10)) (then
        (global.set $line (i32.add (global.get $line) (i32.const 1)))
        (br $next))))
    (call $write (i32.const 2) (i32.const 0x1fffe) (i32.add (global.get $line) (i32.const 3)))
    (i32.const 1))

  ;; Whether the line begins with these bytes.
  (func $begins (param $ptr i32) (param $len i32) (result i32) (local $i i32)
    (if (i32.lt_u (global.get $line) (local.get $len)) (then (return (i32.const 0))))
    (loop $next
      (if (i32.eq (local.get $i) (local.get $len)) (then (return (i32.const 1))))
      (if (i32.ne (i32.load8_u (i32.add (i32.const 0x20000) (local.get $i)))
                  (i32.load8_u (i32.add (local.get $ptr) (local.get $i))))
        (then (return (i32.const 0))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $next))
    (unreachable))

  ;; "name 12345\n" on standard error; `$name` are 8 bytes.
  (func $tell (param $name i64) (param $value i64) (local $ptr i32)
    (i64.store (i32.const 24) (local.get $name))
    (i32.store8 (i32.const 63) (i32.const 10))
    (local.set $ptr (i32.const 63))
    (loop $next
      (local.set $ptr (i32.sub (local.get $ptr) (i32.const 1)))
      (i32.store8 (local.get $ptr)
        (i32.add (i32.const 48) (i32.wrap_i64 (i64.rem_u (local.get $value) (i64.const 10)))))
      (local.set $value (i64.div_u (local.get $value) (i64.const 10)))
      (br_if $next (i64.ne (local.get $value) (i64.const 0))))
    (i64.store (i32.sub (local.get $ptr) (i32.const 8)) (local.get $name))
    (call $write (i32.const 2) (i32.sub (local.get $ptr) (i32.const 8))
      (i32.sub (i32.const 72) (local.get $ptr))))

  (func $sleep (param $ms i32)
    (memory.fill (i32.const 0x10000) (i32.const 0) (i32.const 48))
    (i32.store (i32.const 0x10010) (i32.const 1))
    (i64.store (i32.const 0x10018) (i64.mul (i64.extend_i32_u (local.get $ms)) (i64.const 1000000)))
    (drop (call $poll_oneoff (i32.const 0x10000) (i32.const 0x10080) (i32.const 1) (i32.const 8))))

  ;; Where record `$n` of 64 bytes lies in its file; its 8 numbers are all `$n`.
  (func $record_at (param $n i64) (result i64)
    (i64.mul (i64.sub (local.get $n) (i64.const 1)) (i64.const 64)))

  ;; Whether the file holds record `$n`, whole.
  (func $has_record (param $fd i32) (param $n i64) (result i32) (local $i i32)
    (i32.store (i32.const 0) (i32.const 0x30000))
    (i32.store (i32.const 4) (i32.const 64))
    (if (call $fd_pread (local.get $fd) (i32.const 0) (i32.const 1) (call $record_at (local.get $n)) (i32.const 8))
      (then (return (i32.const 0))))
    (if (i32.ne (i32.load (i32.const 8)) (i32.const 64)) (then (return (i32.const 0))))
    (loop $next
      (if (i64.ne (i64.load (i32.add (i32.const 0x30000) (local.get $i))) (local.get $n))
        (then (return (i32.const 0))))
      (local.set $i (i32.add (local.get $i) (i32.const 8)))
      (br_if $next (i32.lt_u (local.get $i) (i32.const 64))))
    (i32.const 1))

  ;; Writes record `$n` and has it synchronised; traps where that is refused.
  (func $keep_record (param $fd i32) (param $n i64) (local $i i32)
    (loop $next
      (i64.store (i32.add (i32.const 0x30000) (local.get $i)) (local.get $n))
      (local.set $i (i32.add (local.get $i) (i32.const 8)))
      (br_if $next (i32.lt_u (local.get $i) (i32.const 64))))
    (i32.store (i32.const 0) (i32.const 0x30000))
    (i32.store (i32.const 4) (i32.const 64))
    (if (call $fd_pwrite (local.get $fd) (i32.const 0) (i32.const 1) (call $record_at (local.get $n)) (i32.const 8))
      (then (unreachable)))
    (if (call $fd_sync (local.get $fd)) (then (unreachable))))

  (func (export "_start") (local $op i32) (local $a i32) (local $b i32) (local $ptr i32) (local $n i64)
    (loop $step
      (local.set $op (call $number))
      (local.set $a (call $number))
      (local.set $b (call $number))
      (local.set $ptr (global.get $at))
      (block $bad (block $millis (block $keep (block $work (block $put (block $eof (block $open (block $world (block $clock (block $grow (block $spin (block $sleep
      (block $fill (block $trap (block $exit (block $jump (block $count (block $wait (block $write (block $end
        (br_table $end $write $wait $count $jump $exit $trap $fill $sleep $spin $grow $clock $world $open $eof $put $work $keep $millis $bad
          (local.get $op)))
        ;; 0 end
        (return))
        ;; 1 write: stream, length, bytes
        (call $write (local.get $a) (local.get $ptr) (local.get $b))
        (global.set $at (i32.add (local.get $ptr) (local.get $b)))
        (br $step))
        ;; 2 wait: 1 for the whole line, length, bytes
        (global.set $at (i32.add (local.get $ptr) (local.get $b)))
        (loop $another
          (if (i32.eqz (call $hear)) (then (return)))
          (br_if $another (i32.eqz (call $begins (local.get $ptr) (local.get $b))))
          (br_if $another (i32.and (local.get $a) (i32.ne (global.get $line) (local.get $b)))))
        (br $step))
        ;; 3 count: lines
        (loop $another
          (if (i32.eqz (local.get $a)) (then (br $step)))
          (if (i32.eqz (call $hear)) (then (return)))
          (local.set $a (i32.sub (local.get $a) (i32.const 1)))
          (br $another)))
        ;; 4 jump: to this byte of the script
        (global.set $at (i32.add (i32.const 0x100000) (local.get $a)))
        (br $step))
        ;; 5 exit: code
        (call $proc_exit (local.get $a)))
        ;; 6 trap
        (unreachable))
        ;; 7 fill: stream, so many letters x
        (memory.fill (i32.const 0x40000) (i32.const 120) (i32.const 0x10000))
        (loop $more
          (if (i32.gt_u (local.get $b) (i32.const 0x10000)) (then
            (call $write (local.get $a) (i32.const 0x40000) (i32.const 0x10000))
            (local.set $b (i32.sub (local.get $b) (i32.const 0x10000)))
            (br $more))))
        (call $write (local.get $a) (i32.const 0x40000) (local.get $b))
        (br $step))
        ;; 8 sleep: milliseconds
        (call $sleep (local.get $a))
        (br $step))
        ;; 9 spin for ever
        (loop $for_ever (br $for_ever)))
        ;; 10 grow: pages; tells the former number of them, or 2^32-1
        (call $tell (i64.const 0x20776f7267202020) ;; "   grow "
          (i64.extend_i32_u (memory.grow (local.get $a))))
        (br $step))
        ;; 11 clock: tells the seconds of the monotonic clock
        (drop (call $clock_time_get (i32.const 1) (i64.const 1) (i32.const 16)))
        (call $tell (i64.const 0x206b636f6c632020) ;; "  clock "
          (i64.div_u (i64.load (i32.const 16)) (i64.const 1000000000)))
        (br $step))
        ;; 12 world: tells how many arguments, variables and given folders there are, and the first folder's name
        (drop (call $args_sizes_get (i32.const 8) (i32.const 12)))
        (call $tell (i64.const 0x2073677261202020) (i64.extend_i32_u (i32.load (i32.const 8)))) ;; "   args "
        (drop (call $environ_sizes_get (i32.const 8) (i32.const 12)))
        (call $tell (i64.const 0x20736e6f72697665) (i64.extend_i32_u (i32.load (i32.const 8)))) ;; "evirons "
        (local.set $b (i32.const 3))
        (loop $given
          (if (i32.eqz (call $fd_prestat_get (local.get $b) (i32.const 8))) (then
            (i64.store (i32.const 0x40000) (i64.const 0x207265646c6f66)) ;; "folder "
            (drop (call $fd_prestat_dir_name (local.get $b) (i32.const 0x40007) (i32.load (i32.const 12))))
            (i32.store8 (i32.add (i32.const 0x40007) (i32.load (i32.const 12))) (i32.const 10))
            (call $write (i32.const 2) (i32.const 0x40000) (i32.add (i32.const 8) (i32.load (i32.const 12))))
            (local.set $b (i32.add (local.get $b) (i32.const 1)))
            (br $given))))
        (call $tell (i64.const 0x20737265646c6f66) ;; "folders "
          (i64.extend_i32_u (i32.sub (local.get $b) (i32.const 3))))
        (br $step))
        ;; 13 open: flags of creation, length, path below the first given folder; tells the error, 0 for none
        (call $tell (i64.const 0x206e65706f202020) (i64.extend_i32_u ;; "   open "
          (call $path_open (i32.const 3) (i32.const 0) (local.get $ptr) (local.get $b) (local.get $a)
            (i64.const 0x1fffffff) (i64.const 0) (i32.const 0) (i32.const 8))))
        (global.set $at (i32.add (local.get $ptr) (local.get $b)))
        (br $step))
        ;; 14 eof: hears until the end of the stream
        (loop $another (br_if $another (call $hear)))
        (br $step))
        ;; 15 put: letters to a descriptor; tells the error, 0 for none
        (call $tell (i64.const 0x2074757020202020) (i64.extend_i32_u ;; "    put "
          (call $put_all (local.get $a) (local.get $b))))
        (br $step))
        ;; 16 work: counts to so many millions
        (local.set $a (i32.mul (local.get $a) (i32.const 1000000)))
        (loop $more
          (local.set $a (i32.sub (local.get $a) (i32.const 1)))
          (br_if $more (local.get $a)))
        (br $step))
        ;; 17 keep: tells how many records a file holds, then adds one after the other and tells each
        (loop $kept
          (if (call $has_record (local.get $a) (i64.add (local.get $n) (i64.const 1))) (then
            (local.set $n (i64.add (local.get $n) (i64.const 1)))
            (br $kept))))
        (call $tell (i64.const 0x207470656b202020) (local.get $n)) ;; "   kept "
        (loop $add
          (local.set $n (i64.add (local.get $n) (i64.const 1)))
          (call $keep_record (local.get $a) (local.get $n))
          (call $tell (i64.const 0x206465636e797320) (local.get $n)) ;; " synced "
          (call $sleep (local.get $b))
          (br $add)))
        ;; 18 millis: tells the milliseconds of the monotonic clock
        (drop (call $clock_time_get (i32.const 1) (i64.const 1) (i32.const 16)))
        (call $tell (i64.const 0x2073696c6c696d20) ;; " millis "
          (i64.div_u (i64.load (i32.const 16)) (i64.const 1000000)))
        (br $step))
      ;; No such operation: the script's author sees a trap.
      (unreachable))))
