//! A framebuffer device: mapped memory of any true-colour layout.

use std::io;
use std::os::fd::OwnedFd;
use std::ptr::{self, NonNull};

use paint::{Output as Upright, PixelView, Rect, Size};
use rustix::ioctl::{Getter, ioctl};
use rustix::mm::{MapFlags, ProtFlags, mmap, munmap};

use crate::OutputError;
use crate::convert::{Field, PixelLayout};
use crate::rotation::{Native, Rotation};

/// A framebuffer device, mapped.
#[derive(Debug)]
pub(crate) struct Fbdev {
    memory: Memory,
    /// Bytes from a row's start to the next one's.
    pitch: usize,
    size: Size<Native>,
    layout: PixelLayout,
    name: String,
    /// One row of our pixels, and of the device's.
    row: Vec<u32>,
    bytes: Vec<u8>,
}

impl Fbdev {
    pub(crate) fn new(device: OwnedFd) -> Result<Self, OutputError> {
        let (variable, fixed) = screen_info(&device).map_err(OutputError::FbInfo)?;
        let (w, h) = (variable.xres, variable.yres);
        let size = Size::new(w, h).ok_or(OutputError::Size { w, h })?;
        let layout = layout(&variable, &fixed)?;
        let pitch = fixed.line_length as usize;
        let first_row = pitch.saturating_mul(variable.yoffset as usize);
        let needed = pitch.saturating_mul(h as usize).saturating_add(first_row);
        let row_bytes = w as usize * layout.bytes;
        if pitch < row_bytes || needed > fixed.smem_len as usize {
            return Err(OutputError::FbLayout(format!("{w}x{h} does not fit {} bytes", fixed.smem_len)));
        }
        let memory = Memory::new(&device, needed, first_row).map_err(OutputError::FbMap)?;
        let name = fixed.id.iter().take_while(|b| **b != 0).map(|b| char::from(*b)).collect();
        let (row, bytes) = (vec![0; w as usize], vec![0; row_bytes]);
        Ok(Self { memory, pitch, size, layout, name, row, bytes })
    }

    pub(crate) fn size(&self) -> Size<Native> {
        self.size
    }

    pub(crate) fn how(&self) -> String {
        let depth = self.layout.bytes * 8;
        format!("fbdev {} {}x{} {depth} bit", self.name, self.size.w(), self.size.h())
    }

    /// Copies what `rect` of the scanout shows. `rect` is clipped to the scanout by the caller.
    pub(crate) fn write(&mut self, from: PixelView<'_, Upright>, rotation: Rotation, rect: Rect<Native>) {
        let rect = rect.intersect(self.size.rect());
        let w = rect.w() as usize;
        let (Some(row), Ok(left)) = (self.row.get_mut(..w), usize::try_from(rect.left())) else { return };
        for y in rect.top()..rect.bottom() {
            rotation.native_row(from, y, rect.left(), row);
            let bytes = &mut self.bytes[..w * self.layout.bytes];
            self.layout.row(row, bytes);
            if let Ok(y) = usize::try_from(y) {
                self.memory.write(y * self.pitch + left * self.layout.bytes, bytes);
            }
        }
    }
}

fn layout(variable: &VarScreenInfo, fixed: &FixScreenInfo) -> Result<PixelLayout, OutputError> {
    let wrong = |what: String| OutputError::FbLayout(what);
    // FB_TYPE_PACKED_PIXELS, FB_VISUAL_TRUECOLOR or FB_VISUAL_DIRECTCOLOR (linux/fb.h).
    if fixed.kind != 0 || !matches!(fixed.visual, 2 | 4) {
        return Err(wrong(format!("type {} visual {}", fixed.kind, fixed.visual)));
    }
    let bits = variable.bits_per_pixel;
    let field = |f: &Bitfield| Field { shift: f.offset, bits: f.length };
    let fields = [&variable.red, &variable.green, &variable.blue, &variable.transp].map(field);
    let bytes = usize::try_from(bits.div_ceil(8)).unwrap_or(0);
    PixelLayout::new(bytes, fields).ok_or_else(|| wrong(format!("{bits} bits a pixel, fields {fields:?}")))
}

/// The device's memory. It has no size of its own that could shrink: it is the card's.
#[derive(Debug)]
struct Memory {
    start: NonNull<u8>,
    len: usize,
    first: usize,
}

impl Memory {
    fn new(device: &OwnedFd, len: usize, first: usize) -> io::Result<Self> {
        let prot = ProtFlags::READ | ProtFlags::WRITE;
        // SAFETY: a fresh mapping at an address the kernel chooses aliases no Rust object.
        let start = unsafe { mmap(ptr::null_mut(), len, prot, MapFlags::SHARED, device, 0)? };
        let start = NonNull::new(start.cast()).ok_or(io::ErrorKind::AddrNotAvailable)?;
        Ok(Self { start, len, first })
    }

    /// Copies bytes to an offset from the first visible row; what lies beyond the mapping is dropped.
    fn write(&mut self, at: usize, bytes: &[u8]) {
        let at = at.saturating_add(self.first);
        if at.checked_add(bytes.len()).is_none_or(|end| end > self.len) {
            return;
        }
        // SAFETY: `at + bytes.len()` is inside the mapping, checked above; no reference into it exists, and
        // `bytes` is ordinary memory elsewhere.
        unsafe { ptr::copy_nonoverlapping(bytes.as_ptr(), self.start.as_ptr().add(at), bytes.len()) };
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        // SAFETY: the mapping made in `new`, which nothing points into any more. It cannot fail for a mapping
        // that exists.
        let _ = unsafe { munmap(self.start.as_ptr().cast(), self.len) };
    }
}

/// `struct fb_bitfield` of linux/fb.h.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
struct Bitfield {
    offset: u32,
    length: u32,
    msb_right: u32,
}

/// `struct fb_var_screeninfo` of linux/fb.h.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
struct VarScreenInfo {
    xres: u32,
    yres: u32,
    xres_virtual: u32,
    yres_virtual: u32,
    xoffset: u32,
    yoffset: u32,
    bits_per_pixel: u32,
    grayscale: u32,
    red: Bitfield,
    green: Bitfield,
    blue: Bitfield,
    transp: Bitfield,
    rest: [u32; 20],
}

/// `struct fb_fix_screeninfo` of linux/fb.h.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
struct FixScreenInfo {
    id: [u8; 16],
    smem_start: usize,
    smem_len: u32,
    kind: u32,
    type_aux: u32,
    visual: u32,
    xpanstep: u16,
    ypanstep: u16,
    ywrapstep: u16,
    line_length: u32,
    mmio_start: usize,
    mmio_len: u32,
    accel: u32,
    capabilities: u16,
    reserved: [u16; 2],
}

const FBIOGET_VSCREENINFO: rustix::ioctl::Opcode = 0x4600;
const FBIOGET_FSCREENINFO: rustix::ioctl::Opcode = 0x4602;

fn screen_info(device: &OwnedFd) -> io::Result<(VarScreenInfo, FixScreenInfo)> {
    // SAFETY: this request writes one `fb_var_screeninfo` (160 bytes, checked below) to its argument.
    let variable = unsafe { ioctl(device, Getter::<FBIOGET_VSCREENINFO, VarScreenInfo>::new())? };
    // SAFETY: this request writes one `fb_fix_screeninfo` (80 bytes, checked below) to its argument.
    let fixed = unsafe { ioctl(device, Getter::<FBIOGET_FSCREENINFO, FixScreenInfo>::new())? };
    Ok((variable, fixed))
}

const _: () = assert!(size_of::<VarScreenInfo>() == 160);
#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<FixScreenInfo>() == 80);
