//! `vyoma app keygen`, `sign` and `verify`: keys and signatures in minisign's format, for apps that are no part of
//! an image.

mod key;

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, IsTerminal, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use bundle::{BundleList, FolderError, KeyError, Keys, LIST, ListError, MANIFEST, SIGNATURE, SignatureError};
use manifest::{Invalid, Manifest};
use rustix::termios::{LocalModes, OptionalActions, Termios};

use crate::report::{CommandError, Outcome};
pub(crate) use key::SecretKey;

/// Names of a new pair of keys.
const SECRET: &str = "vyoma.key";
const PUBLIC: &str = "vyoma.pub";

/// The longest passphrase or key file, in bytes.
const MAX_TEXT: u64 = 4096;

/// Whether a secret key is of use to whoever has its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protection {
    /// A passphrase is needed too.
    Passphrase,
    /// It is.
    None,
}

/// Why there is no key, no signature, or none that counts.
#[derive(Debug, thiserror::Error)]
pub enum SigningError {
    /// A key would be lost.
    #[error("{} exists already: a key that apps were signed with cannot be made again", .0.display())]
    Exists(PathBuf),
    /// No passphrase.
    #[error("the passphrase is empty; `--no-passphrase` makes a key that needs none")]
    Empty,
    /// Two passphrases.
    #[error("the passphrases are not the same")]
    Different,
    /// The key cannot be used.
    #[error("{} cannot be used: {why}", path.display())]
    Key {
        /// Its file.
        path: PathBuf,
        /// Why.
        why: &'static str,
    },
    /// No public key.
    #[error(transparent)]
    Public(#[from] KeyError),
    /// The bundle has no list.
    #[error("{} is no bundle: it has no {LIST}; `vyoma app build` makes one", .0.display())]
    NoBundle(PathBuf),
    /// The bundle has no signature.
    #[error("{} has no {SIGNATURE}; `vyoma app sign` makes one", .0.display())]
    Unsigned(PathBuf),
    /// The list is none.
    #[error(transparent)]
    List(#[from] ListError),
    /// The folder is another one than the list says.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The manifest is not right.
    #[error(transparent)]
    Manifest(#[from] Invalid),
    /// The signature does not count.
    #[error(transparent)]
    Signature(#[from] SignatureError),
    /// A file or the terminal.
    #[error("{what}")]
    Io {
        /// What was tried.
        what: String,
        /// What the system says.
        source: io::Error,
    },
}

fn failed(what: &str, path: &Path) -> impl FnOnce(io::Error) -> SigningError {
    let what = format!("cannot {what} {}", path.display());
    move |source| SigningError::Io { what, source }
}

/// Makes a pair of keys in `out`, and prints the files.
///
/// # Errors
/// [`CommandError`].
pub fn keygen(out: &Path, protection: Protection) -> Result<Outcome, CommandError> {
    let (secret, public) = (|| {
        let passphrase = match protection {
            Protection::Passphrase => Some(new_passphrase()?),
            Protection::None => None,
        };
        make_pair(out, passphrase)
    })()
    .map_err(CommandError::signing)?;
    println!("{}\n{}", secret.display(), public.display());
    eprintln!("The first signs, and stays with you; the second goes into image/rootfs/etc/vyoma/keys.");
    Ok(Outcome::Success)
}

fn make_pair(out: &Path, passphrase: Option<String>) -> Result<(PathBuf, PathBuf), SigningError> {
    let (secret, public) = (out.join(SECRET), out.join(PUBLIC));
    if let Some(there) = [&secret, &public].into_iter().find(|path| path.exists()) {
        return Err(SigningError::Exists(there.clone()));
    }
    let key = SecretKey::generate()?;
    fs::create_dir_all(out).map_err(failed("create", out))?;
    let files = [(&secret, 0o600, key.to_text(passphrase.as_deref())?), (&public, 0o644, key.public())];
    for (path, mode, text) in files {
        let mut options = OpenOptions::new();
        let file = options.write(true).create_new(true).mode(mode).open(path);
        file.and_then(|mut file| file.write_all(text.as_bytes())).map_err(failed("write", path))?;
    }
    Ok((secret, public))
}

/// Signs the bundle in `folder`, after holding it against its list.
///
/// # Errors
/// [`CommandError`].
pub fn sign(folder: &Path, key: &Path) -> Result<Outcome, CommandError> {
    sign_folder(folder, || secret_key(key)).map_err(CommandError::signing)?;
    println!("{}", folder.join(SIGNATURE).display());
    Ok(Outcome::Success)
}

fn sign_folder(
    folder: &Path,
    key: impl FnOnce() -> Result<SecretKey, SigningError>,
) -> Result<(), SigningError> {
    let list = read_list(folder)?;
    let manifest = check(folder, &list)?;
    let comment = format!("app {} {}", manifest.name, manifest.version);
    let signature = key()?.sign(&list, &comment);
    let place = folder.join(SIGNATURE);
    fs::write(&place, signature).map_err(failed("write", &place))
}

/// Holds the bundle in `folder` against its list, and that against its signature by `key`, as a device does.
///
/// # Errors
/// [`CommandError`] when something else than the bundle is not as it should be.
pub fn verify(folder: &Path, key: &Path) -> Result<Outcome, CommandError> {
    let mut keys = Keys::default();
    let name = key.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let text = read_text(key).map_err(CommandError::signing)?;
    keys.add(&name, &text).map_err(|e| CommandError::signing(e.into()))?;
    match verify_folder(folder, &keys) {
        Ok(manifest) => {
            println!("{} {}: every byte is as {name} says", manifest.name, manifest.version);
            Ok(Outcome::Success)
        }
        Err(error @ SigningError::Io { .. }) => Err(CommandError::signing(error)),
        Err(error) => {
            println!("{}: {error}", folder.display());
            Ok(Outcome::Failed)
        }
    }
}

fn verify_folder(folder: &Path, keys: &Keys) -> Result<Manifest, SigningError> {
    let list = read_list(folder)?;
    let place = folder.join(SIGNATURE);
    if !place.is_file() {
        return Err(SigningError::Unsigned(folder.to_owned()));
    }
    keys.verify(&list, &fs::read(&place).map_err(failed("read", &place))?)?;
    check(folder, &list)
}

fn read_list(folder: &Path) -> Result<Vec<u8>, SigningError> {
    let place = folder.join(LIST);
    if !place.is_file() {
        return Err(SigningError::NoBundle(folder.to_owned()));
    }
    fs::read(&place).map_err(failed("read", &place))
}

/// Holds a folder against its list.
fn check(folder: &Path, list: &[u8]) -> Result<Manifest, SigningError> {
    let list = BundleList::parse(list)?;
    let opened = File::open(folder).map_err(failed("open", folder))?;
    let text = bundle::check(opened.as_fd(), &list, MANIFEST)?;
    let path = folder.join(MANIFEST).display().to_string();
    let manifest = Manifest::parse(&path, &String::from_utf8_lossy(&text))?.value;
    // What the device loads must be there too.
    let code = manifest.compiled();
    if list.file(&code).is_none() {
        return Err(FolderError::Unlisted { path: code }.into());
    }
    Ok(manifest)
}

fn secret_key(path: &Path) -> Result<SecretKey, SigningError> {
    let ask = || passphrase(&format!("Passphrase of {}:", path.display()));
    SecretKey::parse(&read_text(path)?, ask)?.map_err(|why| SigningError::Key { path: path.to_owned(), why })
}

/// Asked twice where nobody sees what is typed.
fn new_passphrase() -> Result<String, SigningError> {
    let first = passphrase("Passphrase for the new key:")?;
    if io::stdin().is_terminal() && passphrase("Once more:")? != first {
        return Err(SigningError::Different);
    }
    Ok(first)
}

/// A line of the standard input; of a terminal's without showing it.
fn passphrase(prompt: &str) -> Result<String, SigningError> {
    let failed = |source| SigningError::Io { what: "cannot read the passphrase".to_owned(), source };
    let stdin = io::stdin();
    eprintln!("{prompt}");
    let mut line = String::new();
    let shown = if stdin.is_terminal() { Some(rustix::termios::tcgetattr(&stdin)) } else { None };
    let shown = shown.transpose().map_err(|e| failed(e.into()))?;
    let set = |termios: &Termios| rustix::termios::tcsetattr(&stdin, OptionalActions::Flush, termios);
    if let Some(mut hidden) = shown.clone() {
        hidden.local_modes.remove(LocalModes::ECHO);
        set(&hidden).map_err(|e| failed(e.into()))?;
    }
    let read = stdin.lock().take(MAX_TEXT).read_line(&mut line);
    if let Some(shown) = &shown {
        set(shown).map_err(|e| failed(e.into()))?;
    }
    read.map_err(failed)?;
    let line = line.trim_end_matches(['\r', '\n']);
    if line.is_empty() { Err(SigningError::Empty) } else { Ok(line.to_owned()) }
}

fn read_text(path: &Path) -> Result<String, SigningError> {
    let mut text = String::new();
    let read = File::open(path).and_then(|file| file.take(MAX_TEXT).read_to_string(&mut text));
    read.map(|_| text).map_err(failed("read", path))
}
