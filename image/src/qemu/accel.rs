//! Which way QEMU executes the guest. `/dev/kvm` may exist and still not work (nested machines, containers): what
//! counts is a kernel that booted on it.

use std::path::Path;
use std::time::Duration;

use control_protocol::PixelSize;

use super::{DriverPort, Event, Hardware, Machine, Spec, View, Watchdog};

/// The way.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub enum Accel {
    /// KVM if a short boot proves it, else emulation.
    Auto,
    /// The processor's own virtualisation.
    Kvm,
    /// Emulation: slower, works everywhere.
    Tcg,
}

/// A working KVM reaches PID 1 in a fifth of this.
const PROOF: Duration = Duration::from_secs(5);

/// Resolves [`Accel::Auto`] by booting the kernel once on KVM; the verdict is kept in `cache` until this machine
/// boots again.
#[must_use]
pub fn prove(wanted: Accel, kernel: &Path, initramfs: &Path, cache: &Path) -> Accel {
    if wanted != Accel::Auto {
        return wanted;
    }
    if std::fs::OpenOptions::new().read(true).write(true).open("/dev/kvm").is_err() {
        return Accel::Tcg;
    }
    let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    let memo = cache.join("kvm-verdict");
    if let Some((known, verdict)) =
        std::fs::read_to_string(&memo).ok().as_deref().and_then(|m| m.split_once(' '))
        && known == boot.trim()
    {
        return if verdict == "works" { Accel::Kvm } else { Accel::Tcg };
    }
    let accel = if boots_on_kvm(kernel, initramfs) { Accel::Kvm } else { Accel::Tcg };
    let verdict = if accel == Accel::Kvm { "works" } else { "fails" };
    // Without the memo the proof is made again next time: slower, not wrong.
    let _ = std::fs::create_dir_all(cache);
    let _ = std::fs::write(&memo, format!("{} {verdict}", boot.trim()));
    accel
}

fn boots_on_kvm(kernel: &Path, initramfs: &Path) -> bool {
    let spec = Spec {
        kernel: kernel.to_owned(),
        initramfs: initramfs.to_owned(),
        hardware: Hardware::Virtio,
        size: PixelSize { w: 640, h: 480 },
        memory: 256,
        accel: Accel::Kvm,
        data: None,
        disk: None,
        watchdog: Watchdog::Absent,
        view: View::Headless,
        driver: DriverPort::Absent,
        network: super::Nic::Absent,
        words: Vec::new(),
    };
    let Ok(mut machine) = Machine::start(&spec) else { return false };
    let spoke = |event: &Event| matches!(event, Event::Line(line) if line.contains("vyoma: ")).then_some(());
    machine.wait("PID 1 on KVM", PROOF, spoke).is_ok()
}
