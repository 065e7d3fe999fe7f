//! Folders, held against their lists.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs::{self, File};
use std::os::fd::AsFd;
use std::path::Path;

use vyoma_bundle::{BundleList, FolderError, Hash, MAX_FILE, MAX_FILES, check, scan};

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, bytes) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    folder
}

fn list_of(folder: &Path) -> Result<BundleList, FolderError> {
    let files = scan(File::open(folder).unwrap().as_fd())?;
    Ok(BundleList::new(Hash([0; 32]), files).unwrap())
}

fn checked(folder: &Path, list: &BundleList) -> Result<Vec<u8>, FolderError> {
    check(File::open(folder).unwrap().as_fd(), list, "app.cwasm")
}

#[test]
fn check_gives_the_bytes_that_it_hashed() {
    let code = "x".repeat(200_000);
    let folder = folder(&[
        ("app.cwasm", &code),
        ("files/a/1", "one"),
        ("bundle.hashes", "?"),
        ("bundle.minisig", "?"),
    ]);
    let list = list_of(folder.path()).unwrap();
    let paths: Vec<_> = list.files().map(|(path, listed)| (path.to_owned(), listed.bytes)).collect();
    assert_eq!(paths, [("app.cwasm".to_owned(), 200_000), ("files/a/1".to_owned(), 3)]);
    assert_eq!(checked(folder.path(), &list).unwrap(), code.as_bytes());
}

#[test]
fn check_without_the_code_in_folder_and_list_is_refused() {
    let folder = folder(&[("a", "1")]);
    let list = list_of(folder.path()).unwrap();
    assert!(
        matches!(checked(folder.path(), &list), Err(FolderError::Unlisted { path }) if path == "app.cwasm")
    );
}

#[test]
fn check_only_the_list_of_the_bundle_itself_is_passed_over() {
    let folder = folder(&[("app.cwasm", "1"), ("files/x", "1")]);
    let list = list_of(folder.path()).unwrap();
    fs::write(folder.path().join("files/bundle.hashes"), "?").unwrap();
    let found = checked(folder.path(), &list);
    assert!(matches!(found, Err(FolderError::Unlisted { path }) if path == "files/bundle.hashes"));
}

#[test]
fn check_a_file_where_a_folder_is_listed_is_refused() {
    let folder = folder(&[("app.cwasm", "1"), ("files/x", "1")]);
    let list = list_of(folder.path()).unwrap();
    fs::remove_dir_all(folder.path().join("files")).unwrap();
    fs::write(folder.path().join("files"), "1").unwrap();
    assert!(matches!(checked(folder.path(), &list), Err(FolderError::Unlisted { path }) if path == "files"));
    fs::remove_file(folder.path().join("app.cwasm")).unwrap();
    fs::create_dir(folder.path().join("app.cwasm")).unwrap();
    assert!(
        matches!(checked(folder.path(), &list), Err(FolderError::Unlisted { path }) if path == "app.cwasm")
    );
}

#[test]
fn scan_what_is_beyond_all_bounds_is_refused() {
    let folder = folder(&[("app.cwasm", "1")]);
    let huge = File::create(folder.path().join("huge")).unwrap();
    huge.set_len(MAX_FILE + 1).unwrap();
    assert!(matches!(list_of(folder.path()), Err(FolderError::Large { bytes, .. }) if bytes == MAX_FILE + 1));
    huge.set_len(0).unwrap();
    for n in 0..2 * MAX_FILES {
        File::create(folder.path().join(format!("{n}"))).unwrap();
    }
    assert!(matches!(list_of(folder.path()), Err(FolderError::Many)));
}
