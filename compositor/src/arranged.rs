//! What people made of a window: as the supervisor keeps it, and as the scene has it.

use control_protocol::PixelSize;
use control_protocol::compositor::{Arranged, Extent};
use paint::{Point, Size};
use scene::{Presence, Side};

/// What the supervisor keeps.
pub(crate) fn to_wire(arranged: scene::Arranged) -> Arranged {
    Arranged {
        extent: extent_to_wire(arranged.extent),
        under_full: extent_to_wire(arranged.under_full),
        minimised: arranged.presence == Presence::Minimised,
        position: arranged.position.map(|at| (at.x, at.y)),
        natural: PixelSize { w: arranged.natural.w(), h: arranged.natural.h() },
        order: arranged.order,
    }
}

/// What the scene had; `None` for a size that no window has.
pub(crate) fn to_scene(arranged: Arranged) -> Option<scene::Arranged> {
    Some(scene::Arranged {
        extent: extent_to_scene(arranged.extent),
        under_full: extent_to_scene(arranged.under_full),
        presence: if arranged.minimised { Presence::Minimised } else { Presence::Open },
        position: arranged.position.map(|(x, y)| Point::new(x, y)),
        natural: Size::new(arranged.natural.w, arranged.natural.h)?,
        order: arranged.order,
    })
}

fn extent_to_wire(extent: scene::Extent) -> Extent {
    match extent {
        scene::Extent::Policy => Extent::Policy,
        scene::Extent::Half(Side::Left) => Extent::LeftHalf,
        scene::Extent::Half(Side::Right) => Extent::RightHalf,
        scene::Extent::Maximised => Extent::Maximised,
        scene::Extent::Full => Extent::Full,
    }
}

fn extent_to_scene(extent: Extent) -> scene::Extent {
    match extent {
        Extent::Policy => scene::Extent::Policy,
        Extent::LeftHalf => scene::Extent::Half(Side::Left),
        Extent::RightHalf => scene::Extent::Half(Side::Right),
        Extent::Maximised => scene::Extent::Maximised,
        Extent::Full => scene::Extent::Full,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn to_scene_of_what_was_told_is_what_was() {
        let sides = [
            scene::Extent::Policy,
            scene::Extent::Half(Side::Left),
            scene::Extent::Half(Side::Right),
            scene::Extent::Maximised,
            scene::Extent::Full,
        ];
        for (extent, under_full) in sides.into_iter().zip(sides.into_iter().rev()) {
            for presence in [Presence::Open, Presence::Minimised] {
                let position = (presence == Presence::Open).then(|| Point::new(-3, 40));
                let natural = Size::clamped(300, 200);
                let arranged = scene::Arranged { extent, under_full, presence, position, natural, order: -2 };
                assert_eq!(to_scene(to_wire(arranged)), Some(arranged));
            }
        }
    }
}
