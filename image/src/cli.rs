//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use manifest::Policy;

use crate::build::{self, Flavour, Fonts, Site};
use crate::console::Console;
use crate::doctor::{self, Purpose};
use crate::qemu::Accel;
use crate::report::{CommandError, Outcome};
use crate::signing::Protection;
use crate::values::{Size, duration};
use crate::{app, audit, bench, conformance, pin, run, signing, sim, storm, suite};

/// Builds, boots, simulates and tests VyomaOS.
#[derive(Debug, Parser)]
#[command(
    name = "cargo vyoma",
    bin_name = "cargo vyoma",
    version,
    after_help = "Examples:
  cargo vyoma run                                      boot the launcher in a window (or VNC)
  cargo vyoma run --headless --for 20s --shot a.png    boot, wait, keep a picture
  cargo vyoma sim --app my-app --for 5s --shot a.png   one app on this machine, without a kernel
  cargo vyoma test                                     everything, as in continuous integration

What is missing on a Debian or Ubuntu machine is installed first, as root or with passwordless sudo.

Exit codes: 0 all went well; 1 a test or an app failed; 2 the command line or a script is wrong;
3 the machine lacks something; 4 the build failed; 5 the machine or the simulator failed;
6 a file or a process of this machine."
)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Tell what this machine has and lacks, and the command that changes it.
    Doctor,
    /// Build the image: apps, programs, kernel, initramfs.
    ///
    /// Writes target/vyoma/bzImage, initramfs.cpio.zst and sizes.json. The kernel is built once for each
    /// configuration and kept in ~/.cache/vyoma.
    Build(BuildArgs),
    /// Build the image and boot it in QEMU.
    #[command(after_help = "Examples:
  cargo vyoma run
  cargo vyoma run --size 800x480 --policy desktop --data ./my-data
  cargo vyoma run --headless --for 20s --shot a.png")]
    Run(RunArgs),
    /// Run apps on this machine, with the image's own programs but without kernel and QEMU.
    #[command(after_help = SCRIPT_HELP)]
    Sim(SimArgs),
    /// Run every test, or those whose name contains FILTER; ends with `N passed, N failed`.
    #[command(after_help = "Examples:
  cargo vyoma test
  cargo vyoma test --list
  cargo vyoma test boot           only the boots in QEMU
  cargo vyoma test raster         only tests of that name")]
    Test(TestArgs),
    /// Hold the system against the app contract, rule by rule; ends with `N passed, N failed`.
    #[command(after_help = "Examples:
  cargo vyoma conformance
  cargo vyoma conformance --list
  cargo vyoma conformance 2.draw_text        the rules of that name
  cargo vyoma conformance --qemu")]
    Conformance(ConformanceArgs),
    /// Do what nobody plans for, many times, in an order that a seed decides.
    #[command(subcommand)]
    Storm(StormCommand),
    /// Measure.
    #[command(subcommand)]
    Bench(BenchCommand),
    /// Build or check an app.
    #[command(subcommand)]
    App(AppCommand),
    /// Tell what every app of an image is granted, which system calls its process can make, and every program there is.
    #[command(after_help = "Examples:
  cargo vyoma audit                    the image that was built last
  cargo vyoma audit --app ./their-app  an app of somebody else, before it is let in")]
    Audit {
        /// An initramfs [default: target/vyoma/initramfs.cpio.zst].
        #[arg(long, value_name = "FILE", conflicts_with = "app")]
        image: Option<PathBuf>,
        /// One app: a folder with vyoma.toml.
        #[arg(long, value_name = "DIR")]
        app: Option<PathBuf>,
    },
    /// Make the line of device.toml that locks a device: reads a PIN from the standard input.
    Pin,
}

const SCRIPT_HELP: &str = "Script: one `<ms> <event>` a line, `#` for comments. Events:
  move X Y                          the pointer, in pixels of the screen
  click left|right|middle           press and release
  down BUTTON, up BUTTON            press, release
  wheel DX DY                       steps to the right and down
  tap X Y                           a short contact
  touch down|move|up ID X Y         contacts 0 to 9
  key NAME                          a, Enter, Left, F5, Ctrl+c, Alt+Shift+Tab (us layout)
  hold NAME, release NAME           the two halves of `key`: for what lasts as long as Alt is held
  text STRING                       typed, whatever the layout
  shot FILE                         a picture
  kill compositor, kill app NAME    as if it crashed
  wait shown|ended|focused APP      an app's first frame or end since the last input; that it has the keyboard
  wait change                       another picture than at the last wait or shot, and that it rests
  wait off                          the end of the system
Times stand still while a wait lasts: what follows 100 ms later follows 100 ms after it. One of 30 s, or of 60 s in
QEMU, is an error.

Time zero is when every app with a window has shown its first frame, at most 2 s after the screen is there.
Without --for the run ends half a second after the script's last event (or after time zero, when only --shot or
--stats was asked for); else when every app has ended, or at Ctrl+C.

Examples:
  cargo vyoma sim --app my-app --for 5s --shot app.png --log app.log
  cargo vyoma sim --app a --app b --policy desktop --script walk.txt --stats walk.json
  cargo vyoma sim                                      the image's own boot.toml: the launcher

Exit code: 0 when no app failed or was refused, else 1.";

/// Which fonts are put on the device.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum FontsArg {
    /// Those inside the programs: Latin, Greek, Cyrillic, Devanagari, Arabic, Hebrew, signs.
    Embedded,
    /// Those of East Asia, of more of India, of Thai and others too: a megabyte more.
    All,
}

impl From<FontsArg> for Fonts {
    fn from(arg: FontsArg) -> Self {
        match arg {
            FontsArg::Embedded => Self::Embedded,
            FontsArg::All => Self::All,
        }
    }
}

#[derive(Debug, Args)]
struct BuildArgs {
    /// Which machines the kernel is for.
    #[arg(long, value_enum, default_value_t = FlavourArg::Virt)]
    kernel: FlavourArg,
    /// Which scripts the image has fonts for.
    #[arg(long, value_enum, default_value_t = FontsArg::Embedded)]
    fonts: FontsArg,
}

#[derive(Debug, Args)]
struct RunArgs {
    /// Show no window and offer no VNC.
    #[arg(long)]
    headless: bool,
    /// Power off after this long, for example 20s, 1500ms, 2m.
    #[arg(long = "for", value_name = "DURATION", value_parser = duration)]
    duration: Option<Duration>,
    /// Play these events, as `sim` does; time zero is the first picture. Without --for the run ends with the script.
    #[arg(long, value_name = "FILE")]
    script: Option<PathBuf>,
    /// Keep the last picture of the screen.
    #[arg(long, value_name = "PNG")]
    shot: Option<PathBuf>,
    /// The screen's size.
    #[arg(long, value_name = "WxH", default_value = "1280x800")]
    size: Size,
    /// The machine's memory.
    #[arg(long, value_name = "MiB", default_value_t = 512, value_parser = clap::value_parser!(u32).range(128..=65536))]
    mem: u32,
    /// A folder of this machine that is the guest's /data, and stays.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// How the guest is executed.
    #[arg(long, value_enum, default_value_t = Accel::Auto)]
    accel: Accel,
    /// How windows are managed [default: as the image says].
    #[arg(long, value_enum)]
    policy: Option<PolicyArg>,
    /// Which machines the kernel is for.
    #[arg(long, value_enum, default_value_t = FlavourArg::Virt)]
    kernel: FlavourArg,
    /// Which scripts the image has fonts for.
    #[arg(long, value_enum, default_value_t = FontsArg::Embedded)]
    fonts: FontsArg,
}

#[derive(Debug, Args)]
struct SimArgs {
    /// Run this bundle: a folder with vyoma.toml and the .wasm it names, or a Rust package with a vyoma.toml.
    /// May be given several times; exactly these run, once each.
    #[arg(long, value_name = "DIR")]
    app: Vec<PathBuf>,
    /// Run what this boot.toml names [default: the image's].
    #[arg(long, value_name = "FILE", conflicts_with = "app")]
    boot: Option<PathBuf>,
    /// The screen's size.
    #[arg(long, value_name = "WxH", default_value = "1280x800")]
    size: Size,
    /// End after this long.
    #[arg(long = "for", value_name = "DURATION", value_parser = duration)]
    duration: Option<Duration>,
    /// Play these events.
    #[arg(long, value_name = "FILE")]
    script: Option<PathBuf>,
    /// Keep the last picture of the screen.
    #[arg(long, value_name = "PNG")]
    shot: Option<PathBuf>,
    /// How windows are managed [default: as device.toml says].
    #[arg(long, value_enum)]
    policy: Option<PolicyArg>,
    /// Set the device up by this device.toml [default: the image's].
    #[arg(long, value_name = "FILE")]
    device: Option<PathBuf>,
    /// Run the supervisor, compositor and app-host of this folder instead of building the image's: for those who
    /// change them, `target/debug` after `cargo build --workspace`.
    #[arg(long, value_name = "DIR")]
    programs: Option<PathBuf>,
    /// Which scripts the device has fonts for.
    #[arg(long, value_enum, default_value_t = FontsArg::Embedded)]
    fonts: FontsArg,
    /// Show the screen in a window of this desktop (X11 or Wayland), for mouse, touch and keys.
    #[arg(long)]
    window: bool,
    /// Write down what is done in the window, as a script that --script plays again.
    #[arg(long, value_name = "FILE", requires = "window")]
    record: Option<PathBuf>,
    /// Write what the apps printed beside the protocol, and what the system says of them, as JSON lines.
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
    /// Write frames and latencies of each app, processor time and memory of each process, as JSON.
    #[arg(long, value_name = "JSON")]
    stats: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct TestArgs {
    /// Only tests whose name contains this.
    filter: Option<String>,
    /// Print the groups of tests and run none.
    #[arg(long)]
    list: bool,
}

#[derive(Debug, Args)]
struct ConformanceArgs {
    /// Only rules whose name contains this.
    filter: Option<String>,
    /// Print the rules and try none.
    #[arg(long)]
    list: bool,
    /// Try them on the image in QEMU instead of in the simulator.
    #[arg(long)]
    qemu: bool,
    /// Run the supervisor, compositor and app-host of this folder instead of building the image's.
    #[arg(long, value_name = "DIR", conflicts_with = "qemu")]
    programs: Option<PathBuf>,
    /// Boot the bzImage and the initramfs.cpio.zst of this folder instead of building them.
    #[arg(long, value_name = "DIR", requires = "qemu")]
    image: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum StormCommand {
    /// Kill and stop apps and the compositor of a system in the simulator; afterwards picture, focus, input, processes
    /// and descriptors are as before.
    Kills {
        /// Decides what is done when; printed where none is given.
        #[arg(long)]
        seed: Option<u64>,
        /// How many processes.
        #[arg(long, default_value_t = 1000)]
        count: u64,
        /// Run the supervisor, compositor and app-host of this folder instead of building the image's.
        #[arg(long, value_name = "DIR")]
        programs: Option<PathBuf>,
    },
    /// Let captured app-hosts say anything to supervisor and compositor, which go on, as does the app beside them.
    Sockets {
        /// How long, for example 30m. The log names the seed of each captured process.
        #[arg(long = "for", value_name = "DURATION", value_parser = duration, default_value = "1m")]
        duration: Duration,
        /// Run the supervisor, compositor and app-host of this folder instead of building the image's.
        #[arg(long, value_name = "DIR")]
        programs: Option<PathBuf>,
    },
    /// Take the power from a machine in QEMU whose app writes and synchronises; afterwards every record that was told as
    /// synchronised is there, and the file system is whole.
    PowerCuts(PowerCutsArgs),
}

#[derive(Debug, Subcommand)]
enum BenchCommand {
    /// What an animated app loses to an abuser beside it: frames alone and beside, in one run, for each kind of abuse.
    Neighbours(ConformanceArgs),
}

#[derive(Debug, Args)]
struct PowerCutsArgs {
    /// Decides when the power goes and what is lost; printed where none is given.
    #[arg(long)]
    seed: Option<u64>,
    /// How often.
    #[arg(long, default_value_t = 200)]
    count: u64,
    /// Boot the bzImage-pc and the initramfs.cpio.zst of this folder instead of building them.
    #[arg(long, value_name = "DIR")]
    image: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum AppCommand {
    /// Make a bundle of a Rust app or a ready .wasm, compiled ahead of time.
    Build {
        /// A folder with vyoma.toml and either a Cargo.toml or the .wasm it names.
        dir: PathBuf,
        /// Where the bundle's folder goes.
        #[arg(long, value_name = "DIR", default_value = "target/vyoma/bundles")]
        out: PathBuf,
    },
    /// Make a pair of keys, in minisign's format: vyoma.key signs apps, vyoma.pub goes into images.
    ///
    /// At a terminal the passphrase is asked for; else it is the first line of the standard input.
    Keygen {
        /// Where the files go; nothing there is replaced.
        #[arg(long, value_name = "DIR", default_value = ".")]
        out: PathBuf,
        /// Make a key that needs no passphrase: whoever has the file can sign.
        #[arg(long)]
        no_passphrase: bool,
    },
    /// Sign a bundle, for /data/apps of devices whose image has the public key. Holds it against its list first.
    Sign {
        /// A bundle's folder, as `app build` prints it.
        dir: PathBuf,
        /// The secret key: vyoma.key, or one of minisign.
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// Tell whether a device whose image has this public key would load a bundle.
    Verify {
        /// A bundle's folder.
        dir: PathBuf,
        /// The public key.
        #[arg(long, value_name = "PUB")]
        key: PathBuf,
    },
    /// Check an app's manifest, and its .wasm if it is there; names each error with line and column.
    Check {
        /// A folder with vyoma.toml.
        dir: PathBuf,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum PolicyArg {
    /// One app full-screen at a time.
    Kiosk,
    /// Windows with title bars.
    Desktop,
    /// Zones.
    Signage,
}

impl From<PolicyArg> for Policy {
    fn from(arg: PolicyArg) -> Self {
        match arg {
            PolicyArg::Kiosk => Self::Kiosk,
            PolicyArg::Desktop => Self::Desktop,
            PolicyArg::Signage => Self::Signage,
        }
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum FlavourArg {
    /// QEMU and other virtual machines.
    Virt,
    /// Ordinary computers.
    Pc,
}

impl From<FlavourArg> for Flavour {
    fn from(arg: FlavourArg) -> Self {
        match arg {
            FlavourArg::Virt => Self::Virt,
            FlavourArg::Pc => Self::Pc,
        }
    }
}

impl Cli {
    /// Does what the command line says.
    ///
    /// # Errors
    /// [`CommandError`] when it could not be done.
    pub fn execute(self) -> Result<Outcome, CommandError> {
        let site = Site::discover().map_err(CommandError::build)?;
        let mut console = Console::new();
        match self.command {
            Command::Doctor => {
                drop(console);
                Ok(doctor::examine(&site))
            }
            Command::Build(args) => {
                prepare(&site, Purpose::Build, &console)?;
                let image = build::image(&site, args.kernel.into(), args.fonts.into(), &mut console)
                    .map_err(CommandError::build)?;
                drop(console);
                println!("{}\n{}", image.kernel.display(), image.initramfs.display());
                for budget in &image.sizes.budgets {
                    println!("  {budget}");
                }
                Ok(Outcome::Success)
            }
            Command::Run(args) => {
                prepare(&site, Purpose::Run, &console)?;
                run::run(&site, &args.into(), &mut console)
            }
            Command::Sim(args) => {
                prepare(&site, Purpose::Sim, &console)?;
                sim::run(&site, &args.options(&site), &mut console)
            }
            Command::Test(args) if args.list => {
                suite::list();
                Ok(Outcome::Success)
            }
            Command::Test(args) => {
                prepare(&site, Purpose::Test, &console)?;
                drop(console);
                Ok(suite::run(&site, args.filter.as_deref()))
            }
            Command::Conformance(args) if args.list => {
                conformance::list(args.filter.as_deref());
                Ok(Outcome::Success)
            }
            Command::Conformance(args) => {
                prepare(&site, Purpose::Test, &console)?;
                conformance::run(&site, &args.into(), &mut console)
            }
            Command::Storm(StormCommand::Kills { seed, count, programs }) => {
                prepare(&site, Purpose::Test, &console)?;
                storm::kills(&site, &storm::Kills { seed, count, programs }, &mut console)
            }
            Command::Storm(StormCommand::Sockets { duration, programs }) => {
                prepare(&site, Purpose::Test, &console)?;
                storm::sockets(&site, &storm::Sockets { duration, programs }, &mut console)
            }
            Command::Storm(StormCommand::PowerCuts(PowerCutsArgs { seed, count, image })) => {
                prepare(&site, Purpose::Test, &console)?;
                storm::power_cuts(&site, &storm::PowerCuts { seed, count, image }, &mut console)
            }
            Command::Bench(BenchCommand::Neighbours(args)) => {
                prepare(&site, Purpose::Test, &console)?;
                bench::neighbours(&site, &args.into(), &mut console)
            }
            Command::App(AppCommand::Build { dir, out }) => {
                if dir.join("Cargo.toml").is_file() {
                    prepare(&site, Purpose::Apps, &console)?;
                }
                app::build(&site, &dir, &out, &mut console)
            }
            Command::App(AppCommand::Check { dir }) => app::check(&dir),
            Command::App(AppCommand::Keygen { out, no_passphrase }) => {
                drop(console);
                let protection = if no_passphrase { Protection::None } else { Protection::Passphrase };
                signing::keygen(&out, protection)
            }
            Command::App(AppCommand::Sign { dir, key }) => {
                drop(console);
                signing::sign(&dir, &key)
            }
            Command::App(AppCommand::Verify { dir, key }) => signing::verify(&dir, &key),
            Command::Audit { image, app } => {
                drop(console);
                match app {
                    Some(folder) => audit::app(&folder),
                    None => audit::image(&image.unwrap_or_else(|| site.out.join("initramfs.cpio.zst"))),
                }
            }
            Command::Pin => {
                drop(console);
                pin::run()
            }
        }
    }
}

fn prepare(site: &Site, purpose: Purpose, console: &Console) -> Result<(), CommandError> {
    Ok(doctor::ensure(site, purpose, &mut |line| console.say(line))?)
}

impl From<RunArgs> for run::Options {
    fn from(args: RunArgs) -> Self {
        Self {
            flavour: args.kernel.into(),
            fonts: args.fonts.into(),
            headless: if args.headless { run::Headless::Yes } else { run::Headless::No },
            duration: args.duration,
            script: args.script,
            shot: args.shot,
            size: args.size.0,
            memory: args.mem,
            data: args.data,
            accel: args.accel,
            policy: args.policy.map(Policy::from),
        }
    }
}

impl From<ConformanceArgs> for conformance::Options {
    fn from(args: ConformanceArgs) -> Self {
        let place = if args.qemu { conformance::Place::Qemu } else { conformance::Place::Simulator };
        Self { filter: args.filter, place, programs: args.programs, image: args.image }
    }
}

impl SimArgs {
    fn options(self, site: &Site) -> sim::Options {
        let selection = match (self.app, self.boot) {
            (apps, None) if !apps.is_empty() => sim::Selection::Apps(apps),
            (_, Some(file)) => sim::Selection::Boot(file),
            _ => sim::Selection::Boot(site.checkout.join("image/rootfs/etc/vyoma/boot.toml")),
        };
        sim::Options {
            selection,
            programs: self.programs,
            fonts: self.fonts.into(),
            size: self.size.0,
            screen: if self.window { sim::Screen::Window } else { sim::Screen::Memory },
            policy: self.policy.map(Policy::from),
            device: self.device,
            duration: self.duration,
            script: self.script,
            record: self.record,
            shot: self.shot,
            log: self.log,
            stats: self.stats,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn sim_without_a_selection_takes_the_images_boot() {
        let cli = Cli::try_parse_from(["vyoma", "sim", "--for", "2s", "--size", "800x480"]).unwrap();
        let Command::Sim(args) = cli.command else { panic!("another command") };
        let site = Site { checkout: "/c".into(), cache: "/k".into(), out: "/o".into() };
        let options = args.options(&site);
        assert_eq!(options.selection, sim::Selection::Boot("/c/image/rootfs/etc/vyoma/boot.toml".into()));
        assert_eq!(options.duration, Some(Duration::from_secs(2)));
        assert!(Cli::try_parse_from(["vyoma", "sim", "--app", "a", "--boot", "b"]).is_err());
    }
}
