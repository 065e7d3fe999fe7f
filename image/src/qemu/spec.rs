//! What a machine is made of, as QEMU's arguments.

use std::path::{Path, PathBuf};
use std::process::Command;

use control_protocol::PixelSize;

use super::{Accel, socket_option};
use crate::build::Flavour;

/// QEMU.
pub const PROGRAM: &str = "qemu-system-x86_64";

/// How a person sees the screen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum View {
    /// Not at all.
    Headless,
    /// In a window, by one of QEMU's displays.
    Window(&'static str),
    /// By VNC on loopback.
    Vnc,
    /// Not at all, but its display can be unplugged.
    Cable,
}

/// Names of an ordinary computer's input devices, to unplug them.
pub(crate) const POINTER: &str = "pointer";
pub(crate) const KEYBOARD: &str = "keyboard";

/// The socket of [`View::Cable`].
pub(super) const CABLE: &str = "display";

/// What the screen, the pointer and the keyboard are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Hardware {
    /// Devices made for virtual machines.
    Virtio,
    /// What an ordinary computer has: a VGA adapter with a display that tells its modes, and USB for the rest.
    Pc,
    /// No screen, no pointer, no keyboard.
    Nothing,
}

impl From<Flavour> for Hardware {
    fn from(flavour: Flavour) -> Self {
        match flavour {
            Flavour::Virt => Self::Virtio,
            Flavour::Pc => Self::Pc,
        }
    }
}

impl Hardware {
    fn arguments(self, size: PixelSize) -> Vec<String> {
        let PixelSize { w, h } = size;
        let devices = match self {
            Self::Virtio => {
                vec![
                    format!("virtio-gpu-pci,xres={w},yres={h}"),
                    "virtio-tablet-pci".into(),
                    "virtio-keyboard-pci".into(),
                ]
            }
            Self::Nothing => Vec::new(),
            Self::Pc => {
                vec![
                    format!("VGA,edid=on,xres={w},yres={h}"),
                    "qemu-xhci".into(),
                    format!("usb-tablet,id={POINTER}"),
                    format!("usb-kbd,id={KEYBOARD}"),
                ]
            }
        };
        let mut arguments = vec!["-vga".to_owned(), "none".to_owned()];
        for device in devices {
            arguments.extend(["-device".to_owned(), device]);
        }
        arguments
    }
}

/// Whether tests can talk to the guest's supervisor.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DriverPort {
    /// No.
    Absent,
    /// Through the second serial port.
    Present,
}

/// This machine, as a guest with [`Nic::ToHost`] sees it: what it sends there arrives at loopback.
pub const HOST: &str = "10.0.2.2";

/// Whether the guest has a network.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Nic {
    /// No.
    #[default]
    Absent,
    /// QEMU's own network 10.0.2.0/24, in which this machine is [`HOST`].
    ToHost,
}

/// A folder of this machine that the guest has.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SharedFolder {
    /// Where it is.
    pub path: PathBuf,
    /// What the guest may do with it.
    pub access: Access,
}

/// What a guest may do with a shared folder.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    /// All.
    Write,
    /// Nothing but reading: for tests of what a device does then.
    Read,
}

/// Whether a machine has a watchdog.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Watchdog {
    /// It has none.
    Absent,
    /// An i6300esb, which switches the machine off for good: nothing restarts here.
    Present,
}

/// A disk that a power cut can take apart.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Disk {
    /// Its bytes.
    pub image: PathBuf,
    /// An empty file: every write and flush of the guest, in order, in the format of Linux' dm-log-writes.
    pub log: PathBuf,
}

/// A machine.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Spec {
    /// A bzImage.
    pub kernel: PathBuf,
    /// Its initramfs.
    pub initramfs: PathBuf,
    /// What a person sees and touches.
    pub hardware: Hardware,
    /// The screen's size.
    pub size: PixelSize,
    /// Memory in MiB.
    pub memory: u32,
    /// How it is executed; [`Accel::Auto`] is resolved before.
    pub accel: Accel,
    /// A folder of this machine that is the guest's `/data`.
    pub data: Option<SharedFolder>,
    /// A disk.
    pub disk: Option<Disk>,
    /// What restarts it when nobody is well.
    pub watchdog: Watchdog,
    /// How a person sees it.
    pub view: View,
    /// Whether tests can talk to it.
    pub driver: DriverPort,
    /// Its network.
    pub network: Nic,
    /// More words on the kernel's command line.
    pub words: Vec<String>,
}

/// On the kernel's command line of every machine: the console is the first serial port, and a panic is an end,
/// not a hang.
const COMMAND_LINE: &str = "console=ttyS0 quiet panic=-1";

/// Where processors are emulated too: the kernel looks whether the timer ticks while it counts loops, and on a machine
/// with other work it does not in time; the kernel gives up. On KVM it knows that, and does not look.
const EMULATED: &str = "no_timer_check";

impl Spec {
    /// The command, with its sockets in `folder`.
    pub(super) fn command(&self, folder: &Path) -> Command {
        let mut command = Command::new(PROGRAM);
        command.args(["-nodefaults", "-no-user-config", "-no-reboot", "-machine", "q35", "-smp", "2"]);
        command.args(["-name", "VyomaOS"]);
        match self.accel {
            Accel::Kvm => command.args(["-accel", "kvm", "-cpu", "host"]),
            Accel::Tcg | Accel::Auto => command.args(["-accel", "tcg", "-cpu", "max"]),
        };
        command.arg("-m").arg(self.memory.to_string());
        command.arg("-kernel").arg(&self.kernel).arg("-initrd").arg(&self.initramfs);
        let mut words = vec![COMMAND_LINE.to_owned()];
        if self.accel != Accel::Kvm {
            words.push(EMULATED.to_owned());
        }
        words.extend(self.words.iter().cloned());
        command.args(self.hardware.arguments(self.size));
        match &self.view {
            View::Headless => command.args(["-display", "none"]),
            View::Window(display) => command.args(["-display", display]),
            View::Vnc => command.args(["-display", "vnc=127.0.0.1:0,to=99"]),
            View::Cable => command.arg("-display").arg(format!("vnc=unix:{}", escape(&folder.join(CABLE)))),
        };
        command.args(["-chardev", "stdio,id=console,signal=off", "-serial", "chardev:console"]);
        if self.driver == DriverPort::Present {
            command.args(["-chardev", &socket_option(folder, "driver"), "-serial", "chardev:driver"]);
            words.push("vyoma.driver=ttyS1".to_owned());
        }
        if self.network == Nic::ToHost {
            command.args(["-netdev", "user,id=net", "-device", "virtio-net-pci,netdev=net,romfile="]);
        }
        command.args(["-chardev", &socket_option(folder, "qmp"), "-mon", "chardev=qmp,mode=control"]);
        if let Some(data) = &self.data {
            let access = match data.access {
                Access::Write => "",
                Access::Read => ",readonly=on",
            };
            let (path, model) = (escape(&data.path), security_model(&data.path));
            let options = format!("local,id=data,path={path},security_model={model}{access}");
            command.args(["-fsdev", &options, "-device", "virtio-9p-pci,fsdev=data,mount_tag=data"]);
        }
        if let Some(Disk { image, log }) = &self.disk {
            let node =
                |name: &str, path: &Path| format!("driver=file,node-name={name},filename={}", escape(path));
            command.args(["-blockdev", &node("image", image), "-blockdev", &node("writes", log)]);
            let logged = "driver=blklogwrites,node-name=disk,file=image,log=writes,log-sector-size=512";
            command.args(["-blockdev", logged, "-device", "virtio-blk-pci,drive=disk"]);
            words.push("vyoma.data=disk".to_owned());
        }
        if self.watchdog == Watchdog::Present {
            command.args(["-device", "i6300esb", "-action", "watchdog=reset"]);
        }
        command.arg("-append").arg(words.join(" "));
        command
    }
}

/// QEMU's options are separated by commas; one in a value is written twice.
fn escape(path: &Path) -> String {
    path.to_string_lossy().replace(',', ",,")
}

/// How the guest's owners and modes are kept on this machine, whoever runs QEMU: in extended attributes, or in files
/// beside where the file system has none.
fn security_model(data: &Path) -> &'static str {
    let probe = data.join(".vyoma-probe");
    let has_attributes = std::fs::write(&probe, b"").is_ok()
        && rustix::fs::setxattr(&probe, "user.vyoma.probe", b"1", rustix::fs::XattrFlags::empty()).is_ok();
    // A folder that cannot be written to is the guest's to complain about.
    let _ = std::fs::remove_file(&probe);
    if has_attributes { "mapped-xattr" } else { "mapped-file" }
}

/// The first of QEMU's displays that opens a window here: `None` without a desktop, or without such a display.
#[must_use]
pub fn window_display() -> Option<&'static str> {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    if !set("DISPLAY") && !set("WAYLAND_DISPLAY") {
        return None;
    }
    let help = Command::new(PROGRAM).args(["-display", "help"]).output().ok()?;
    let known = String::from_utf8_lossy(&help.stdout).into_owned();
    ["gtk", "sdl"].into_iter().find(|display| known.lines().any(|line| line.trim() == *display))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn command_of_a_test_machine_has_both_ports_and_the_word_for_the_guest() {
        let folder = tempfile::tempdir().unwrap();
        let spec = Spec {
            kernel: "k".into(),
            initramfs: "i".into(),
            hardware: Hardware::Virtio,
            size: PixelSize { w: 800, h: 480 },
            memory: 256,
            accel: Accel::Tcg,
            data: Some(SharedFolder { path: folder.path().to_owned(), access: Access::Write }),
            disk: None,
            watchdog: Watchdog::Absent,
            view: View::Headless,
            driver: DriverPort::Present,
            network: Nic::Absent,
            words: vec!["vyoma.policy=desktop".into()],
        };
        let command = spec.command(folder.path());
        let args: Vec<_> = command.get_args().map(|a| a.to_string_lossy().into_owned()).collect();
        let serial: Vec<_> = args.iter().filter(|a| a.starts_with("chardev:")).collect();
        assert_eq!(serial, ["chardev:console", "chardev:driver"]);
        assert!(args.contains(&"virtio-gpu-pci,xres=800,yres=480".to_owned()));
        let append = args.last().unwrap();
        assert!(append.ends_with("vyoma.policy=desktop vyoma.driver=ttyS1"), "{append}");
        assert!(args.iter().any(|a| a.contains("security_model=mapped-")));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
