//! The system's own surfaces: wallpaper, pages, chrome, toasts, pointer, touch rings.

pub(crate) mod chrome;
mod code;
pub(crate) mod ground;
pub(crate) mod guard;
mod logo;
pub(crate) mod menu;
mod page;
pub(crate) mod pin_pad;
pub(crate) mod pointer;
pub(crate) mod switcher;
mod toast;

use control_protocol::Theme;
use control_protocol::compositor::SystemPage;
use output::HardwareCursor;
use paint::{Output, PixelView, PixelViewMut, Point, Rect, Region, Size};
use scene::Scene;
use sys::Nanos;

use self::code::Code;
use self::ground::Wallpaper;
use self::guard::Guard;
use self::pointer::Pointer;
use self::toast::Toasts;
use crate::paint::blit::mix_row;
use crate::paint::shapes::{picture, ring};
use crate::seat::chrome::Control;
use crate::theme::{Palette, faded};

/// How long a page takes to give way to windows (the look).
const FADE: Nanos = 150_000_000;
/// How long a touch's ring is seen (the look).
const RING: Nanos = 120_000_000;
/// Rings at once; a hand has no more fingers. The oldest goes.
const RINGS: usize = 10;
const RING_RADIUS: i32 = 28;
/// A frame of the system's own moves.
const STEP: Nanos = 16_000_000;
/// A step of a banner's spinner.
const SPIN: Nanos = 125_000_000;

/// Whether moves glide or cut.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Motion {
    Glide,
    Cut,
}

/// What the system draws itself, and its small clocks.
#[derive(Debug)]
pub(crate) struct Shell {
    pub(crate) palette: Palette,
    pub(crate) motion: Motion,
    pub(crate) pointer: Pointer,
    /// Whether the first screen shows the pointer by itself.
    pub(crate) cursor: HardwareCursor,
    /// The title bar's control that is pointed at.
    pub(crate) control: Option<Control>,
    pub(crate) guard: Guard,
    page: SystemPage,
    /// The page's facts as a QR code.
    code: Option<Code>,
    leaving: Option<Leaving>,
    wallpaper: Wallpaper,
    toasts: Toasts,
    rings: Vec<(Point<Output>, Nanos)>,
    arrow: Vec<u32>,
    /// Time of the frame being made: everything in one frame is of one moment.
    now: Nanos,
    next_step: Nanos,
    next_spin: Nanos,
}

/// A page that fades away.
#[derive(Debug)]
struct Leaving {
    /// Its picture, painted once.
    pixels: Vec<u32>,
    size: Size<Output>,
    since: Nanos,
}

impl Shell {
    pub(crate) fn new() -> Self {
        Self {
            palette: Palette::of(Theme::Dark),
            motion: Motion::Glide,
            pointer: Pointer::new(),
            cursor: HardwareCursor::No,
            control: None,
            guard: Guard::default(),
            page: SystemPage::Splash,
            code: None,
            leaving: None,
            wallpaper: Wallpaper::Sky,
            toasts: Toasts::default(),
            rings: Vec::new(),
            arrow: Vec::new(),
            now: 0,
            next_step: 0,
            next_spin: 0,
        }
    }

    /// The pointer's picture, made when it is needed first.
    pub(crate) fn arrow(&mut self) -> &[u32] {
        if self.arrow.is_empty() {
            self.arrow = pointer::picture();
        }
        &self.arrow
    }

    pub(crate) fn page(&self) -> &SystemPage {
        &self.page
    }

    /// Whether a page, the lock or darkness hides every window.
    pub(crate) fn covers(&self) -> bool {
        self.page != SystemPage::None || self.guard.hides()
    }

    /// Another page. Only a splash fades; bad news and farewells are there at once.
    pub(crate) fn set_page(&mut self, page: SystemPage, scene: &mut Scene, now: Nanos) {
        if page == self.page {
            return;
        }
        self.code = if let SystemPage::Diagnostic(facts) = &page { Code::of(facts) } else { None };
        let old = std::mem::replace(&mut self.page, page);
        let fades =
            old == SystemPage::Splash && self.page == SystemPage::None && self.motion == Motion::Glide;
        self.leaving = fades.then(|| self.leave(&old, scene.size(), now));
        scene.add_damage(scene.size().rect());
    }

    fn leave(&self, page: &SystemPage, size: Size<Output>, now: Nanos) -> Leaving {
        let mut pixels = vec![0; size.area()];
        if let Some(mut canvas) = PixelViewMut::new(&mut pixels, size.w() as usize, size) {
            page::draw(&mut canvas, size.rect(), (page, None), &self.palette);
        }
        Leaving { pixels, size, since: now }
    }

    /// Windows are there: no fade, because the screen shows them already (a compositor that came back).
    pub(crate) fn skip_splash(&mut self, scene: &mut Scene) {
        if self.page == SystemPage::Splash {
            self.page = SystemPage::None;
            scene.add_damage(scene.size().rect());
        }
    }

    pub(crate) fn set_theme(&mut self, theme: Theme, scene: &mut Scene) {
        self.palette = Palette::of(theme);
        scene.add_damage(scene.size().rect());
    }

    pub(crate) fn set_wallpaper(&mut self, wallpaper: Wallpaper, scene: &mut Scene) {
        self.wallpaper = wallpaper;
        scene.add_damage(scene.size().rect());
    }

    pub(crate) fn notice(&mut self, title: &str, text: &str, scene: &mut Scene, now: Nanos) {
        self.toasts.push(title, text, now);
        damage_all(scene, &Toasts::area(scene.size()));
    }

    pub(crate) fn touched(&mut self, at: Point<Output>, scene: &mut Scene, now: Nanos) {
        self.hide_pointer(scene);
        if self.motion == Motion::Cut {
            return;
        }
        if self.rings.len() == RINGS {
            let (old, _) = self.rings.remove(0);
            scene.add_damage(ring_area(old));
        }
        self.rings.push((at, now));
        scene.add_damage(ring_area(at));
    }

    pub(crate) fn move_pointer(&mut self, at: Point<Output>, scene: &mut Scene, now: Nanos) {
        self.damage_pointer(scene);
        self.pointer.move_to(at, now);
        self.damage_pointer(scene);
    }

    pub(crate) fn hide_pointer(&mut self, scene: &mut Scene) {
        self.damage_pointer(scene);
        self.pointer.hide();
    }

    fn damage_pointer(&self, scene: &mut Scene) {
        if self.cursor == HardwareCursor::No && self.pointer.is_shown() {
            scene.add_damage(self.pointer.rect());
        }
    }

    /// Moves what moves by itself to `now`. `spinning` are windows with a spinner on their banner.
    pub(crate) fn tick(&mut self, scene: &mut Scene, spinning: &[scene::WindowId], now: Nanos) {
        if self.pointer.hides_at().is_some_and(|at| now >= at) {
            self.hide_pointer(scene);
        }
        if self.toasts.expire(now) {
            damage_all(scene, &Toasts::area(scene.size()));
        }
        if !spinning.is_empty() && self.motion == Motion::Glide && now >= self.next_spin {
            self.next_spin = now + SPIN;
            for id in spinning {
                scene.touch_banner(*id);
            }
        }
        if now >= self.next_step && self.is_moving() {
            self.next_step = now + STEP;
            for (at, _) in &self.rings {
                scene.add_damage(ring_area(*at));
            }
            self.rings.retain(|(_, since)| now < since + RING);
            if let Some(leaving) = &self.leaving {
                scene.add_damage(scene.size().rect());
                if now >= leaving.since + FADE {
                    self.leaving = None;
                }
            }
        }
    }

    fn is_moving(&self) -> bool {
        !self.rings.is_empty() || self.leaving.is_some()
    }

    /// When [`Shell::tick`] has something to do.
    pub(crate) fn next_tick(&self, spinning: &[scene::WindowId]) -> Option<Nanos> {
        let step = self.is_moving().then_some(self.next_step);
        let spin = (!spinning.is_empty() && self.motion == Motion::Glide).then_some(self.next_spin);
        [step, spin, self.pointer.hides_at(), self.toasts.next_end()].into_iter().flatten().min()
    }

    /// The frame that is painted next is of this moment.
    pub(crate) fn begin_frame(&mut self, now: Nanos) {
        self.now = now;
    }

    /// Which of its steps a spinner shows; one that does not turn shows the first.
    pub(crate) fn spinner_step(&self) -> u32 {
        if self.motion == Motion::Cut {
            return 0;
        }
        u32::try_from(self.now / SPIN % u64::from(chrome::SPINNER_STEPS)).unwrap_or(0)
    }

    pub(crate) fn draw_ground(&self, canvas: &mut PixelViewMut<'_, Output>, clip: Rect<Output>) {
        match &self.wallpaper {
            Wallpaper::Color(color) => canvas.fill(clip, 0xff00_0000 | color),
            Wallpaper::Sky => ground::sky(canvas, clip, self.palette.ground, canvas.size().h()),
            Wallpaper::Picture(picture) => picture.draw(canvas, clip),
        }
    }

    /// Paints what hides the windows, which is opaque. Farewells are seen whatever else is.
    pub(crate) fn draw_page(&self, canvas: &mut PixelViewMut<'_, Output>, clip: Rect<Output>) {
        if self.guard.hides() && !self.is_farewell() {
            self.guard.draw(canvas, clip, &self.palette);
        } else {
            page::draw(canvas, clip, (&self.page, self.code.as_ref()), &self.palette);
        }
    }

    fn is_farewell(&self) -> bool {
        matches!(self.page, SystemPage::PoweringOff | SystemPage::Rebooting)
    }

    /// Paints what lies over the windows, but the pointer.
    pub(crate) fn draw_over(&self, canvas: &mut PixelViewMut<'_, Output>, clip: Rect<Output>) {
        if let Some(leaving) = self.leaving.as_ref().filter(|_| !self.guard.hides()) {
            self.draw_leaving(canvas, clip, leaving);
        }
        if self.guard.is_dark() {
            return;
        }
        // What notices say is not for everybody.
        if self.guard.pad().is_none() {
            self.toasts.draw(canvas, clip, &self.palette);
        }
        for (at, since) in &self.rings {
            let age = i32::try_from(self.now.saturating_sub(*since).min(RING) / 1_000_000).unwrap_or(0);
            let whole = i32::try_from(RING / 1_000_000).unwrap_or(1);
            let radius = (12 + (RING_RADIUS - 14) * age / whole) * 16;
            let alpha = u8::try_from(200 * (whole - age) / whole).unwrap_or(0);
            let centre = (at.x * 16 + 8, at.y * 16 + 8);
            ring(canvas, clip, centre, (radius - 40, radius), faded(self.palette.sky, alpha));
        }
        self.guard.dim(canvas, clip);
    }

    pub(crate) fn draw_pointer(&self, canvas: &mut PixelViewMut<'_, Output>, clip: Rect<Output>) {
        if self.pointer.is_shown() {
            picture(canvas, clip, self.pointer.rect(), &self.arrow, 255);
        }
    }

    /// Blends what is left of a page over the windows.
    fn draw_leaving(&self, canvas: &mut PixelViewMut<'_, Output>, clip: Rect<Output>, leaving: &Leaving) {
        let gone = self.now.saturating_sub(leaving.since).min(FADE) * 255 / FADE;
        let left = 255 - u32::try_from(gone).unwrap_or(255);
        // Eased out: fast first, then calmer.
        let alpha = u8::try_from(left * left / 255).unwrap_or(0);
        let Some(old) = PixelView::new(&leaving.pixels, leaving.size.w() as usize, leaving.size) else {
            return;
        };
        let left = usize::try_from(clip.left()).unwrap_or(0);
        canvas.for_rows(clip, |y, row| {
            let from = old.row(usize::try_from(y).unwrap_or(0));
            mix_row(row, from.get(left..).unwrap_or(&[]), alpha);
        });
    }
}

fn ring_area(at: Point<Output>) -> Rect<Output> {
    let edge = (2 * RING_RADIUS).unsigned_abs();
    Rect::new(at.x - RING_RADIUS, at.y - RING_RADIUS, edge, edge)
}

fn damage_all(scene: &mut Scene, region: &Region<Output>) {
    for rect in region.rects() {
        scene.add_damage(*rect);
    }
}
