//! Animations on a canvas. One plays until something else is drawn on its rectangle; what stands there then stays.

use std::sync::Arc;

use paint::{PixelViewMut, Rect, Surface};

use crate::animation::Animation;
use crate::damage::Touched;
use crate::{Canvas, blend};

/// Animations of a canvas at once.
pub const MAX_PLAYING: usize = 16;

/// An animation, and what is beneath it.
pub(crate) struct Playing {
    animation: Arc<Animation>,
    at: (i32, i32),
    /// Its part on the canvas.
    rect: Rect<Surface>,
    /// When its first frame began, in milliseconds of the caller's clock.
    began: u64,
    /// The frame that is drawn.
    frame: usize,
    /// When another one follows it; `None`: never.
    until: Option<u64>,
    /// The pixels of `rect` without it, row by row.
    base: Vec<u32>,
}

impl Canvas {
    /// Plays an animation with its top-left corner at (x, y) over what is there. One that was drawn over since the last
    /// [`Canvas::take_damage`] goes on where it was, so that an app may draw its whole frame anew. `now` is in
    /// milliseconds of a clock of the caller. The answer is whether it plays: beyond [`MAX_PLAYING`] it is a still
    /// picture.
    pub fn play(&mut self, x: i32, y: i32, animation: &Arc<Animation>, now: u64) -> bool {
        let size = animation.size();
        let rect = Rect::new(x, y, size.w(), size.h()).intersect(self.size().rect());
        let same = |p: &Playing| p.at == (x, y) && Arc::ptr_eq(&p.animation, animation);
        let mut began = now;
        if let Some(i) = self.playing.iter().position(same) {
            if self.damage.watched.get(i).is_some_and(|(_, touched)| *touched == Touched::No) {
                return true;
            }
            self.damage.watched.remove(i);
            began = self.playing.remove(i).began;
        }
        let moment = animation.at(now.saturating_sub(began));
        let until = moment.until.map(|until| began.saturating_add(until));
        let base = self.read(rect);
        if let Some(picture) = animation.frame(moment.frame) {
            self.draw_picture(x, y, picture);
        }
        if rect.is_empty() || self.playing.len() >= MAX_PLAYING {
            return rect.is_empty();
        }
        let animation = Arc::clone(animation);
        self.playing.push(Playing { animation, at: (x, y), rect, began, frame: moment.frame, until, base });
        self.damage.watched.push((rect, Touched::No));
        true
    }

    /// When the next frame of an animation begins, by the clock of [`Canvas::play`]; `None`: nothing moves.
    #[must_use]
    pub fn next_frame(&self) -> Option<u64> {
        self.playing.iter().filter_map(|playing| playing.until).min()
    }

    /// Whether something changed since the last [`Canvas::take_damage`].
    #[must_use]
    pub fn is_damaged(&self) -> bool {
        !self.damage.is_empty()
    }

    /// Draws the frames of `now`. While something is drawn that was not taken yet, nothing moves: an animation never
    /// shows half of what an app draws.
    pub fn advance(&mut self, now: u64) {
        if self.is_damaged() {
            return;
        }
        let mut playing = std::mem::take(&mut self.playing);
        for one in playing.iter_mut().filter(|one| one.until.is_some_and(|until| now >= until)) {
            let moment = one.animation.at(now.saturating_sub(one.began));
            one.until = moment.until.map(|until| one.began.saturating_add(until));
            if moment.frame == one.frame {
                continue;
            }
            one.frame = moment.frame;
            if let Some(picture) = one.animation.frame(moment.frame) {
                self.draw_frame(one.rect, one.at, &one.base, picture);
            }
        }
        self.playing = playing;
    }

    /// Ends animations that touch a rectangle; their pictures stay.
    pub(crate) fn stop_animations(&mut self, rect: Rect<Surface>) {
        for (watched, touched) in &mut self.damage.watched {
            if !watched.intersect(rect).is_empty() {
                *touched = Touched::Yes;
            }
        }
        self.end_touched();
    }

    /// Forgets animations that were drawn over.
    pub(crate) fn end_touched(&mut self) {
        if self.playing.is_empty() {
            return;
        }
        let touched: Vec<bool> = self.damage.watched.iter().map(|(_, t)| *t == Touched::Yes).collect();
        let mut is_over = touched.iter();
        self.playing.retain(|_| !is_over.next().is_none_or(|over| *over));
        self.damage.watched.retain(|(_, touched)| *touched == Touched::No);
    }

    /// The pixels of a rectangle on the canvas, row by row.
    fn read(&self, rect: Rect<Surface>) -> Vec<u32> {
        let (left, w) = (usize::try_from(rect.left()).unwrap_or(0), rect.w() as usize);
        let rows = self.pixels.chunks_exact(self.size().w() as usize);
        let rows = rows.skip(usize::try_from(rect.top()).unwrap_or(0)).take(rect.h() as usize);
        rows.flat_map(|row| row.get(left..left + w).unwrap_or(&[])).copied().collect()
    }

    /// Puts a frame over what is beneath it, without its being drawn over.
    fn draw_frame(&mut self, rect: Rect<Surface>, (x, y): (i32, i32), base: &[u32], frame: &crate::Picture) {
        self.damage.add_quietly(rect);
        let (w, size) = (rect.w() as usize, self.size());
        let skip = rect.left().abs_diff(x) as usize;
        let Some(mut view) = PixelViewMut::new(&mut self.pixels, size.w() as usize, size) else { return };
        view.for_rows(rect, |line, row| {
            let below = base.get(line.abs_diff(rect.top()) as usize * w..).unwrap_or(&[]);
            let over = frame.row(line.abs_diff(y) as usize).get(skip..).unwrap_or(&[]);
            for ((pixel, below), over) in row.iter_mut().zip(below).zip(over) {
                *pixel = blend::over(*over, *below);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use draw_protocol::{Area, Command, Rgba};
    use image::codecs::gif::{GifEncoder, Repeat};
    use image::{Delay, Frame, RgbaImage};
    use paint::Size;

    /// Red, then green on the left half alone, 50 ms each, for ever: 2x1.
    fn animation() -> Arc<Animation> {
        let mut bytes = Vec::new();
        let mut encoder = GifEncoder::new(&mut bytes);
        encoder.set_repeat(Repeat::Infinite).unwrap();
        for pixels in [[255, 0, 0, 255, 255, 0, 0, 255], [0, 255, 0, 255, 0, 0, 0, 0]] {
            let image = RgbaImage::from_raw(2, 1, pixels.to_vec()).unwrap();
            let frame = Frame::from_parts(image, 0, 0, Delay::from_numer_denom_ms(50, 1));
            encoder.encode_frame(frame).unwrap();
        }
        drop(encoder);
        Arc::new(Animation::decode(&bytes, Size::clamped(2, 1), 1 << 20).unwrap())
    }

    const RED: u32 = 0xffff_0000;
    const GREEN: u32 = 0xff00_ff00;
    const BLUE: u32 = 0xff00_00ff;

    fn fill(canvas: &mut Canvas, area: Area) {
        canvas.apply(&Command::FillRect { area, color: Rgba(0x0000_ffff) });
    }

    fn canvas() -> Canvas {
        let mut canvas = Canvas::new(Size::clamped(4, 1));
        fill(&mut canvas, Area::new(0, 0, 4, 1));
        canvas
    }

    #[test]
    fn advance_shows_the_frame_of_the_time_over_what_is_beneath_and_damages_nothing_else() {
        let (mut canvas, animation) = (canvas(), animation());
        assert!(canvas.play(1, 0, &animation, 1000));
        assert_eq!((canvas.pixels(), canvas.next_frame()), (&[BLUE, RED, RED, BLUE][..], Some(1050)));
        canvas.advance(1060);
        // The app has not flushed: nothing moves.
        assert_eq!(canvas.pixels()[1], RED);
        let _ = canvas.take_damage();
        canvas.advance(1049);
        assert!(!canvas.is_damaged());
        canvas.advance(1060);
        let second = canvas.pixels().to_vec();
        assert_eq!((second[0], second[1], second[3]), (BLUE, GREEN, BLUE));
        assert_eq!(canvas.take_damage().rects(), [Rect::new(1, 0, 2, 1)]);
        assert_eq!(canvas.next_frame(), Some(1100));
        canvas.advance(1000 + 50 * 1001);
        assert_eq!(canvas.pixels(), second);
        canvas.advance(1000 + 50 * 1002);
        assert_eq!(canvas.pixels(), [BLUE, RED, RED, BLUE]);
    }

    #[test]
    fn play_is_over_when_something_is_drawn_on_it_and_goes_on_when_it_is_drawn_again_in_that_frame() {
        let (mut canvas, animation) = (canvas(), animation());
        canvas.play(1, 0, &animation, 0);
        let _ = canvas.take_damage();
        fill(&mut canvas, Area::new(0, 0, 1, 1));
        assert!(canvas.take_damage().rects().len() == 1 && canvas.next_frame().is_some());
        fill(&mut canvas, Area::new(0, 0, 4, 1));
        canvas.play(1, 0, &animation, 70);
        assert_eq!((canvas.pixels()[1], canvas.next_frame()), (GREEN, Some(100)));
        let _ = canvas.take_damage();
        fill(&mut canvas, Area::new(2, 0, 1, 1));
        let _ = canvas.take_damage();
        assert_eq!(canvas.next_frame(), None);
        canvas.advance(5000);
        assert_eq!(canvas.pixels()[1], GREEN);
        canvas.play(1, 0, &animation, 5000);
        assert_eq!((canvas.pixels()[1], canvas.next_frame()), (RED, Some(5050)));
    }

    #[test]
    fn stop_animation_leaves_the_picture_and_resize_ends_all() {
        let (mut canvas, animation) = (canvas(), animation());
        canvas.play(0, 0, &animation, 0);
        canvas.apply(&Command::StopAnimation { area: Area::new(2, 0, 2, 1) });
        assert!(canvas.next_frame().is_some());
        canvas.apply(&Command::StopAnimation { area: Area::new(1, 0, 2, 1) });
        assert_eq!((canvas.next_frame(), canvas.pixels()[0]), (None, RED));
        canvas.play(0, 0, &animation, 0);
        canvas.resize(Size::clamped(5, 1));
        assert_eq!(canvas.next_frame(), None);
    }

    #[test]
    fn play_beyond_the_bound_or_the_edges_is_no_trouble() {
        let animation = animation();
        let mut canvas = Canvas::new(Size::clamped(64, 1));
        for n in 0..20 {
            assert_eq!(canvas.play(n * 3, 0, &animation, 0), n < 16);
        }
        let mut canvas = Canvas::new(Size::clamped(4, 1));
        for x in [-1, 3, -9, 9, i32::MAX, i32::MIN] {
            canvas.play(x, 0, &animation, 0);
        }
        let _ = canvas.take_damage();
        canvas.advance(60);
        assert_eq!((canvas.pixels()[0] == RED, canvas.pixels()[3]), (false, GREEN));
    }
}
