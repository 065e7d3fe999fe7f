//! Scenes: what runs at once, and the rules it is held to.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use bundle::{BundleList, Hash, LIST, Listed, MANIFEST, SIGNATURE};
use control_protocol::PixelSize;
use manifest::Policy;

use super::guest::{Code, Guest, Origin, Script, Signer};
use super::lab::{Lab, Machine, Verdict};
use crate::build::{self, Programs, Site};
use crate::qemu::{self, Accel, Access, DriverPort, Hardware, Nic, SharedFolder, Spec, View, Watchdog};
use crate::report::chain;
use crate::signing::{SecretKey, SigningError};
use crate::sim::{Hosted, Start};

/// One rule of the contract.
pub(crate) struct Rule {
    /// `<section>.<row>.<aspect>`.
    pub(crate) id: &'static str,
    /// The rule in words.
    pub(crate) says: &'static str,
    /// Apps that only this rule needs.
    pub(crate) guests: Vec<Guest>,
    /// What the scene's actor does for it.
    pub(crate) act: Script,
    /// Decides.
    pub(crate) check: Check,
    /// Where it can be tried.
    pub(crate) keeper: Keeper,
}

/// What can keep a rule.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Keeper {
    /// Whatever runs the system.
    Any,
    /// A machine of its own alone: a hosted system has no cgroups.
    Machine,
    /// The simulator alone: it can start again with the same `/data`.
    Simulator,
}

/// How a rule is decided on a running scene.
pub(crate) type Check = Box<dyn Fn(&mut Lab) -> Verdict>;

impl Rule {
    pub(crate) fn new(
        id: &'static str,
        says: &'static str,
        check: impl Fn(&mut Lab) -> Verdict + 'static,
    ) -> Self {
        Self { id, says, guests: Vec::new(), act: Script::new(), check: Box::new(check), keeper: Keeper::Any }
    }

    /// Needs this app.
    pub(crate) fn with(mut self, guest: Guest) -> Self {
        self.guests.push(guest);
        self
    }

    /// Is kept by machines alone.
    pub(super) fn of_machines(mut self) -> Self {
        self.keeper = Keeper::Machine;
        self
    }

    /// Is kept by the simulator alone.
    pub(super) fn of_simulator(mut self) -> Self {
        self.keeper = Keeper::Simulator;
        self
    }

    /// Has the scene's actor do this.
    pub(crate) fn acting(mut self, script: Script) -> Self {
        self.act = script;
        self
    }
}

/// A system that boots with some apps.
pub(crate) struct Scene {
    pub(crate) name: &'static str,
    pub(crate) policy: Policy,
    pub(crate) size: PixelSize,
    /// More lines for `device.toml`; `$HOST` in them is this machine, as the system sees it.
    pub(crate) device: String,
    /// Whether an emulated machine has a network interface; a hosted system has this machine's.
    pub(crate) has_network: bool,
    /// A program of this machine in the place of app-host, which is `app-host-real` then; in the simulator only.
    pub(crate) app_host: Option<PathBuf>,
    /// `boot.toml`, where it is not what the guests want.
    pub(crate) boot: Option<&'static str>,
    /// Whether the apps of the image are there too, for `boot` and for whoever starts them.
    pub(super) has_shell_apps: bool,
    /// Apps that every rule of it needs; started before those of the rules.
    pub(crate) guests: Vec<Guest>,
    /// The app that boots first: what it does at once; what each rule wants, in their order, follows.
    pub(crate) actor: Option<(Guest, Script)>,
    pub(crate) rules: Vec<Rule>,
    /// Whether each rule begins where the one before ended: then all are tried, or none.
    pub(crate) is_walk: bool,
    /// Whether it takes a minute by itself: it begins before the others, and its rules are tried after theirs.
    pub(crate) is_long: bool,
}

impl Scene {
    /// A kiosk of 640x480 without apps or rules.
    pub(crate) fn new(name: &'static str) -> Self {
        Self {
            name,
            policy: Policy::Kiosk,
            size: PixelSize { w: 640, h: 480 },
            device: String::new(),
            has_network: false,
            app_host: None,
            boot: None,
            has_shell_apps: false,
            guests: Vec::new(),
            actor: None,
            rules: Vec::new(),
            is_walk: false,
            is_long: false,
        }
    }
}

/// Where scenes run.
pub(crate) enum Stage {
    /// In the simulator.
    Hosted {
        /// What runs.
        programs: Programs,
        /// Where Ctrl+C is heard.
        interrupt: std::io::PipeReader,
    },
    /// In QEMU, with these boot files.
    Qemu {
        /// The kernel.
        kernel: PathBuf,
        /// Whose system runs scenes' files.
        initramfs: PathBuf,
    },
}

/// Device settings of every scene: nothing glides, so that a picture is as it stays.
const DEVICE: &str = "reduced_motion = true\n";

/// What an entry of `boot.toml` means that does not say when its app starts again.
const BOOT_DEFAULT: &str = "never";

/// For [`Scene::boot`]: there is no such file.
pub(super) const ABSENT: &str = "(absent)";

/// What a long scene takes by itself.
const LONG: Duration = Duration::from_secs(70);

/// A file of the scene: its path in the system, and its bytes.
pub(crate) type File = (String, Vec<u8>);

/// A scene that runs, and the folder it runs from.
pub(crate) struct Running {
    pub(crate) lab: Lab,
    _folder: tempfile::TempDir,
}

impl Stage {
    /// Boots a scene.
    pub(crate) fn start(&self, site: &Site, scene: &Scene) -> Result<Running, String> {
        let folder =
            tempfile::Builder::new().prefix("vyoma-conformance-").tempdir().map_err(|e| e.to_string())?;
        let host = match self {
            Self::Hosted { .. } => "127.0.0.1",
            Self::Qemu { .. } => qemu::HOST,
        };
        let files = files(site, scene, host)?;
        let machine = match self {
            Self::Hosted { programs, interrupt } => {
                assemble(site, programs, scene.app_host.as_deref(), folder.path(), &files)?;
                let life = Life {
                    program: programs.supervisor.clone(),
                    root: folder.path().to_owned(),
                    size: scene.size,
                    policy: scene.policy,
                    interrupt: interrupt.try_clone().map_err(|error| error.to_string())?,
                };
                Machine::Hosted(Box::new(life.begin()?), life)
            }
            Self::Qemu { kernel, initramfs } => emulated(scene, kernel, initramfs, folder.path(), files)?,
        };
        let more = if scene.is_long { LONG } else { Duration::ZERO };
        Ok(Running { lab: Lab::new(machine, folder.path(), more), _folder: folder })
    }
}

/// How a hosted system of a scene is started, each time.
#[derive(Debug)]
pub(crate) struct Life {
    program: PathBuf,
    root: PathBuf,
    size: PixelSize,
    policy: Policy,
    interrupt: std::io::PipeReader,
}

impl Life {
    /// Starts it.
    pub(super) fn begin(&self) -> Result<Hosted, String> {
        let interrupt = self.interrupt.try_clone().map_err(|error| error.to_string())?;
        let (size, policy) = (self.size, Some(self.policy));
        let start = Start { program: &self.program, root: &self.root, size, policy };
        Hosted::start(&start, interrupt).map_err(|error| chain(&error))
    }
}

/// What a system needs for a scene, beside its programs; `host` is this machine, as the system sees it.
pub(crate) fn files(site: &Site, scene: &Scene, host: &str) -> Result<Vec<File>, String> {
    // Scripts are many and small; what they compile to goes with the checkout's other build products.
    let workshop = Site { cache: site.out.join("conformance"), ..site.clone() };
    let mut files: Vec<File> = Vec::new();
    let mut boot = String::new();
    let device = scene.device.replace("$HOST", host);
    let actor = scene.actor.clone().map(|(guest, begins)| {
        let script = scene.rules.iter().fold(begins, |all, rule| all.then(&rule.act));
        Guest { code: Code::Script(script.stay()), ..guest }
    });
    let signers = Signers::new().map_err(|error| error.to_string())?;
    files.push(("etc/vyoma/keys/suite.pub".to_owned(), signers.trusted.public().into_bytes()));
    let guests = actor.iter().chain(&scene.guests);
    for guest in guests.chain(scene.rules.iter().flat_map(|rule| &rule.guests)) {
        let failed = |why: String| format!("app {}: {why}", guest.name);
        let module = guest.module(site).map_err(failed)?;
        let code = build::compile_wasm(&workshop, &module).map_err(|error| failed(chain(&error)))?;
        let folder = format!("{}/{}", guest.origin.place(), guest.name);
        let bundled = bundle(guest, &module, code, &signers).map_err(failed)?;
        files.extend(bundled.into_iter().map(|(name, bytes)| (format!("{folder}/{name}"), bytes)));
        if let Some(policy) = guest.boot {
            let name = &guest.name;
            let place = guest.origin.place();
            boot += &format!("[[apps]]\nmanifest = \"/{place}/{name}/vyoma.toml\"\n");
            if policy != BOOT_DEFAULT {
                boot += &format!("restart = \"{policy}\"\n");
            }
        }
    }
    if scene.has_shell_apps {
        let bundles =
            build::build_shell_apps(site, &mut |_: &str, _, _| {}).map_err(|error| chain(&error))?;
        for bundle in bundles {
            add_folder(&mut files, &format!("apps/{}", bundle.name), &bundle.folder)?;
        }
    }
    let boot = scene.boot.map_or(boot, str::to_owned);
    if boot != ABSENT {
        files.push(("etc/vyoma/boot.toml".to_owned(), boot.into_bytes()));
    }
    files.push(("etc/vyoma/device.toml".to_owned(), format!("{DEVICE}{device}").into_bytes()));
    Ok(files)
}

/// Keys of a scene.
struct Signers {
    trusted: SecretKey,
    stranger: SecretKey,
}

impl Signers {
    fn new() -> Result<Self, SigningError> {
        Ok(Self { trusted: SecretKey::generate()?, stranger: SecretKey::generate()? })
    }

    fn sign(&self, origin: Origin, list: &[u8]) -> Option<String> {
        let key = match origin {
            Origin::Installed(Signer::Trusted) => &self.trusted,
            Origin::Installed(Signer::Stranger) => &self.stranger,
            Origin::Image | Origin::Installed(Signer::Nobody) => return None,
        };
        Some(key.sign(list, "an app of the suite"))
    }
}

/// The files of an app's bundle, with their list, as they are after it was tampered with.
fn bundle(
    guest: &Guest,
    module: &[u8],
    code: Vec<u8>,
    signers: &Signers,
) -> Result<BTreeMap<String, Vec<u8>>, String> {
    let wasm = Hash::of(module);
    let small = wasm.to_string();
    let manifest = guest.manifest.replace("$SHA256", &small.to_uppercase()).replace("$sha256", &small);
    let mut files =
        BTreeMap::from([(MANIFEST.to_owned(), manifest.into_bytes()), ("app.cwasm".to_owned(), code)]);
    files.extend(guest.files.iter().map(|(name, bytes)| ((*name).to_owned(), bytes.clone())));
    let listed = |bytes: &Vec<u8>| Listed { hash: Hash::of(bytes), bytes: bytes.len() as u64 };
    let list = BundleList::new(wasm, files.iter().map(|(name, bytes)| (name.clone(), listed(bytes))));
    let list = list.map_err(|error| error.to_string())?.to_string().into_bytes();
    if let Some(signature) = signers.sign(guest.origin, &list) {
        files.insert(SIGNATURE.to_owned(), signature.into_bytes());
    }
    files.insert(LIST.to_owned(), list);
    for (name, bytes) in &guest.tampers {
        match bytes {
            Some(bytes) => files.insert((*name).to_owned(), bytes.clone()),
            None => files.remove(*name),
        };
    }
    Ok(files)
}

/// Adds all that is in a folder of this machine.
fn add_folder(files: &mut Vec<File>, place: &str, folder: &Path) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    for entry in folder.read_dir().map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let name = format!("{place}/{}", path.file_name().unwrap_or_default().to_string_lossy());
        if path.is_dir() {
            add_folder(files, &name, &path)?;
        } else {
            files.push((name, std::fs::read(&path).map_err(failed)?));
        }
    }
    Ok(())
}

/// Makes the root of a hosted system.
fn assemble(
    site: &Site,
    programs: &Programs,
    app_host: Option<&Path>,
    root: &Path,
    files: &[File],
) -> Result<(), String> {
    use std::os::unix::fs::PermissionsExt;
    let failed = |path: &Path| {
        let path: PathBuf = path.to_owned();
        move |error: std::io::Error| format!("{}: {error}", path.display())
    };
    // Apps may run as another user than the one who owns the folder.
    std::fs::set_permissions(root, std::fs::Permissions::from_mode(0o755)).map_err(failed(root))?;
    for sub in ["apps", "bin", "data", "etc/vyoma", "tmp", "run"] {
        let sub = root.join(sub);
        std::fs::create_dir_all(&sub).map_err(failed(&sub))?;
    }
    let real = programs.app_host.as_path();
    let app_hosts = match app_host {
        None => vec![(real, "app-host")],
        Some(other) => vec![(real, "app-host-real"), (other, "app-host")],
    };
    for (from, name) in app_hosts.into_iter().chain([(programs.compositor.as_path(), "compositor")]) {
        std::fs::copy(from, root.join("bin").join(name)).map_err(failed(from))?;
    }
    let compat = site.checkout.join("image/rootfs/etc/vyoma/compat.toml");
    std::fs::copy(&compat, root.join("etc/vyoma/compat.toml")).map_err(failed(&compat))?;
    write(root, files)
}

/// Writes a scene's files.
fn write(root: &Path, files: &[File]) -> Result<(), String> {
    for (name, bytes) in files {
        let path = root.join(name);
        let parent = path.parent().unwrap_or(root);
        let failed = |error: std::io::Error| format!("{}: {error}", path.display());
        std::fs::create_dir_all(parent).and_then(|()| std::fs::write(&path, bytes)).map_err(failed)?;
    }
    Ok(())
}

/// Memory of the emulated machine, in MiB: some scenes have fifty apps.
const MEMORY: u32 = 2048;

fn emulated(
    scene: &Scene,
    kernel: &Path,
    base: &Path,
    folder: &Path,
    files: Vec<File>,
) -> Result<Machine, String> {
    let initramfs = folder.join("initramfs");
    // What is below /data is no part of an image; what apps keep there is looked at.
    let (kept, files): (Vec<_>, Vec<_>) = files.into_iter().partition(|(name, _)| name.starts_with("data/"));
    build::system_with(base, files, &initramfs).map_err(|error| chain(&error))?;
    write(folder, &kept)?;
    let data = (scene.has_shell_apps || !kept.is_empty())
        .then(|| SharedFolder { path: folder.join("data"), access: Access::Write });
    if let Some(data) = &data {
        std::fs::create_dir_all(&data.path).map_err(|error| error.to_string())?;
    }
    let spec = Spec {
        kernel: kernel.to_owned(),
        initramfs,
        hardware: Hardware::Virtio,
        size: scene.size,
        memory: MEMORY,
        accel: Accel::Auto,
        data,
        disk: None,
        watchdog: Watchdog::Absent,
        view: View::Headless,
        driver: DriverPort::Present,
        network: if scene.has_network { Nic::ToHost } else { Nic::Absent },
        words: vec![format!("vyoma.policy={}", scene.policy.name())],
    };
    let machine = qemu::Machine::start(&spec).map_err(|error| chain(&error))?;
    Ok(Machine::Qemu(Box::new(machine)))
}
