//! Jobs: the real program without an app.

use std::fs::File;
use std::os::fd::{AsFd, BorrowedFd};

use control_protocol::PixelSize;
use control_protocol::host::{FromHost, ToHost};
use control_protocol::job::{Job, JobOrder, JobResult};
use sys::WriteMapping;

use crate::harness::{Dir, begin, receive, send};

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
