//! Screens and input devices: opened here, handed to the compositor.

use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;

use control_protocol::compositor::{OutputKind, ToCompositor};
use control_protocol::{DeviceId, Level, OutputId, PixelSize};
use sys::{Action, Uevent};

use crate::link::SharedFd;
use crate::supervisor::Supervisor;

/// Screens and input devices of one machine. More are not opened: nobody has them, and each costs descriptors.
const MAX_DEVICES: usize = 64;

struct Screen {
    id: OutputId,
    kind: OutputKind,
    fd: Option<SharedFd>,
    failed: bool,
}

/// All that are open, by node below `/dev`. Descriptors are kept: a compositor that is started again gets the
/// same ones, and what the last one showed stays on the screen until then.
#[derive(Default)]
pub(crate) struct Devices {
    screens: BTreeMap<String, Screen>,
    inputs: BTreeMap<String, (DeviceId, SharedFd)>,
    next: u32,
}

impl Devices {
    fn number(&mut self) -> u32 {
        self.next += 1;
        self.next
    }

    /// What a compositor must be told of them.
    pub(crate) fn messages(&self) -> Vec<(ToCompositor, Option<SharedFd>)> {
        let screens = self
            .screens
            .values()
            .map(|s| (ToCompositor::OutputAdded { id: s.id, kind: s.kind.clone() }, s.fd.clone()));
        let inputs = self.inputs.values().map(|(id, fd)| (ToCompositor::InputAdded(*id), Some(fd.clone())));
        screens.chain(inputs).collect()
    }

    /// The screen whose size apps draw for: the first one that works.
    pub(crate) fn first_output(&self) -> Option<OutputId> {
        self.screens.values().filter(|s| !s.failed).map(|s| s.id).min_by_key(|id| id.0)
    }

    pub(crate) fn output_failed(&mut self, id: OutputId) {
        if let Some(screen) = self.screens.values_mut().find(|s| s.id == id) {
            screen.failed = true;
        }
    }

    pub(crate) fn has_screen(&self) -> bool {
        self.screens.values().any(|s| !s.failed)
    }

    pub(crate) fn has_input(&self) -> bool {
        !self.inputs.is_empty()
    }
}

/// What a node is to us.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Drm,
    Fbdev,
    Input,
}

fn kind_of(node: &str) -> Option<Kind> {
    let numbered = |prefix: &str| {
        let rest = node.strip_prefix(prefix)?;
        (!rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit())).then_some(())
    };
    if numbered("dri/card").is_some() {
        Some(Kind::Drm)
    } else if numbered("input/event").is_some() {
        Some(Kind::Input)
    } else {
        (node == "fb0").then_some(Kind::Fbdev)
    }
}

impl Supervisor {
    /// The screen of a hosted supervisor.
    pub(crate) fn add_hosted_screen(&mut self, size: PixelSize) {
        let kind = OutputKind::Headless(size);
        let id = OutputId(self.devices.number());
        self.devices
            .screens
            .insert("hosted".to_owned(), Screen { id, kind: kind.clone(), fd: None, failed: false });
        self.tell_compositor(&ToCompositor::OutputAdded { id, kind }, Vec::new());
    }

    /// Opens the devices that are there. Screens first: the splash waits for them. A framebuffer device counts
    /// only where there is no DRM card: where there is, it is the same screen.
    pub(crate) fn add_present_devices(&mut self) {
        for directory in ["dri", "input"] {
            let mut nodes: Vec<String> = std::fs::read_dir(Path::new("/dev").join(directory))
                .into_iter()
                .flatten()
                .flatten()
                .filter_map(|e| e.file_name().into_string().ok())
                .map(|name| format!("{directory}/{name}"))
                .collect();
            nodes.sort_by_key(|n| (n.len(), n.clone()));
            for node in nodes {
                self.add_device(&node);
            }
            if directory == "dri" && !self.devices.has_screen() && Path::new("/dev/fb0").exists() {
                self.add_device("fb0");
            }
        }
    }

    fn add_device(&mut self, node: &str) {
        let Some(kind) = kind_of(node) else { return };
        let known = self.devices.screens.contains_key(node) || self.devices.inputs.contains_key(node);
        if known || self.devices.screens.len() + self.devices.inputs.len() >= MAX_DEVICES {
            return;
        }
        let fd = match sys::machine::open_device(&Path::new("/dev").join(node)) {
            Ok(fd) => Rc::new(fd),
            Err(e) => {
                self.log.system(Level::Error, &format!("/dev/{node} cannot be opened: {e}"));
                return;
            }
        };
        match kind {
            Kind::Input => {
                let id = DeviceId(self.devices.number());
                self.devices.inputs.insert(node.to_owned(), (id, fd.clone()));
                self.tell_compositor(&ToCompositor::InputAdded(id), vec![fd]);
            }
            Kind::Drm | Kind::Fbdev => {
                let kind = if kind == Kind::Drm { OutputKind::Drm } else { OutputKind::Fbdev };
                let id = OutputId(self.devices.number());
                let screen = Screen { id, kind: kind.clone(), fd: Some(fd.clone()), failed: false };
                self.devices.screens.insert(node.to_owned(), screen);
                self.tell_compositor(&ToCompositor::OutputAdded { id, kind }, vec![fd]);
            }
        }
    }

    pub(crate) fn on_uevents(&mut self) {
        while let Some(event) = self.uevents.as_ref().and_then(sys::Uevents::next) {
            self.on_uevent(&event);
        }
    }

    fn on_uevent(&mut self, event: &Uevent) {
        if event.subsystem == "block" {
            return self.on_disk(event);
        }
        let node = event.node.as_str();
        match (event.action, kind_of(node)) {
            (Action::Add, Some(Kind::Fbdev)) if self.devices.has_screen() => {}
            (Action::Add, Some(_)) => self.add_device(node),
            (Action::Remove, Some(_)) => {
                if let Some((id, _)) = self.devices.inputs.remove(node) {
                    self.tell_compositor(&ToCompositor::InputGone(id), Vec::new());
                }
                if let Some(screen) = self.devices.screens.remove(node) {
                    self.tell_compositor(&ToCompositor::OutputGone(screen.id), Vec::new());
                }
            }
            (Action::Change, Some(Kind::Drm)) => {
                if let Some(screen) = self.devices.screens.get_mut(node) {
                    screen.failed = false;
                    let id = screen.id;
                    self.tell_compositor(&ToCompositor::OutputChanged(id), Vec::new());
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kind_of_only_the_nodes_that_are_handed_over() {
        assert_eq!(kind_of("dri/card0"), Some(Kind::Drm));
        assert_eq!(kind_of("input/event12"), Some(Kind::Input));
        assert_eq!(kind_of("fb0"), Some(Kind::Fbdev));
        for other in ["dri/renderD128", "input/mice", "input/event", "input/event1x", "sda", ""] {
            assert_eq!(kind_of(other), None, "{other}");
        }
    }
}
