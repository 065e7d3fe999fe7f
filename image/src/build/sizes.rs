//! What everything weighs, and what it may weigh.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;

use super::files::{self, FileError};
use super::initramfs::{self, InitramfsError};
use super::{Bundle, Flavour, Programs};

/// Why the sizes do not hold.
#[derive(Debug, thiserror::Error)]
pub enum SizesError {
    /// Something outgrew its budget.
    #[error("over budget: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    OverBudget(Vec<Budget>),
    /// A part could not be packed for its share.
    #[error("cannot tell what a part weighs packed")]
    Pack(#[from] Box<InitramfsError>),
    /// A file to measure, or the table.
    #[error(transparent)]
    File(#[from] FileError),
}

/// The most a part may weigh, in bytes, with a million to the megabyte.
const KERNEL_BUDGET: u64 = 3_000_000;
/// Kernel and initramfs together.
const IMAGE_BUDGET: u64 = 8_000_000;
/// PID 1 stays small enough to be read.
const SUPERVISOR_BUDGET: u64 = 697_000;
/// What the contract costs an app: the least one, a game and the shell's largest, as WebAssembly.
const APP_BUDGETS: [(&str, &str, u64); 3] =
    [("hello", "app hello", 4_000), ("snake", "app snake", 20_000), ("launcher", "app launcher", 60_000)];
/// The least app without what binds it to its imports.
const HELLO_MODULE_BUDGET: u64 = 2_000;

/// A part, what it weighs and what it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Budget {
    /// Which part.
    pub part: &'static str,
    /// In bytes.
    pub bytes: u64,
    /// In bytes.
    pub limit: u64,
    /// How much of the limit is used, in percent, rounded up.
    pub used_percent: u64,
}

impl Budget {
    fn of(part: &'static str, bytes: u64, limit: u64) -> Self {
        Self { part, bytes, limit, used_percent: (bytes * 100).div_ceil(limit) }
    }

    /// Whether it holds.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.bytes <= self.limit
    }
}

impl std::fmt::Display for Budget {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} {} of {} bytes ({} %)", self.part, self.bytes, self.limit, self.used_percent)
    }
}

/// A file of the image, as it is and packed alone as the image is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Weight {
    /// As it is, in bytes.
    pub bytes: u64,
    /// Packed, in bytes.
    pub packed: u64,
}

/// An app of the image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct AppWeight {
    /// Its WebAssembly, which stays on this machine, in bytes.
    pub wasm: u64,
    /// Of these the program itself, without what binds it to its imports, in bytes.
    pub module: u64,
    /// The machine code made of it.
    pub compiled: Weight,
}

/// What everything weighs: the content of `sizes.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sizes {
    /// The bzImage, in bytes.
    pub kernel: u64,
    /// The packed initramfs, in bytes.
    pub initramfs: u64,
    /// Both, in bytes.
    pub image: u64,
    /// By name.
    pub programs: BTreeMap<&'static str, Weight>,
    /// By name.
    pub apps: BTreeMap<String, AppWeight>,
    /// What of this has a limit.
    pub budgets: Vec<Budget>,
}

impl Sizes {
    /// Measures the boot files and what is in them.
    pub(super) fn measure(
        kernel: &Path,
        initramfs: &Path,
        programs: &Programs,
        bundles: &[Bundle],
    ) -> Result<Self, SizesError> {
        let kernel = length(kernel)?;
        let initramfs = length(initramfs)?;
        let supervisor = weigh(&programs.supervisor)?;
        let image = kernel + initramfs;
        let apps = bundles.iter().map(|bundle| {
            let weight = AppWeight {
                wasm: bundle.wasm_bytes,
                module: bundle.module_bytes,
                compiled: weigh(&bundle.compiled)?,
            };
            Ok((bundle.name.clone(), weight))
        });
        Ok(Self {
            kernel,
            initramfs,
            image,
            programs: BTreeMap::from([
                ("supervisor", supervisor),
                ("compositor", weigh(&programs.compositor)?),
                ("app-host", weigh(&programs.app_host)?),
            ]),
            apps: apps.collect::<Result<_, SizesError>>()?,
            budgets: [
                Budget::of("kernel", kernel, KERNEL_BUDGET),
                Budget::of("image", image, IMAGE_BUDGET),
                Budget::of("supervisor", supervisor.bytes, SUPERVISOR_BUDGET),
            ]
            .into_iter()
            .chain(app_budgets(bundles))
            .collect(),
        })
    }

    pub(super) fn write(&self, path: &Path) -> Result<(), SizesError> {
        let mut text = serde_json::to_string_pretty(self).expect("numbers and names are always JSON");
        text.push('\n');
        Ok(files::write(path, text.as_bytes())?)
    }

    /// Refuses what is over its budget. The kernel for ordinary computers has none: its drivers are many.
    pub(super) fn hold(&self, flavour: Flavour) -> Result<(), SizesError> {
        let counts = |budget: &Budget| flavour == Flavour::Virt || !matches!(budget.part, "kernel" | "image");
        let over: Vec<Budget> =
            self.budgets.iter().filter(|budget| counts(budget) && !budget.holds()).copied().collect();
        if over.is_empty() { Ok(()) } else { Err(SizesError::OverBudget(over)) }
    }
}

/// The budgets of the apps that have one.
fn app_budgets(bundles: &[Bundle]) -> impl Iterator<Item = Budget> + '_ {
    let of = |name: &str| bundles.iter().find(|bundle| bundle.name == name);
    let whole = APP_BUDGETS
        .into_iter()
        .filter_map(move |(name, part, limit)| Some(Budget::of(part, of(name)?.wasm_bytes, limit)));
    let module = of("hello").map(|hello| ("module of app hello", hello.module_bytes));
    whole.chain(module.map(|(part, bytes)| Budget::of(part, bytes, HELLO_MODULE_BUDGET)))
}

fn length(path: &Path) -> Result<u64, FileError> {
    Ok(path.metadata().map_err(files::failed("inspect", path))?.len())
}

fn weigh(path: &Path) -> Result<Weight, SizesError> {
    let bytes = files::read(path)?;
    let packed = initramfs::pack(&bytes).map_err(Box::new)?;
    Ok(Weight { bytes: bytes.len() as u64, packed: packed.len() as u64 })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(kernel: u64, supervisor: u64) -> Sizes {
        Sizes {
            kernel,
            initramfs: 0,
            image: kernel,
            programs: BTreeMap::new(),
            apps: BTreeMap::new(),
            budgets: vec![
                Budget::of("kernel", kernel, KERNEL_BUDGET),
                Budget::of("supervisor", supervisor, SUPERVISOR_BUDGET),
            ],
        }
    }

    #[test]
    fn hold_at_the_limit_is_within_and_one_above_is_not() {
        sizes(3_000_000, 697_000).hold(Flavour::Virt).expect("at the limit");
        let error = sizes(3_000_001, 697_001).hold(Flavour::Virt).expect_err("above");
        assert_eq!(
            error.to_string(),
            "over budget: kernel 3000001 of 3000000 bytes (101 %); supervisor 697001 of 697000 bytes (101 %)"
        );
    }

    #[test]
    fn hold_kernel_for_computers_has_no_limit_but_the_supervisor_has() {
        sizes(5_000_000, 1).hold(Flavour::Pc).expect("drivers");
        sizes(1, 700_000).hold(Flavour::Pc).expect_err("same supervisor");
    }
}
