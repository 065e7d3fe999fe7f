//! What the process of a plain app with a window calls after its filter is on: every call of the list, and no more of
//! them than the list names. Watched by the kernel's own means (`ptrace(2)`), so that the program is the real one.

use std::collections::BTreeSet;
use std::ffi::c_void;
use std::os::fd::AsFd;
use std::ptr;
use std::sync::{Arc, Condvar, Mutex, mpsc};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use control_protocol::PixelSize;
use control_protocol::host::{Exit, FromHost, OpenedFile, SurfaceSpec, ToHost};
use rustix::process::{Pid, Signal, kill_process};
use surface_protocol::Layout;
use sys::Seqpacket;
use syscalls::{Filter, Libc};

use crate::ALL;
use crate::guests::module;
use crate::harness::{App, Host, PATIENCE, compile};

/// The most that a plain app's process may have open.
const MOST: usize = 23;

/// On the list, and not to be seen here: a bug's last words, of which there is none to show.
const UNSEEN: &str = "write";

/// Messages, and bytes of each, that an app has waiting for it at most: somewhat less than a MiB in all.
const MESSAGES: usize = 500;
const MESSAGE: usize = 2000;

/// `mov eax, 228; syscall; ret`: asks the kernel for the time, as a vDSO does where it cannot read the machine's clock.
const ASK_THE_KERNEL: i64 = i64::from_le_bytes([0xb8, 0xe4, 0, 0, 0, 0x0f, 0x05, 0xc3]);

/// The calls of a process that is followed.
#[derive(Clone, Default)]
struct Calls(Arc<(Mutex<BTreeSet<i64>>, Condvar)>);

impl Calls {
    fn insert(&self, number: i64) {
        if self.0.0.lock().unwrap().insert(number) {
            self.0.1.notify_all();
        }
    }

    /// Whether a call was seen before so much time passed.
    fn has_within(&self, number: i64, time: Duration) -> bool {
        let lacks = |calls: &mut BTreeSet<i64>| !calls.contains(&number);
        !self.0.1.wait_timeout_while(self.0.0.lock().unwrap(), time, lacks).unwrap().1.timed_out()
    }
}

/// Where a process's vDSO begins.
fn vdso(pid: &str) -> i64 {
    let maps = std::fs::read_to_string(format!("/proc/{pid}/maps")).unwrap();
    let line = maps.lines().find(|line| line.ends_with("[vdso]")).expect("a kernel with a vDSO");
    i64::from_str_radix(line.split('-').next().unwrap(), 16).unwrap()
}

/// Where in the vDSO the clock is read.
fn clock_in_vdso() -> i64 {
    // SAFETY: the names end with a zero, and what is loaded already runs nothing when it is opened.
    let clock = unsafe {
        let vdso = libc::dlopen(c"linux-vdso.so.1".as_ptr(), libc::RTLD_LAZY | libc::RTLD_NOLOAD);
        libc::dlsym(vdso, c"__vdso_clock_gettime".as_ptr())
    };
    assert!(!clock.is_null(), "the vDSO reads no clock");
    i64::try_from(clock.addr()).unwrap() - vdso("self")
}

/// Follows a process and its threads, and notes the numbers of the calls they make after the filter closed.
/// Its vDSO leaves clocks to the kernel.
fn follow(pid: u32, calls: Calls) -> JoinHandle<()> {
    let pid = i32::try_from(pid).unwrap();
    let (attached, wait) = mpsc::channel();
    let follower = thread::spawn(move || {
        let none = ptr::null_mut::<c_void>();
        // SAFETY: requests about a process of ours. None has an address of this one but that for the call, whose
        // structure is as large as is said.
        unsafe {
            let options = usize::try_from(libc::PTRACE_O_TRACECLONE | libc::PTRACE_O_TRACESYSGOOD).unwrap();
            assert_eq!(libc::ptrace(libc::PTRACE_SEIZE, pid, none, options), 0, "it may not be followed");
            libc::ptrace(libc::PTRACE_INTERRUPT, pid, none, none);
            attached.send(()).unwrap();
            let (mut is_closed, mut is_blind) = (false, false);
            loop {
                let mut status = 0;
                // Those that this thread follows, and no other test's children.
                let pid = libc::waitpid(-1, &raw mut status, libc::__WALL | libc::__WNOTHREAD);
                if pid < 0 {
                    return;
                }
                if !libc::WIFSTOPPED(status) {
                    continue;
                }
                let (signal, event) = (libc::WSTOPSIG(status), status >> 16);
                let mut deliver = 0_usize;
                if signal == libc::SIGTRAP | 0x80 {
                    let mut info: libc::ptrace_syscall_info = std::mem::zeroed();
                    libc::ptrace(libc::PTRACE_GET_SYSCALL_INFO, pid, size_of_val(&info), &raw mut info);
                    if info.op == libc::PTRACE_SYSCALL_INFO_ENTRY {
                        let number = i64::try_from(info.u.entry.nr).unwrap();
                        if is_closed {
                            calls.insert(number);
                        }
                        is_closed |= number == libc::SYS_seccomp;
                        if !is_blind && number == libc::SYS_recvmsg {
                            // Its own program runs, and has its memory still open to us.
                            let clock = vdso(&pid.to_string()) + clock_in_vdso();
                            let poked = libc::ptrace(libc::PTRACE_POKEDATA, pid, clock, ASK_THE_KERNEL);
                            assert_eq!(poked, 0, "its vDSO may not be changed");
                            is_blind = true;
                        }
                    }
                } else if event == 0 {
                    deliver = usize::try_from(signal).unwrap();
                } else if event == libc::PTRACE_EVENT_STOP && signal == libc::SIGSTOP {
                    // Until somebody lets it go on.
                    libc::ptrace(libc::PTRACE_LISTEN, pid, none, none);
                    continue;
                }
                libc::ptrace(libc::PTRACE_SYSCALL, pid, none, deliver);
            }
        }
    });
    wait.recv().unwrap();
    follower
}

/// Runs a guest, does something with it, and gives the calls of its process.
fn calls_of(text: &str, body: &str, act: impl FnOnce(&mut Host, &Calls)) -> BTreeSet<i64> {
    let calls = calls_until(libc::SYS_exit_group, &module(text, body), act);
    let seen = calls.0.0.lock().unwrap();
    seen.clone()
}

/// The same of a whole module, up to a call that has to come.
fn calls_until(last: i64, wat: &str, act: impl FnOnce(&mut Host, &Calls)) -> Calls {
    let (mut follower, calls) = (None, Calls::default());
    let app = App::new(compile(wat), ALL);
    let mut host = Host::start_watched(&app, |pid| follower = Some(follow(pid, calls.clone())));
    act(&mut host, &calls);
    assert!(calls.has_within(last, PATIENCE), "call {last} does not come");
    drop(host);
    follower.unwrap().join().unwrap();
    calls
}

/// Numbers of the processors whose tables `libc` has here.
fn number(name: &str) -> i64 {
    match name {
        "read" => libc::SYS_read,
        "write" => libc::SYS_write,
        "close" => libc::SYS_close,
        "sendmsg" => libc::SYS_sendmsg,
        "recvmsg" => libc::SYS_recvmsg,
        "ppoll" => libc::SYS_ppoll,
        "epoll_pwait" => libc::SYS_epoll_pwait,
        "epoll_ctl" => libc::SYS_epoll_ctl,
        "futex" => libc::SYS_futex,
        "clock_gettime" => libc::SYS_clock_gettime,
        "clock_nanosleep" => libc::SYS_clock_nanosleep,
        "brk" => libc::SYS_brk,
        "munmap" => libc::SYS_munmap,
        "madvise" => libc::SYS_madvise,
        "mremap" => libc::SYS_mremap,
        "mmap" => libc::SYS_mmap,
        "mprotect" => libc::SYS_mprotect,
        "fcntl" => libc::SYS_fcntl,
        "fstat" => libc::SYS_fstat,
        "rt_sigreturn" => libc::SYS_rt_sigreturn,
        "sigaltstack" => libc::SYS_sigaltstack,
        "restart_syscall" => libc::SYS_restart_syscall,
        "exit_group" => libc::SYS_exit_group,
        other => panic!("{other} came onto the list: name its number here, and show who needs it below"),
    }
}

#[test]
fn every_call_of_a_plain_app_is_needed() {
    let frame = "VYOMA_DRAW:fill_rect:0,0,5,5,0xff00ffff\nVYOMA_DRAW:flush\n";
    let mut seen = BTreeSet::new();

    // Random numbers, sleep, a new compositor, a canvas of another size, a normal end.
    let body = "(drop (call $random (i32.const 65536) (i32.const 180000))) (call $sleep (i64.const 1000000)) (call $echo)";
    seen.extend(calls_of(frame, body, |host, _| {
        host.commit();
        let size = PixelSize { w: 80, h: 60 };
        let bytes = Layout::new(paint::Size::new(80, 60).unwrap()).bytes();
        let memory = sys::create_surface_memory("test", bytes).unwrap();
        host.send_with(&ToHost::Buffer(SurfaceSpec { size, generation: 2 }), memory.as_fd());
        let (ours, theirs) = Seqpacket::pair().unwrap();
        host.surface = Some(ours);
        host.send_with(&ToHost::Surface, theirs.as_fd());
        host.send(&ToHost::CloseStdin);
        assert_eq!(host.ended(), Exit::Code(0));
    }));

    // A font that is waited for while the process is stopped and goes on, and the font's bytes.
    let text = "VYOMA_DRAW:draw_text:0,0,0xffffffff,m,\u{e01}\nVYOMA_DRAW:flush\n";
    seen.extend(calls_of(text, "", |host, calls| {
        let asked = |m: &FromHost| if let FromHost::OpenFont { token, .. } = m { Some(*token) } else { None };
        let token = host.until(asked);
        let pid = Pid::from_raw(i32::try_from(host.child.pid()).unwrap()).unwrap();
        for _ in 0..100 {
            kill_process(pid, Signal::STOP).unwrap();
            kill_process(pid, Signal::CONT).unwrap();
            if calls.has_within(libc::SYS_restart_syscall, Duration::from_millis(10)) {
                break;
            }
        }
        let font = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../assets/fonts/bundle/Thai.ttf");
        let font = std::fs::File::open(font).unwrap();
        let file = Ok(OpenedFile { bytes: font.metadata().unwrap().len(), changed_ns: 0, sha256: None });
        host.send_with(&ToHost::File { token, file }, font.as_fd());
        host.commit();
        assert_eq!(host.ended(), Exit::Code(0));
    }));

    // A line that grows, more of the log than a supervisor that does not read has room for, and a trap.
    let mut text = "x".repeat(150_000);
    let line = format!("\n{}", "y".repeat(4000));
    text += &line.repeat(10);
    let body = "(loop $more (call $say)
        (i32.store (i32.const 2000) (i32.add (i32.load (i32.const 2000)) (i32.const 1)))
        (br_if $more (i32.lt_u (i32.load (i32.const 2000)) (i32.const 20))))
        (drop (i32.load (i32.const 0x7ffffff0)))";
    seen.extend(calls_of(&text, body, |host, calls| {
        assert!(calls.has_within(libc::SYS_ppoll, PATIENCE), "there was room");
        assert!(matches!(host.ended(), Exit::Trap(_)));
    }));

    // Messages that wait until the guest reads them all: memory that comes back.
    seen.extend(calls_of("", "(call $sleep (i64.const 500000000)) (call $echo)", |host, _| {
        host.running();
        for _ in 0..MESSAGES {
            host.send_slowly(&ToHost::Deliver("x".repeat(MESSAGE)));
        }
        host.send(&ToHost::CloseStdin);
        assert_eq!(host.ended(), Exit::Code(0));
    }));

    // A table that grows, and grows again.
    let grow = "(drop (table.grow (ref.null func) (i32.const 20000)))".repeat(3);
    let wat = module("", &grow).replacen("(memory", "(table 1 funcref) (memory", 1);
    let calls = calls_until(libc::SYS_exit_group, &wat, |host, _| assert_eq!(host.ended(), Exit::Code(0)));
    seen.extend(calls.0.0.lock().unwrap().iter());

    // A program that is given is an image's.
    let libc = if std::env::var_os("VYOMA_APP_HOST").is_some() { Libc::Musl } else { Libc::Gnu };
    let listed: BTreeSet<String> =
        syscalls::rules(Filter::Plain, libc).unwrap().into_iter().map(|rule| rule.syscall).collect();
    assert!(listed.len() <= MOST, "{} calls: {listed:?}", listed.len());
    let unneeded: Vec<_> =
        listed.iter().filter(|name| *name != UNSEEN && !seen.contains(&number(name))).collect();
    assert!(unneeded.is_empty(), "nothing needs {unneeded:?}");
    let numbers: BTreeSet<i64> = listed.iter().map(|name| number(name)).collect();
    assert!(seen.is_subset(&numbers), "calls that are not on the list: {:?}", seen.difference(&numbers));
}
