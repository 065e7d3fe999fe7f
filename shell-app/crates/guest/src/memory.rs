//! The allocator: free lists of blocks whose sizes are powers of two, over memory that only grows.
//!
//! An app has one thread and lives among kilobytes to a few megabytes; what counts is the code's own size (some 300
//! bytes) and that a frame's buffer, once grown, is used again. A block is at most twice what was asked for.
#![allow(
    unsafe_code,
    reason = "an allocator hands out raw memory; each block says which invariant it rests on"
)]

use core::alloc::Layout;
use core::ptr::null_mut;

/// Smallest block, in bytes: room for the link of a free list, and as aligned as anything Rust asks for.
const SMALLEST: usize = 16;
/// Sizes of blocks: 16 bytes to 1 GiB.
const CLASSES: usize = 27;
/// Bytes of a page of WebAssembly memory.
pub(crate) const PAGE: usize = 65_536;

/// Where memory comes from.
pub(crate) trait Pages {
    /// Adds `count` pages, zeroed or not. Answers the first one's address, aligned to 16 bytes; `None` if there are no
    /// more.
    fn grow(&mut self, count: usize) -> Option<*mut u8>;
}

/// Blocks in use belong to the caller. Free ones are in the list of their class, linked through their first word.
pub(crate) struct Heap<P> {
    pages: P,
    free: [*mut u8; CLASSES],
    /// What was grown and never handed out: from here, so many bytes.
    rest: *mut u8,
    left: usize,
}

impl<P: Pages> Heap<P> {
    pub(crate) const fn new(pages: P) -> Self {
        Self { pages, free: [null_mut(); CLASSES], rest: null_mut(), left: 0 }
    }

    /// The class of a layout's block, or `None` if there is none so large or so strictly aligned.
    fn class(layout: Layout) -> Option<usize> {
        if layout.align() > SMALLEST {
            return None;
        }
        let size = layout.size().max(SMALLEST).checked_next_power_of_two()?;
        let class = (size.trailing_zeros() - SMALLEST.trailing_zeros()) as usize;
        (class < CLASSES).then_some(class)
    }

    /// A block, or null.
    pub(crate) fn allocate(&mut self, layout: Layout) -> *mut u8 {
        let Some(class) = Self::class(layout) else { return null_mut() };
        let first = self.free[class];
        if !first.is_null() {
            // SAFETY: a block in a free list is ours alone, at least 16 bytes long and aligned to them, and its first
            // word is the link that `free` wrote.
            self.free[class] = unsafe { first.cast::<*mut u8>().read() };
            return first;
        }
        let size = SMALLEST << class;
        if self.left < size {
            let missing = (size - self.left).div_ceil(PAGE);
            let Some(new) = self.pages.grow(missing) else { return null_mut() };
            if new.addr() == self.rest.addr() + self.left && !self.rest.is_null() {
                self.left += missing * PAGE;
            } else {
                // Somebody else grew the memory in between: what was left before is given up.
                let whole = size.div_ceil(PAGE);
                if whole > missing && self.pages.grow(whole - missing).is_none() {
                    return null_mut();
                }
                (self.rest, self.left) = (new, whole * PAGE);
            }
        }
        let block = self.rest;
        self.rest = block.wrapping_add(size);
        self.left -= size;
        block
    }

    /// Takes a block back.
    ///
    /// # Safety
    /// `block` came from [`allocate`](Self::allocate) of this heap with a layout of the same class, and nobody uses it
    /// any more.
    pub(crate) unsafe fn free(&mut self, block: *mut u8, layout: Layout) {
        let Some(class) = Self::class(layout) else { return };
        // SAFETY: by the contract of this function the block is ours again; it is at least 16 bytes long and aligned.
        unsafe { block.cast::<*mut u8>().write(self.free[class]) };
        self.free[class] = block;
    }

    /// Whether a block of one layout can be used for another as it is.
    pub(crate) fn fits(old: Layout, new: Layout) -> bool {
        Self::class(old).is_some_and(|class| Self::class(new) == Some(class))
    }
}

#[cfg(target_os = "wasi")]
mod global {
    use core::alloc::{GlobalAlloc, Layout};
    use core::cell::UnsafeCell;
    use core::ptr::null_mut;

    use super::{Heap, PAGE, Pages};

    struct LinearMemory;

    impl Pages for LinearMemory {
        fn grow(&mut self, count: usize) -> Option<*mut u8> {
            let before = core::arch::wasm32::memory_grow(0, count);
            (before != usize::MAX).then(|| core::ptr::with_exposed_provenance_mut(before * PAGE))
        }
    }

    struct Global(UnsafeCell<Heap<LinearMemory>>);

    // SAFETY: the target has no threads.
    unsafe impl Sync for Global {}

    // SAFETY: blocks come from `Heap`, are as large and as aligned as asked for, and are no one else's until freed. No
    // method calls back into the allocator, so the cell is borrowed once at a time.
    unsafe impl GlobalAlloc for Global {
        unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
            // SAFETY: see the impl: one thread, no re-entrance.
            unsafe { &mut *self.0.get() }.allocate(layout)
        }

        unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
            // SAFETY: see the impl; the block is one of ours by the trait's contract.
            unsafe { (*self.0.get()).free(block, layout) };
        }

        unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
            // SAFETY: the trait's contract says that `size`, rounded up to the alignment, does not overflow.
            let new = unsafe { Layout::from_size_align_unchecked(size, layout.align()) };
            if Heap::<LinearMemory>::fits(layout, new) {
                return block;
            }
            // SAFETY: as for `alloc`.
            let moved = unsafe { self.alloc(new) };
            if moved.is_null() {
                return null_mut();
            }
            // SAFETY: both blocks are at least so long, and a new block never overlaps one in use.
            unsafe { core::ptr::copy_nonoverlapping(block, moved, layout.size().min(size)) };
            // SAFETY: the old block is one of ours, and was just copied away.
            unsafe { self.dealloc(block, layout) };
            moved
        }
    }

    #[global_allocator]
    static GLOBAL: Global = Global(UnsafeCell::new(Heap::new(LinearMemory)));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Pages from the host's allocator: never beside each other, and never given back while the test runs.
    #[derive(Default)]
    struct Leaked {
        pages: Vec<Vec<u128>>,
        most: usize,
    }

    impl Pages for Leaked {
        fn grow(&mut self, count: usize) -> Option<*mut u8> {
            if self.pages.iter().map(Vec::len).sum::<usize>() * 16 / PAGE + count > self.most {
                return None;
            }
            self.pages.push(vec![0; count * PAGE / 16]);
            self.pages.last_mut().map(|page| page.as_mut_ptr().cast())
        }
    }

    fn layout(size: usize) -> Layout {
        Layout::from_size_align(size, 8).expect("small")
    }

    proptest! {
        #[test]
        fn blocks_in_use_never_overlap(steps in prop::collection::vec((0_usize..3, 0_usize..200_000), 1..120)) {
            let mut heap = Heap::new(Leaked { pages: Vec::new(), most: 400 });
            let mut used: Vec<(*mut u8, usize, u8)> = Vec::new();
            for (n, (what, size)) in (1_u8..).zip(steps) {
                if what > 0 || used.is_empty() {
                    let block = heap.allocate(layout(size));
                    if !block.is_null() {
                        assert_eq!(block.addr() % SMALLEST, 0);
                        // SAFETY: the block was just handed out for so many bytes.
                        unsafe { block.write_bytes(n, size) };
                        used.push((block, size, n));
                    }
                } else {
                    let (block, size, mark) = used.swap_remove(size % used.len());
                    // SAFETY: the block is in use by this test, and was filled before.
                    let content = unsafe { core::slice::from_raw_parts(block, size) };
                    assert!(content.iter().all(|&byte| byte == mark), "somebody wrote into a block in use");
                    // SAFETY: it came from this heap with this layout and is not used again.
                    unsafe { heap.free(block, layout(size)) };
                }
            }
        }
    }

    #[test]
    fn allocate_after_free_uses_the_block_again() {
        let mut heap = Heap::new(Leaked { pages: Vec::new(), most: 1 });
        for _ in 0..10_000 {
            let block = heap.allocate(layout(1000));
            assert!(!block.is_null());
            // SAFETY: it came from this heap with this layout and is not used again.
            unsafe { heap.free(block, layout(1000)) };
        }
    }

    #[test]
    fn allocate_without_memory_is_null() {
        let mut heap = Heap::new(Leaked { pages: Vec::new(), most: 1 });
        assert!(heap.allocate(layout(PAGE + 1)).is_null());
        assert!(heap.allocate(Layout::from_size_align(64, 32).expect("valid")).is_null());
        assert!(heap.allocate(Layout::from_size_align(usize::MAX / 4, 1).expect("valid")).is_null());
        assert!(!heap.allocate(layout(PAGE)).is_null());
    }

    #[test]
    fn fits_within_a_power_of_two_alone() {
        assert!(Heap::<Leaked>::fits(layout(33), layout(64)));
        assert!(!Heap::<Leaked>::fits(layout(64), layout(65)));
    }
}
