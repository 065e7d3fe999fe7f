//! Jobs: the real program without an app.

use std::fs::File;
use std::os::fd::{AsFd, BorrowedFd};

use control_protocol::PixelSize;
use control_protocol::host::{FromHost, OpenedFile, ToHost};
use control_protocol::job::{Job, JobOrder, JobResult};
use sys::{ReadMapping, WriteMapping};

use crate::harness::{Dir, begin, receive, send};
use crate::servers::{name_server, web_server};

fn opened(bytes: u64) -> OpenedFile {
    OpenedFile { bytes, changed_ns: 0, sha256: None }
}

/// Has a job done.
fn done(job: Job, fds: &[BorrowedFd<'_>]) -> JobResult {
    let (child, socket, jail) = begin(job.needs_network());
    send(&socket, &ToHost::Job(Box::new(JobOrder { job, jail })), fds);
    let mut buffer = vec![0; control_protocol::MAX_MESSAGE];
    let Some(len) = receive(&socket, &mut buffer) else { panic!("it said nothing: {:?}", child.ended()) };
    match control_protocol::decode(&buffer[..len]).unwrap() {
        FromHost::JobDone(result) => result,
        other => panic!("{other:?}"),
    }
}

#[test]
fn png_job_writes_the_picture_to_the_pixel() {
    let dir = Dir::new();
    let path = dir.0.join("a.png");
    let size = PixelSize { w: 67, h: 41 };
    let pixels: Vec<u32> = (0..67 * 41).map(|n| 0xff00_0000 | (n * 991)).collect();
    let memory = sys::create_surface_memory("test", pixels.len() * 4).unwrap();
    WriteMapping::new(&memory, pixels.len()).unwrap().write(0, &pixels);
    let file = File::create(&path).unwrap();
    assert_eq!(done(Job::Png { size }, &[memory.as_fd(), file.as_fd()]), JobResult::Written);

    let bytes = std::io::BufReader::new(File::open(&path).unwrap());
    let mut reader = png::Decoder::new(bytes).read_info().unwrap();
    let mut decoded = vec![0; reader.output_buffer_size().unwrap()];
    let frame = reader.next_frame(&mut decoded).unwrap();
    assert_eq!((frame.width, frame.height, frame.color_type), (67, 41, png::ColorType::Rgb));
    let expected: Vec<u8> = pixels.iter().flat_map(|p| p.to_be_bytes()[1..].to_vec()).collect();
    assert_eq!(decoded, expected);
}

#[test]
fn wallpaper_job_fills_the_screen_with_the_middle_of_a_picture() {
    let dir = Dir::new();
    let path = dir.0.join("a.png");
    let mut encoder = png::Encoder::new(File::create(&path).unwrap(), 6, 2);
    encoder.set_color(png::ColorType::Rgba);
    let stripes = [[255, 0, 0, 255], [0, 255, 0, 255], [0, 0, 255, 255]];
    let row: Vec<u8> = stripes.iter().flat_map(|s| [*s, *s]).flatten().collect();
    encoder.write_header().unwrap().write_image_data(&[row.clone(), row].concat()).unwrap();
    let size = PixelSize { w: 40, h: 40 };
    let memory = sys::create_surface_memory("test", 40 * 40 * 4).unwrap();
    let bytes = std::fs::metadata(&path).unwrap().len();
    let file = File::open(&path).unwrap();
    assert_eq!(
        done(Job::Wallpaper { size, file: opened(bytes) }, &[file.as_fd(), memory.as_fd()]),
        JobResult::Written
    );
    let mut pixels = vec![0; 40 * 40];
    ReadMapping::new(memory, pixels.len()).unwrap().read(0, &mut pixels);
    assert!(pixels.iter().all(|p| *p == 0xff00_ff00), "{:08x} {:08x}", pixels[0], pixels[39]);

    let memory = sys::create_surface_memory("test", 40 * 40 * 4).unwrap();
    std::fs::write(&path, "no picture").unwrap();
    let file = File::open(&path).unwrap();
    let result = done(Job::Wallpaper { size, file: opened(10) }, &[file.as_fd(), memory.as_fd()]);
    assert!(matches!(&result, JobResult::Failed(why) if why.contains("not a PNG")), "{result:?}");

    let file = File::open(&path).unwrap();
    let vouched = OpenedFile { sha256: Some([7; 32]), ..opened(10) };
    let result = done(Job::Wallpaper { size, file: vouched }, &[file.as_fd(), memory.as_fd()]);
    assert!(
        matches!(&result, JobResult::Failed(why) if why.contains("bundle.hashes says 0707")),
        "{result:?}"
    );
}

#[test]
fn png_job_of_memory_that_does_not_fit_says_so() {
    let dir = Dir::new();
    let file = File::create(dir.0.join("a.png")).unwrap();
    let memory = sys::create_surface_memory("test", 400).unwrap();
    for size in
        [PixelSize { w: 10, h: 11 }, PixelSize { w: 0, h: 10 }, PixelSize { w: u32::MAX, h: u32::MAX }]
    {
        let result = done(Job::Png { size }, &[memory.as_fd(), file.as_fd()]);
        assert!(matches!(&result, JobResult::Failed(why) if why.contains("memory")), "{result:?}");
    }
    let result = done(Job::Png { size: PixelSize { w: 10, h: 10 } }, &[memory.as_fd()]);
    assert_eq!(result, JobResult::Failed("the supervisor sent no file".to_owned()));
}

#[test]
fn keep_job_replaces_a_file_of_its_folder_and_of_no_other() {
    let dir = Dir::new();
    // Where the job has a world of its own, it is somebody else in it.
    std::fs::set_permissions(&dir.0, std::os::unix::fs::PermissionsExt::from_mode(0o777)).unwrap();
    for folder in ["bundle", "data"] {
        std::fs::remove_dir(dir.0.join(folder)).unwrap();
    }
    let folder = File::open(&dir.0).unwrap();
    let keep = |file: &str, text: Option<&str>| {
        done(Job::Keep { file: file.to_owned(), text: text.map(str::to_owned) }, &[folder.as_fd()])
    };
    let path = dir.0.join("a.toml");
    for text in ["old", "new"] {
        assert_eq!(keep("a.toml", Some(text)), JobResult::Written);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
        assert_eq!(std::fs::read_dir(&dir.0).unwrap().count(), 1, "nothing is left beside it");
    }
    for _ in 0..2 {
        assert_eq!(keep("a.toml", None), JobResult::Written);
        assert!(!path.exists());
    }
    for outside in ["../a.toml", "/tmp/a.toml"] {
        assert!(matches!(keep(outside, Some("x")), JobResult::Failed(_)), "{outside}");
    }
    let result = done(Job::Keep { file: "a.toml".to_owned(), text: None }, &[]);
    assert_eq!(result, JobResult::Failed("the supervisor sent no folder".to_owned()));
}

#[test]
fn pin_job_tells_the_right_pin_from_others() {
    let hash = pin::hash("2580", [9; manifest::PinHash::SALT], 1000);
    for (pin, right) in [("2580", true), ("2581", false), ("", false)] {
        let job = Job::Pin { pin: pin.to_owned(), hash: hash.clone() };
        assert_eq!(done(job, &[]), JobResult::Pin { right });
    }
}

#[test]
fn dns_job_asks_the_name_server() {
    let servers = vec![name_server()];
    let look_up = |host: &str, servers: &[std::net::SocketAddr]| {
        done(Job::Dns { host: host.to_owned(), servers: servers.to_vec() }, &[])
    };
    assert_eq!(look_up("there.test", &servers), JobResult::Address(Some([127, 0, 0, 1].into())));
    assert_eq!(look_up("localhost", &[]), JobResult::Address(Some([127, 0, 0, 1].into())));
    assert_eq!(look_up("10.1.2.3", &[]), JobResult::Address(Some([10, 1, 2, 3].into())));
    for unknown in ["nowhere.test", "no name"] {
        assert_eq!(look_up(unknown, &servers), JobResult::Address(None), "{unknown}");
    }
    let failed = look_up("there.test", &[]);
    assert_eq!(failed, JobResult::Failed("this device knows no name server".to_owned()));
    let failed = look_up("quiet.test", &servers);
    assert_eq!(failed, JobResult::Failed("no name server answered".to_owned()));
}

#[test]
fn http_job_gets_pages_within_its_bounds() {
    let port = web_server(|path| match path {
        "/" => b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello and more".to_vec(),
        "/chunks" => b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\na\nb\r\n0\r\n\r\n".to_vec(),
        "/moved" => b"HTTP/1.1 302 Found\r\nLocation: /?x\r\n\r\n".to_vec(),
        "/?x" => b"HTTP/1.0 404 Not Found\r\n\r\nno \xff".to_vec(),
        "/round" => b"HTTP/1.1 301 Moved\r\nLocation: round\r\n\r\n".to_vec(),
        "/tls" => b"HTTP/1.1 307 Moved\r\nLocation: https://there.test/\r\n\r\n".to_vec(),
        "/long" => [b"HTTP/1.1 200 OK\r\n\r\n".to_vec(), "\u{e9}".repeat(60_000).into_bytes()].concat(),
        "/head" => [b"HTTP/1.1 200 OK\r\n".to_vec(), b"X: y\r\n".repeat(20_000)].concat(),
        _ => b"SSH-2.0-x\r\n\r\n".to_vec(),
    });
    let servers = vec![name_server()];
    let get = |url: String| done(Job::HttpGet { url, servers: servers.clone() }, &[]);
    let at = |path: &str| get(format!("http://there.test:{port}{path}"));
    let page = |status, text: &str| JobResult::Page { status, text: text.to_owned() };
    assert_eq!(at(""), page(200, "hello"));
    assert_eq!(at("/chunks"), page(200, "a\nb"));
    assert_eq!(at("/moved"), page(404, "no \u{fffd}"));
    assert_eq!(at("/long"), page(200, &"\u{e9}".repeat(4096)));
    let why = |result| match result {
        JobResult::Failed(why) => why,
        other => panic!("{other:?}"),
    };
    assert_eq!(why(at("/round")), "more than 5 redirects");
    assert_eq!(why(at("/tls")), "https is not supported: this system has no TLS");
    assert_eq!(why(at("/head")), "the answer's head is over 65536 bytes");
    assert_eq!(why(at("/other")), "the answer is no HTTP");
    assert_eq!(why(get("http://nowhere.test/".to_owned())), "there is no such host");
    // A port that was free a moment ago, and belongs to nobody.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    assert!(why(get(format!("http://127.0.0.1:{free}/"))).starts_with("no connection: "));
}
