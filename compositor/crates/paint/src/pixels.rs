//! Borrowed rectangles of pixels.

use crate::{Rect, Size, Space};

/// Read access to `size` pixels, row by row, `stride` pixels apart.
#[derive(Clone, Copy)]
pub struct PixelView<'a, S> {
    data: &'a [u32],
    stride: usize,
    size: Size<S>,
}

/// Write access to `size` pixels, row by row, `stride` pixels apart.
pub struct PixelViewMut<'a, S> {
    data: &'a mut [u32],
    stride: usize,
    size: Size<S>,
}

/// Whether `len` pixels hold `size` at this stride.
fn fits<S: Space>(len: usize, stride: usize, size: Size<S>) -> bool {
    let (w, h) = (size.w() as usize, size.h() as usize);
    stride >= w && (h - 1).checked_mul(stride).and_then(|n| n.checked_add(w)).is_some_and(|need| need <= len)
}

/// Pixel indices of a row's part, for a rectangle already clipped to a size.
#[expect(clippy::cast_sign_loss, reason = "clipped rectangles have no negative edge")]
fn columns<S: Space>(rect: Rect<S>) -> core::ops::Range<usize> {
    rect.left() as usize..rect.right() as usize
}

#[expect(clippy::cast_sign_loss, reason = "clipped rectangles have no negative edge")]
fn rows<S: Space>(rect: Rect<S>) -> core::ops::Range<usize> {
    rect.top() as usize..rect.bottom() as usize
}

impl<'a, S: Space> PixelView<'a, S> {
    /// A view of `data`, or `None` if the stride is shorter than a row or the data shorter than the view.
    #[must_use]
    pub fn new(data: &'a [u32], stride: usize, size: Size<S>) -> Option<Self> {
        fits(data.len(), stride, size).then_some(Self { data, stride, size })
    }

    /// Width and height.
    #[must_use]
    pub const fn size(&self) -> Size<S> {
        self.size
    }

    /// Row `y`, or the empty slice below the last one.
    #[must_use]
    pub fn row(&self, y: usize) -> &'a [u32] {
        if y >= self.size.h() as usize {
            return &[];
        }
        let start = y * self.stride;
        &self.data[start..start + self.size.w() as usize]
    }
}

impl<'a, S: Space> PixelViewMut<'a, S> {
    /// A view of `data`, or `None` if the stride is shorter than a row or the data shorter than the view.
    #[must_use]
    pub fn new(data: &'a mut [u32], stride: usize, size: Size<S>) -> Option<Self> {
        fits(data.len(), stride, size).then_some(Self { data, stride, size })
    }

    /// Width and height.
    #[must_use]
    pub const fn size(&self) -> Size<S> {
        self.size
    }

    /// The same pixels, to read.
    #[must_use]
    pub const fn as_view(&self) -> PixelView<'_, S> {
        PixelView { data: self.data, stride: self.stride, size: self.size }
    }

    /// Row `y`, or the empty slice below the last one.
    #[must_use]
    pub fn row_mut(&mut self, y: usize) -> &mut [u32] {
        if y >= self.size.h() as usize {
            return &mut [];
        }
        let start = y * self.stride;
        &mut self.data[start..start + self.size.w() as usize]
    }

    /// Calls `each(y, pixels)` for the part of every row inside `rect`, top to bottom; `rect` is clipped.
    pub fn for_rows(&mut self, rect: Rect<S>, mut each: impl FnMut(i32, &mut [u32])) {
        let rect = rect.intersect(self.size.rect());
        for (row, y) in rows(rect).zip(rect.top()..) {
            each(y, &mut self.row_mut(row)[columns(rect)]);
        }
    }

    /// Sets every pixel inside `rect`, clipped, to `pixel`.
    pub fn fill(&mut self, rect: Rect<S>, pixel: u32) {
        self.for_rows(rect, |_, row| row.fill(pixel));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Output;

    #[test]
    fn new_short_data_or_stride_is_none() {
        let size = Size::<Output>::new(4, 3).unwrap();
        assert!(PixelView::new(&[0; 12], 4, size).is_some());
        assert!(PixelView::new(&[0; 11], 4, size).is_none());
        assert!(PixelView::new(&[0; 12], 3, size).is_none());
        assert!(PixelView::new(&[0; 12], usize::MAX, size).is_none());
    }

    #[test]
    fn fill_rect_beyond_the_edges_is_clipped() {
        let size = Size::<Output>::new(4, 3).unwrap();
        let mut data = [0u32; 15];
        let mut view = PixelViewMut::new(&mut data, 5, size).unwrap();
        view.fill(Rect::new(-2, 1, 4, 50), 7);
        assert_eq!(data, [0, 0, 0, 0, 0, 7, 7, 0, 0, 0, 7, 7, 0, 0, 0]);
    }
}
