//! Bundles: whose word their lists are, and what their manifests say.
//!
//! An app of the image lies in `/apps`; its list is the image's own. An app that was installed lies in `/data/apps`,
//! where whoever has the disk can write: its list counts only with a signature by a key of the image, and nothing of
//! it is parsed before that but the signature. What the list says of the other files, the app's process holds against
//! them at every start.
//!
//! Whoever only looks (launchers at all bundles, apps at an icon) is told what was found when the files were as they
//! are: an app that asks without end has no signature checked twice. Nothing is run by that; who can write the disk
//! without a trace has what was signed shown for longer, and nothing else.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use bundle::{BundleList, Hash, Keys, LIST, MANIFEST, MAX_LIST, MAX_SIGNATURE, SIGNATURE};
use control_protocol::Level;
use manifest::{AppName, MAX_TEXT, Manifest};
use sys::machine;

use crate::app::MAX_APPS;
use crate::read;
use crate::supervisor::Supervisor;

/// Where apps of the image are, below the root.
const OF_IMAGE: &str = "apps";

/// Where installed ones are.
const INSTALLED: &str = "data/apps";

/// Installed apps that launchers see, by name: each costs a signature to check, once.
const MAX_INSTALLED: usize = 64;

/// Bundles of which is known what they are: all that launchers see. Beyond that it is forgotten and found out anew.
const MAX_SEEN: usize = MAX_APPS + MAX_INSTALLED;

/// Where keys are.
const KEYS: &str = "etc/vyoma/keys";

/// A bundle whose list and manifest are what they must be.
pub(crate) struct Bundle {
    pub(crate) manifest: Manifest,
    pub(crate) directory: PathBuf,
    pub(crate) list: Rc<BundleList>,
    /// What is odd about the manifest, a line each.
    pub(crate) warnings: Vec<String>,
}

/// What tells a file from the one before it: device, inode, bytes, and when its state changed last, which no program can
/// set (seconds and nanoseconds).
type Stamp = (u64, u64, u64, i64, i64);

/// The files that say what a bundle is: [`LIST`], [`SIGNATURE`] and [`MANIFEST`], as far as they are there.
type Stamps = [Option<Stamp>; 3];

/// All there are, and who vouches for them.
pub(crate) struct Bundles {
    root: PathBuf,
    keys: Keys,
    /// Names of the image's apps, which stay as they are: not to be read again for each installed one.
    of_image: BTreeSet<AppName>,
    /// What was found by directory, and when.
    seen: BTreeMap<PathBuf, (Stamps, Result<Rc<Bundle>, String>)>,
}

impl Bundles {
    pub(crate) fn new(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
            keys: Keys::default(),
            of_image: BTreeSet::new(),
            seen: BTreeMap::new(),
        }
    }

    /// Reads whom the image trusts, and the names of its apps. What is wrong with a key, a line each.
    pub(crate) fn read_image(&mut self) -> Vec<String> {
        self.seen.clear();
        self.of_image = self.of_image().iter().map(|bundle| bundle.manifest.name.clone()).collect();
        let folder = self.root.join(KEYS);
        let mut names: Vec<_> =
            fs::read_dir(&folder).into_iter().flatten().flatten().map(|e| e.file_name()).collect();
        names.sort_unstable();
        let mut problems = Vec::new();
        for name in names.iter().filter_map(|name| name.to_str()).filter(|name| name.ends_with(".pub")) {
            let text = read(&folder, name, MAX_SIGNATURE);
            let text =
                text.and_then(|text| String::from_utf8(text).map_err(|e| format!("{KEYS}/{name}: {e}")));
            if let Err(why) = text.and_then(|text| self.keys.add(name, &text).map_err(|e| e.to_string())) {
                problems.push(format!("/{KEYS}: {why}"));
            }
        }
        problems
    }

    /// The directory of an app's name: the image's, or else an installed one.
    pub(crate) fn directory(&self, name: &AppName) -> PathBuf {
        let [of_image, installed] =
            [OF_IMAGE, INSTALLED].map(|place| self.root.join(place).join(name.as_str()));
        if !of_image.exists() && installed.is_dir() { installed } else { of_image }
    }

    /// The directory of `clock`, `/apps/clock`, `/data/apps/clock` or a path into one of them. Nothing elsewhere is ever
    /// run: it may have been written by an app.
    pub(crate) fn locate(&self, what: &str) -> Result<PathBuf, String> {
        let app = |rest: &str| {
            let name = rest.split('/').next().unwrap_or(rest);
            AppName::new(name).map_err(|e| e.to_string())
        };
        if let Some(rest) = what.strip_prefix("/data/apps/") {
            return Ok(self.root.join(INSTALLED).join(app(rest)?.as_str()));
        }
        match what.strip_prefix("/apps/") {
            Some(rest) => Ok(self.root.join(OF_IMAGE).join(app(rest)?.as_str())),
            None => Ok(self.directory(&AppName::new(what).map_err(|e| e.to_string())?)),
        }
    }

    /// A bundle as [`Bundles::open`] finds it, if its files are not as they were found before. For who looks, not for
    /// what runs.
    pub(crate) fn look(&mut self, directory: &Path) -> Result<Rc<Bundle>, String> {
        let stamps = stamps(directory);
        if let Some((then, found)) = self.seen.get(directory)
            && *then == stamps
        {
            return found.clone();
        }
        let found = self.open(directory).map(Rc::new);
        // Without a list there is nothing to check, and no end of such names.
        if stamps[0].is_some() {
            if self.seen.len() >= MAX_SEEN {
                self.seen.clear();
            }
            self.seen.insert(directory.to_owned(), (stamps, found.clone()));
        }
        found
    }

    /// Reads a bundle. The text of a failure is for people: all that is wrong, a line each.
    pub(crate) fn open(&self, directory: &Path) -> Result<Bundle, String> {
        if !directory.starts_with(self.root.join("data")) {
            let list = read(directory, LIST, MAX_LIST)?;
            return self.parse(directory, &list);
        }
        let name = directory.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if directory.parent() != Some(&self.root.join(INSTALLED)) {
            return Err(format!(
                "{}: apps are in /apps and in /data/apps, nowhere else",
                directory.display()
            ));
        }
        if self.image_has(name) {
            return Err(format!("{}: the image has an app of this name", directory.display()));
        }
        let bundle = self.open_installed(directory)?;
        if bundle.manifest.name.as_str() != name {
            let found = &bundle.manifest.name;
            return Err(format!(
                "{}: this is the app {found}, whose folder is /{INSTALLED}/{found}",
                directory.display()
            ));
        }
        Ok(bundle)
    }

    fn open_installed(&self, directory: &Path) -> Result<Bundle, String> {
        let list = read(directory, LIST, MAX_LIST)?;
        let signature = read(directory, SIGNATURE, MAX_SIGNATURE)?;
        let at = |why: &dyn std::fmt::Display| format!("{}: {why}", directory.display());
        self.keys.verify(&list, &signature).map_err(|e| at(&e))?;
        self.parse(directory, &list)
    }

    fn parse(&self, directory: &Path, list: &[u8]) -> Result<Bundle, String> {
        let at = |why: &dyn std::fmt::Display| format!("{}/{why}", directory.display());
        let list = BundleList::parse(list).map_err(|e| at(&e))?;
        let text = read(directory, MANIFEST, MAX_TEXT)?;
        let right = list.file(MANIFEST).ok_or_else(|| at(&format!("{MANIFEST} is not in {LIST}")))?;
        bundle::hash_of(MANIFEST, &text, right).map_err(|e| at(&e))?;
        let file = directory.join(MANIFEST).display().to_string();
        let text = String::from_utf8(text).map_err(|e| at(&format!("{MANIFEST}: {e}")))?;
        let checked = Manifest::parse(&file, &text).map_err(|e| e.to_string())?;
        let warnings = checked.warnings.iter().map(|w| format!("{file}:{}:{}: {}", w.line, w.column, w.what));
        let (manifest, warnings) = (checked.value, warnings.collect());
        // The program that its author meant; where it is in the bundle too, that file.
        let compiled_of = [Some(list.wasm()), list.file(&manifest.wasm).map(|listed| listed.hash)];
        if let Some(wanted) = manifest.wasm_sha256.map(Hash)
            && let Some(found) = compiled_of.into_iter().flatten().find(|found| *found != wanted)
        {
            let what = format!("{MANIFEST}: app.wasm_sha256 is {wanted}, {LIST} says {found}");
            return Err(at(&what));
        }
        if list.file(&manifest.compiled()).is_none() {
            return Err(at(&format!("{} is not in {LIST}", manifest.compiled())));
        }
        Ok(Bundle { manifest, directory: directory.to_owned(), list: Rc::new(list), warnings })
    }

    /// Whether an app of the image has this name: its folder's, or its manifest's.
    fn image_has(&self, name: &str) -> bool {
        let is_name = self.of_image.iter().any(|of_image| of_image.as_str() == name);
        is_name || self.root.join(OF_IMAGE).join(name).exists()
    }

    fn of_image(&mut self) -> Vec<Rc<Bundle>> {
        let entries = fs::read_dir(self.root.join(OF_IMAGE)).into_iter().flatten().flatten().take(MAX_APPS);
        entries.filter_map(|entry| self.look(&entry.path()).ok()).collect()
    }

    /// Installed bundles as they are, right or not, by name.
    fn installed(&mut self) -> Vec<Result<Rc<Bundle>, String>> {
        let folder = self.root.join(INSTALLED);
        let entries = fs::read_dir(&folder).into_iter().flatten().flatten().take(MAX_APPS);
        let mut names: Vec<_> = entries.map(|entry| entry.file_name()).collect();
        names.sort_unstable();
        let surplus = names.len().saturating_sub(MAX_INSTALLED);
        names.truncate(MAX_INSTALLED);
        let mut found: Vec<_> = names.iter().map(|name| self.look(&folder.join(name))).collect();
        if surplus > 0 {
            found.push(Err(format!(
                "/{INSTALLED}: {surplus} more than the {MAX_INSTALLED} that are looked at"
            )));
        }
        found
    }

    /// All valid bundles, by title.
    pub(crate) fn all(&mut self) -> Vec<Rc<Bundle>> {
        let mut bundles = self.of_image();
        bundles.extend(self.installed().into_iter().filter_map(Result::ok));
        bundles.sort_by_cached_key(|b| (b.manifest.title().to_lowercase(), b.manifest.name.clone()));
        bundles
    }
}

impl Supervisor {
    /// Reads the keys, and says what of the installed apps is not as it should be.
    pub(crate) fn look_at_installed(&mut self) {
        let mut problems = self.bundles.read_image();
        problems.extend(self.bundles.installed().into_iter().filter_map(Result::err));
        for problem in problems {
            self.log.system(Level::Warn, &problem);
        }
    }
}

/// Of a bundle's files as they are now.
fn stamps(directory: &Path) -> Stamps {
    [LIST, SIGNATURE, MANIFEST].map(|name| {
        let file = fs::symlink_metadata(directory.join(name)).ok()?;
        Some((file.dev(), file.ino(), file.size(), file.ctime(), file.ctime_nsec()))
    })
}

/// Reads a regular file of a directory, of at most so many bytes.
fn read(directory: &Path, name: &str, most: usize) -> Result<Vec<u8>, String> {
    let wrong = |e: std::io::Error| format!("{}/{name}: {e}", directory.display());
    let (file, _, _) = machine::open_beneath(directory, Path::new(name)).map_err(wrong)?;
    let bytes = read::bytes(file, most).map_err(wrong)?;
    if bytes.len() > most {
        return Err(format!("{}/{name}: it is longer than {most} bytes", directory.display()));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use bundle::Listed;

    use super::*;

    const KEY: &str = include_str!("../crates/bundle/tests/data/test.pub");

    /// A root that goes with its owner.
    struct Root(PathBuf);

    impl Root {
        fn new(test: &str) -> Self {
            let root = std::env::temp_dir().join(format!("vyoma-bundles-{test}-{}", std::process::id()));
            let _ = fs::remove_dir_all(&root);
            for folder in ["apps/clock", "data/apps/clock", "data/apps/other", "data/clock", KEYS] {
                fs::create_dir_all(root.join(folder)).unwrap();
            }
            Self(root)
        }

        fn why(&self, folder: &str) -> String {
            Bundles::new(&self.0).open(&self.0.join(folder)).err().expect("no bundle")
        }
    }

    impl Drop for Root {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn open_below_data_only_what_is_an_installed_app_s() {
        let root = Root::new("places");
        assert!(root.why("data/apps/clock").ends_with("the image has an app of this name"));
        for folder in ["data/clock", "data", "data/apps", "data/apps/other/files"] {
            assert!(
                root.why(folder).ends_with("apps are in /apps and in /data/apps, nowhere else"),
                "{folder}"
            );
        }
        let list = root.0.join("data/apps/other/bundle.hashes");
        std::os::unix::fs::symlink("/etc/passwd", &list).unwrap();
        assert!(root.why("data/apps/other").contains("bundle.hashes: "), "a link is not followed");
        fs::remove_file(&list).unwrap();
        fs::write(&list, vec![b'x'; MAX_LIST + 1]).unwrap();
        assert!(root.why("data/apps/other").contains("it is longer than 262144 bytes"));
        fs::write(&list, "vyoma-bundle 1\n").unwrap();
        fs::write(root.0.join("data/apps/other/bundle.minisig"), "none").unwrap();
        assert!(root.why("data/apps/other").contains("bundle.minisig is no signature of minisign"));
    }

    #[test]
    fn locate_finds_the_image_s_app_before_an_installed_one() {
        let root = Root::new("names");
        let at = |what: &str| {
            Bundles::new(&root.0).locate(what).map(|path| path.strip_prefix(&root.0).unwrap().to_owned())
        };
        for (what, right) in [
            ("clock", "apps/clock"),
            ("/apps/clock", "apps/clock"),
            ("/apps/clock/vyoma.toml", "apps/clock"),
            ("other", "data/apps/other"),
            ("/data/apps/other/vyoma.toml", "data/apps/other"),
            ("nobody", "apps/nobody"),
        ] {
            assert_eq!(at(what).unwrap(), Path::new(right), "{what}");
        }
        for bad in ["../clock", "/data/clock", "/data/apps/../clock", "/apps/", "", "/etc/passwd"] {
            assert!(at(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn read_image_takes_those_that_are_and_names_the_others() {
        let root = Root::new("keys");
        let keys = root.0.join(KEYS);
        for (name, text) in [("a.pub", KEY), ("b.pub", "x"), ("README", "x")] {
            fs::write(keys.join(name), text).unwrap();
        }
        std::os::unix::fs::symlink("a.pub", keys.join("c.pub")).unwrap();
        let problems = Bundles::new(&root.0).read_image();
        assert_eq!(problems.len(), 2, "{problems:?}");
        assert!(
            problems[0].contains("b.pub is no public key") && problems[1].contains("c.pub"),
            "{problems:?}"
        );
    }

    #[test]
    fn look_opens_what_changed_and_nothing_twice() {
        let root = Root::new("look");
        let folder = root.0.join("apps/clock");
        let text = "[app]\nname = \"clock\"\nversion = \"1.0.0\"\nwasm = \"a.wasm\"\n";
        let files = [(MANIFEST, text), ("a.cwasm", "code")].map(|(name, text)| {
            let listed = Listed { hash: Hash::of(text.as_bytes()), bytes: text.len() as u64 };
            (name.to_owned(), listed)
        });
        let list = BundleList::new(Hash([0; 32]), files).unwrap().to_string();
        fs::write(folder.join(MANIFEST), text).unwrap();
        fs::write(folder.join(LIST), &list).unwrap();
        let mut bundles = Bundles::new(&root.0);
        let first = bundles.look(&folder).unwrap();
        assert!(Rc::ptr_eq(&first, &bundles.look(&folder).unwrap()));
        for name in [MANIFEST, LIST] {
            let right = fs::read(folder.join(name)).unwrap();
            fs::write(folder.join(name), "short").unwrap();
            assert!(bundles.look(&folder).is_err(), "{name}");
            fs::write(folder.join(name), right).unwrap();
            assert!(bundles.look(&folder).is_ok(), "{name}");
        }
        fs::remove_file(folder.join(LIST)).unwrap();
        let seen = bundles.seen.len();
        assert!(bundles.look(&folder).is_err() && bundles.look(&root.0.join("apps/none")).is_err());
        assert_eq!(bundles.seen.len(), seen, "what has no list is not kept");
    }

    #[test]
    fn look_forgets_before_there_is_too_much() {
        let root = Root::new("forgets");
        let mut bundles = Bundles::new(&root.0);
        let folder = root.0.join("data/apps/other");
        fs::write(folder.join(LIST), "none").unwrap();
        for n in 0..MAX_SEEN {
            bundles.seen.insert(PathBuf::from(n.to_string()), ([None; 3], Err(String::new())));
        }
        assert!(bundles.look(&folder).is_err());
        assert_eq!(bundles.seen.len(), 1);
    }

    #[test]
    fn installed_looks_at_so_many_and_says_so() {
        let root = Root::new("many");
        for n in 0..MAX_INSTALLED {
            fs::create_dir_all(root.0.join(format!("data/apps/app-{n}"))).unwrap();
        }
        let found = Bundles::new(&root.0).installed();
        assert_eq!(found.len(), MAX_INSTALLED + 1);
        let last = found.last().unwrap().as_ref().err().unwrap();
        assert_eq!(last, "/data/apps: 2 more than the 64 that are looked at");
    }
}
