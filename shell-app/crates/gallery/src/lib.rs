//! Golden pictures of the shell's apps: each in every theme at every size, drawn by what draws on a device.
//!
//! An app's test brings it into a state and [`hold`]s what it shows against the pictures in the `looks` folder of its
//! crate. `VYOMA_BLESS=1 cargo test -p <app>` writes them anew, to be looked at before they are kept.
//!
//! Not for devices: the one crate that has both an app's side of the contract and the system's.
#![forbid(unsafe_code)]

use std::fs::File;
use std::io::{BufReader, BufWriter};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use draw_protocol::{Command, Decoder, ImageSource, Line};
use paint::{Size, Surface};
use raster::{Canvas, Picture};
use ui::{App, Session, Theme};

/// What the shell's apps are looked at in, in pixels.
pub const SIZES: [(u32, u32); 4] = [(800, 480), (1280, 800), (1920, 1080), (1080, 1920)];

/// Saturday, 21 November 2026, 07:42:16 UTC, in milliseconds since 1970.
pub const MORNING: u64 = 1_795_246_936_000;

/// How much a channel may be off: outlines are fractions that another machine may round differently by a hair.
const TOLERANCE: u8 = 2;

/// The folder of the golden pictures, in an app's crate.
const FOLDER: &str = "looks";

/// Holds what an app shows against its pictures `looks/<name>-<theme>-<width>x<height>.png`.
///
/// `home` is the app's crate, `env!("CARGO_MANIFEST_DIR")`; `begin` makes the app; `lead` brings it, with a canvas and a
/// theme, into the state to be seen, and answers the lines it printed on the way.
///
/// # Panics
/// When a picture differs, or there is none; what the app shows is written beside and named then.
pub fn hold<A: App>(
    home: &str,
    name: &str,
    begin: impl Fn() -> A + Sync,
    lead: impl Fn(&mut Session<A>) -> String + Sync,
) {
    hold_printed(home, name, |theme, size| led(begin(), "kiosk", theme, size, &lead));
}

/// As [`hold`], in windows of these sizes on a desktop, in pixels.
///
/// # Panics
/// As [`hold`].
pub fn hold_windows<A: App>(
    home: &str,
    name: &str,
    sizes: &[(u32, u32)],
    begin: impl Fn() -> A + Sync,
    lead: impl Fn(&mut Session<A>) -> String + Sync,
) {
    hold_at(home, name, sizes, |theme, size| led(begin(), "desktop", theme, size, &lead));
}

/// What an app prints from its start on.
fn led<A: App>(
    app: A,
    profile: &str,
    theme: Theme,
    (w, h): (u32, u32),
    lead: impl Fn(&mut Session<A>) -> String,
) -> String {
    let mut session = Session::new(app, MORNING);
    let mut printed = session.lines(&[
        &format!("VYOMA_SYSTEM:screen:{w},{h}"),
        &format!("VYOMA_SYSTEM:display_profile:{profile}"),
        "VYOMA_SYSTEM:focus:gained",
        &format!("REPLY:theme {}", theme.name()),
        "REPLY:locale en",
    ]);
    printed += &lead(&mut session);
    printed
}

/// As [`hold`], for an app that has a loop of its own: `printed` is what it prints in a theme, on a canvas of a size.
///
/// # Panics
/// As [`hold`].
pub fn hold_printed(home: &str, name: &str, printed: impl Fn(Theme, (u32, u32)) -> String + Sync) {
    hold_at(home, name, &SIZES, printed);
}

fn hold_at(
    home: &str,
    name: &str,
    sizes: &[(u32, u32)],
    printed: impl Fn(Theme, (u32, u32)) -> String + Sync,
) {
    let home = Path::new(home);
    let one = |theme: Theme, (w, h): (u32, u32)| {
        let canvas = drawn(home, &printed(theme, (w, h)), Size::clamped(w, h));
        let path = home.join(FOLDER).join(format!("{name}-{}-{w}x{h}.png", theme.name()));
        compare(&path, (w, h), &seen(&canvas, theme))
    };
    let faults: Vec<String> = std::thread::scope(|scope| {
        let themes = Theme::ALL.map(|theme| {
            let one = &one;
            scope.spawn(move || sizes.iter().filter_map(|size| one(theme, *size).err()).collect())
        });
        themes.into_iter().flat_map(|faults| -> Vec<String> { faults.join().expect("it drew") }).collect()
    });
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Where a picture is: in the app's bundle, which is its crate on this machine, or `/apps/<name>/` in another's.
fn place_of(home: &Path, path: &str) -> PathBuf {
    path.strip_prefix("/apps/").map_or_else(|| home.join(path), |path| home.join("..").join(path))
}

/// The canvas as it is seen: red, green and blue of its pixels, over the theme's ground where it is transparent.
fn seen(canvas: &Canvas, theme: Theme) -> Vec<u8> {
    let (w, h) = (canvas.size().w(), canvas.size().h());
    let mut rgb = Vec::with_capacity(canvas.pixels().len() * 3);
    for (y, row) in (0..).zip(canvas.pixels().chunks_exact(w as usize)) {
        let ground = theme.palette().ground(y, h.cast_signed()).channels();
        for pixel in row {
            let [alpha, of_pixel @ ..] = pixel.to_be_bytes();
            let left = if canvas.is_transparent() { 255 - u32::from(alpha) } else { 0 };
            rgb.extend(of_pixel.iter().zip(ground).map(|(top, below)| {
                let below = (u32::from(below) * left + 127) / 255;
                u8::try_from(u32::from(*top) + below).unwrap_or(255)
            }));
        }
    }
    rgb
}

/// What printed lines leave on a canvas.
fn drawn(home: &Path, printed: &str, size: Size<Surface>) -> Canvas {
    let mut canvas = Canvas::new(size);
    let _ = Decoder::new().push(printed.as_bytes(), &mut |line: Line<'_>| {
        match line {
            Line::Draw(Ok(Command::Image { area, source: ImageSource::Path(path) })) => {
                let edge = |pixels: i32| u32::try_from(pixels).unwrap_or(0);
                let bytes = std::fs::read(place_of(home, path)).expect("a picture of the bundle");
                let picture = Picture::decode(&bytes, Size::clamped(edge(area.w), edge(area.h)));
                canvas.draw_picture(area.x, area.y, &picture.expect("a picture"));
            }
            Line::Draw(Ok(command)) => {
                canvas.apply(&command);
            }
            Line::Draw(Err(error)) => panic!("an app of the shell printed what nobody can draw: {error:?}"),
            _ => {}
        }
        ControlFlow::Continue(())
    });
    canvas
}

/// Compares with a golden picture, or writes it where the bytes are to be blessed.
fn compare(path: &Path, size: (u32, u32), rgb: &[u8]) -> Result<(), String> {
    if std::env::var_os("VYOMA_BLESS").is_some() {
        write(path, size, rgb);
        return Ok(());
    }
    let wanted = read(path).map_err(|error| format!("{}: {error}", path.display()));
    let what = match wanted {
        Err(why) => why,
        Ok((wanted_size, _)) if wanted_size != size => {
            format!("{} is {wanted_size:?}, not {size:?}", path.display())
        }
        Ok((_, wanted)) => {
            let off = rgb.iter().zip(&wanted).map(|(got, wanted)| got.abs_diff(*wanted));
            let pixels = off.filter(|off| *off > TOLERANCE).count().div_ceil(3);
            if pixels == 0 {
                return Ok(());
            }
            format!("{} differs in some {pixels} pixels", path.display())
        }
    };
    let beside = beside(path);
    write(&beside, size, rgb);
    Err(format!("{what}: compare {}", beside.display()))
}

/// Where a picture goes that is not the golden one: among what the machine forgets.
fn beside(path: &Path) -> PathBuf {
    std::env::temp_dir().join("vyoma-looks").join(path.file_name().unwrap_or_default())
}

fn write(path: &Path, (w, h): (u32, u32), rgb: &[u8]) {
    std::fs::create_dir_all(path.parent().expect("it has a folder")).expect("a folder");
    let mut encoder = png::Encoder::new(BufWriter::new(File::create(path).expect("a file")), w, h);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_compression(png::Compression::High);
    encoder.write_header().and_then(|mut file| file.write_image_data(rgb)).expect("written");
}

fn read(path: &Path) -> Result<((u32, u32), Vec<u8>), String> {
    let failed = |error: png::DecodingError| error.to_string();
    let file = File::open(path).map_err(|error| error.to_string())?;
    let mut reader = png::Decoder::new(BufReader::new(file)).read_info().map_err(failed)?;
    let mut rgb = vec![0; reader.output_buffer_size().ok_or("too large")?];
    let info = reader.next_frame(&mut rgb).map_err(failed)?;
    Ok(((info.width, info.height), rgb))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compare_tells_a_pixel_that_differs_and_one_that_is_not_there() {
        let folder = std::env::temp_dir().join(format!("vyoma-gallery-{}", std::process::id()));
        let path = folder.join("dot.png");
        let mut canvas = Canvas::new(Size::clamped(4, 2));
        let seen = |canvas: &Canvas| seen(canvas, Theme::Dark);
        assert!(
            compare(&path, (4, 2), &seen(&canvas)).is_err_and(|why| why.contains("dot.png")),
            "there is none"
        );
        write(&path, (4, 2), &[0; 24]);
        canvas.apply(&Command::FillRect {
            area: draw_protocol::Area::new(0, 0, 4, 2),
            color: draw_protocol::Rgba::opaque(0x02_0100),
        });
        assert_eq!(compare(&path, (4, 2), &seen(&canvas)), Ok(()));
        canvas.apply(&Command::FillRect {
            area: draw_protocol::Area::new(1, 1, 1, 1),
            color: draw_protocol::Rgba::opaque(0x03_0000),
        });
        assert!(compare(&path, (4, 2), &seen(&canvas)).is_err_and(|why| why.contains("some 1 pixels")));
        std::fs::remove_dir_all(folder).expect("ours");
    }
}
