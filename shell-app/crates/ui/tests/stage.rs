//! Drawing what changed leaves the same pixels as drawing all, whatever lies over what.

use vyoma_ui::control::Tone;
use vyoma_ui::{Align, App, Picture, Rect, Screen, Session, Stage, System, View, type_size};

const CANVAS: (i32, i32) = (320, 240);

/// A number that looks drawn by chance: the generator is Marsaglia's xorshift32.
struct Chance(u32);

impl Chance {
    fn below(&mut self, end: i32) -> i32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        i32::try_from(self.0 >> 8).expect("24 bits") % end
    }

    /// Somewhere on the canvas, at least as large as a control has to be.
    fn area(&mut self) -> Rect {
        let (x, y) = (self.below(CANVAS.0 - 72), self.below(CANVAS.1 - 60));
        Rect::new(x, y, 64 + self.below(CANVAS.0 - x - 64), 48 + self.below(CANVAS.1 - y - 48))
    }
}

/// Items anywhere, over each other.
#[derive(Default)]
struct Heap(Vec<(Rect, i32)>);

impl Screen for Heap {
    type Message = usize;

    fn view(&self, view: &mut View<usize>) {
        for (name, &(area, kind)) in self.0.iter().enumerate() {
            let style = view.regular(type_size::BODY);
            match kind {
                0 => view.fill(area, view.palette.sky),
                1 => view.card(area),
                2 => view.label(area, Align::Center, style, "label"),
                3 => view.button(area, Tone::Raised, "button", name),
                4 => view.toggle(area, name % 2 == 0, name),
                5 => view.fill(area, view.palette.accent.with_alpha(90)),
                _ => view.slider(area, 400, name),
            }
        }
    }

    fn on_message(&mut self, _: usize, _: &mut System) {}
}

#[test]
fn drawing_what_changed_is_the_same_as_drawing_all() {
    let mut chance = Chance(0x5eed_1234);
    let mut session = Session::new(Stage::new(Heap::default()), 0);
    let mut picture = Picture::new(CANVAS.0, CANVAS.1);
    picture.draw(&session.line(&format!("VYOMA_SYSTEM:screen:{},{}", CANVAS.0, CANVAS.1)));
    let mut changed_less_than_all = 0;
    for step in 0..600 {
        let items = &mut session.app.screen.0;
        let count = i32::try_from(items.len()).expect("few");
        match chance.below(3) {
            0 if count > 0 => {
                items.remove(usize::try_from(chance.below(count)).expect("an index"));
            }
            1 if count > 0 => {
                let index = usize::try_from(chance.below(count)).expect("an index");
                items[index] = (chance.area(), chance.below(7));
            }
            _ if count < 9 => items.push((chance.area(), chance.below(7))),
            _ => {}
        }
        let (x, y) = (chance.below(CANVAS.0), chance.below(CANVAS.1));
        let lines = match chance.below(3) {
            0 => session.line("\t"),
            1 => session.line(&format!("VYOMA_INPUT:mouse:move:{x},{y}")),
            _ => session.lines(&["down", "up"].map(|what| format!("VYOMA_INPUT:mouse:{what}:{x},{y}"))),
        };
        picture.draw(&lines);
        session.app.forget();
        let mut whole = Picture::new(CANVAS.0, CANVAS.1);
        let all = session.after(0);
        whole.draw(&all);
        assert_eq!(picture.difference(&whole), Rect::default(), "step {step}: {:?}", session.app.screen.0);
        changed_less_than_all += i32::from(lines.len() < all.len());
    }
    assert!(changed_less_than_all > 100, "{changed_less_than_all} steps drew less than all");
    assert!(!session.app.is_done());
}
