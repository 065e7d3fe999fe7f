//! Every filter in the real kernel: each call that is on no list kills who makes it, and what is on one does not.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeSet;

use vyoma_syscalls::{Filter, Libc, compile, rules};

/// Past the last call that any kernel has.
const NUMBERS: std::ops::Range<i64> = 0..600;

/// `uretprobe(2)` and `uprobe(2)`: the kernel lets them past every filter, since it puts them into traced programs itself;
/// called from anywhere else they are an error or the end.
const UPROBES: [i64; 2] = [335, 336];

/// `BPF_RET` values of `seccomp(2)`.
const KILL: u32 = 0x8000_0000;
const ALLOW: u32 = 0x7fff_0000;
const AUDIT_ARCH_X86_64: u32 = 0xc000_003e;

/// What the kernel does with a call, by running the program as it does (`bpf(4)`: loads, masks, compares, returns).
fn action(program: &[u8], processor: u32, number: i64, arguments: [u64; 6]) -> u32 {
    let mut data = Vec::new();
    data.extend(i32::try_from(number).unwrap().to_le_bytes());
    data.extend(processor.to_le_bytes());
    data.extend(0u64.to_le_bytes());
    arguments.iter().for_each(|a| data.extend(a.to_le_bytes()));
    let word = |at: u32| u32::from_le_bytes(data[at as usize..][..4].try_into().unwrap());
    let (mut at, mut a) = (0, 0);
    loop {
        let i: [u8; 8] = program[at * 8..][..8].try_into().unwrap();
        let (code, jt, jf) = (u16::from_le_bytes([i[0], i[1]]), usize::from(i[2]), usize::from(i[3]));
        let k = u32::from_le_bytes([i[4], i[5], i[6], i[7]]);
        let jump = |yes: bool| if yes { jt } else { jf };
        at += 1;
        match code {
            0x20 => a = word(k),
            0x54 => a &= k,
            0x05 => at += k as usize,
            0x15 => at += jump(a == k),
            0x25 => at += jump(a > k),
            0x35 => at += jump(a >= k),
            0x06 => return k,
            other => panic!("instruction {other:#x}"),
        }
    }
}

fn names(filter: Filter) -> BTreeSet<String> {
    rules(filter, Libc::Musl).unwrap().into_iter().map(|rule| rule.syscall).collect()
}

/// Numbers that some arguments get past the filter with: those of the conditions of our lists, and none.
fn passes(program: &[u8]) -> BTreeSet<i64> {
    let second = [0, 1, 2, 3, 4, 6, 41, 1030, 1033, 1034, 21537, 0x4600];
    let mut tries: Vec<[u64; 3]> = second.iter().flat_map(|b| [0, 1, 3].map(|c| [0, *b, c])).collect();
    // Families of sockets.
    tries.extend([[2, 0, 0], [10, 0, 0]]);
    let can = |number: &i64| {
        tries
            .iter()
            .any(|[a, b, c]| action(program, AUDIT_ARCH_X86_64, *number, [*a, *b, *c, 0, 0, 0]) == ALLOW)
    };
    NUMBERS.filter(can).collect()
}

#[test]
fn what_passes_a_filter_is_as_many_calls_as_its_lists_name() {
    for filter in Filter::ALL {
        let program = compile(filter, "x86_64", Libc::Musl).unwrap();
        assert_eq!(passes(&program).len(), names(filter).len(), "{filter:?}");
    }
}

#[test]
fn calls_of_another_processor_are_forbidden() {
    const AUDIT_ARCH_I386: u32 = 0x4000_0003;
    const X32: i64 = 0x4000_0000;
    for filter in Filter::ALL {
        let program = compile(filter, "x86_64", Libc::Musl).unwrap();
        for number in NUMBERS {
            assert_eq!(action(&program, AUDIT_ARCH_I386, number, [0; 6]), KILL, "{filter:?} i386 {number}");
            assert_eq!(action(&program, AUDIT_ARCH_X86_64, X32 + number, [0; 6]), KILL, "{filter:?} x32");
        }
    }
}

#[test]
fn what_no_program_of_ours_may_do_is_on_no_list() {
    let never = [
        "execve",
        "execveat",
        "fork",
        "vfork",
        "clone",
        "clone3",
        "ptrace",
        "process_vm_readv",
        "process_vm_writev",
        "mount",
        "umount2",
        "pivot_root",
        "chroot",
        "setns",
        "unshare",
        "bpf",
        "perf_event_open",
        "keyctl",
        "add_key",
        "io_uring_setup",
        "userfaultfd",
        "init_module",
        "kexec_load",
        "reboot",
        "setuid",
        "setresuid",
        "setgid",
        "capset",
        "prctl",
        "seccomp",
        "kill",
        "pidfd_getfd",
        "mknodat",
        "chown",
        "fchownat",
        "memfd_secret",
        "name_to_handle_at",
        "open_by_handle_at",
    ];
    for filter in Filter::ALL {
        let names = names(filter);
        let bad: Vec<_> = never.iter().filter(|name| names.contains(**name)).collect();
        assert!(bad.is_empty(), "{filter:?}: {bad:?}");
    }
    assert!(!names(Filter::Plain).iter().any(|name| name.starts_with("open") || name == "socket"));
    assert!(!names(Filter::Compositor).iter().any(|name| name.starts_with("open") || name == "socket"));
}

/// A child that puts the filter on itself and makes one call. How it ended, as `waitpid(2)` says.
fn call_in_a_child(program: &[u8], number: i64, arguments: [i64; 3]) -> i32 {
    // SAFETY: the child makes system calls and no others: the filter's memory was prepared before, `sys` allocates
    // its copy of it here, which glibc's fork permits (it takes the allocator's locks), and it leaves by `_exit`.
    unsafe {
        let pid = libc::fork();
        assert!(pid >= 0, "no process");
        if pid == 0 {
            // A picture of a thousand corpses helps nobody.
            libc::prctl(libc::PR_SET_DUMPABLE, 0);
            if sys::jail::apply_filter(program).is_err() {
                libc::_exit(3);
            }
            libc::syscall(number, arguments[0], arguments[1], arguments[2], 0, 0, 0);
            libc::syscall(libc::SYS_exit_group, 0);
        }
        let mut status = 0;
        assert_eq!(libc::waitpid(pid, &raw mut status, 0), pid);
        status
    }
}

#[test]
fn every_call_on_no_list_dies_in_the_kernel() {
    for filter in [Filter::FilesAndNetwork, Filter::Plain, Filter::Compositor] {
        let program = compile(filter, "x86_64", Libc::Musl).unwrap();
        let allowed = passes(&program);
        let mut died = 0;
        for number in NUMBERS.filter(|n| !allowed.contains(n) && !UPROBES.contains(n)) {
            let status = call_in_a_child(&program, number, [0; 3]);
            assert!(libc::WIFSIGNALED(status), "{filter:?}: call {number} went on: {status:#x}");
            assert_eq!(libc::WTERMSIG(status), libc::SIGSYS, "{filter:?}: call {number}");
            died += 1;
        }
        assert!(died > 480, "{died} calls were tried");
    }
}

#[test]
fn arguments_beyond_the_lists_die_and_those_on_them_do_not() {
    const PROT_EXEC: i64 = 4;
    const DRM_IOCTL_SET_MASTER: i64 = 0x641e;
    const DRM_IOCTL_PRIME_HANDLE_TO_FD: i64 = 0xc00c_642d;
    const DRM_IOCTL_MODE_GETRESOURCES: i64 = 0xc040_64a0;
    const EVIOCGRAB: i64 = 0x4004_4590;
    const EVIOCGID: i64 = 0x8008_4502;
    const TIOCSTI: i64 = 0x5412;
    let cases: [(Filter, i64, [i64; 3], bool); 11] = [
        (Filter::Plain, libc::SYS_mmap, [0, 4096, PROT_EXEC], false),
        (Filter::Compositor, libc::SYS_mmap, [0, 4096, PROT_EXEC], false),
        (Filter::Compositor, libc::SYS_mprotect, [0, 0, PROT_EXEC], false),
        (Filter::Compositor, libc::SYS_mprotect, [0, 0, 3], true),
        (Filter::Compositor, libc::SYS_ioctl, [-1, DRM_IOCTL_SET_MASTER, 0], false),
        (Filter::Compositor, libc::SYS_ioctl, [-1, DRM_IOCTL_PRIME_HANDLE_TO_FD, 0], false),
        (Filter::Compositor, libc::SYS_ioctl, [-1, DRM_IOCTL_MODE_GETRESOURCES, 0], true),
        (Filter::Compositor, libc::SYS_ioctl, [-1, EVIOCGRAB, 0], false),
        (Filter::Compositor, libc::SYS_ioctl, [-1, EVIOCGID, 0], true),
        (Filter::Compositor, libc::SYS_ioctl, [0, TIOCSTI, 0], false),
        (Filter::Network, libc::SYS_socket, [libc::AF_NETLINK as i64, 3, 0], false),
    ];
    for (filter, number, arguments, goes_on) in cases {
        let status = call_in_a_child(&compile(filter, "x86_64", Libc::Musl).unwrap(), number, arguments);
        let died = libc::WIFSIGNALED(status) && libc::WTERMSIG(status) == libc::SIGSYS;
        assert_eq!(!died, goes_on, "{filter:?}: call {number} {arguments:#x?}: {status:#x}");
    }
}
