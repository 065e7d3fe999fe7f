//! Coverage of rounded corners.

/// Sub-rows a pixel row is measured in; each is exact across. 16 leave an error below one part in 255 of a circle.
const SUB_ROWS: u16 = 16;

/// Corners up to this radius are kept; look.md's largest is 16, pills and discs are a little larger.
const KEPT_RADIUS: usize = 256;

/// How many radii are kept, newest last. An app draws with a handful; beyond that the oldest goes.
const KEPT_CORNERS: usize = 16;

/// One pixel row of a corner, from its left.
pub(crate) struct CornerRow {
    /// Pixels without any coverage.
    pub(crate) empty: usize,
    /// Coverage of the pixels after them; what follows is covered wholly.
    pub(crate) coverage: Vec<u8>,
}

/// The top-left quarter of a disc, `radius` rows from the top.
pub(crate) struct Corner {
    radius: usize,
    rows: Vec<CornerRow>,
}

/// The corners used lately.
#[derive(Default)]
pub(crate) struct Corners {
    kept: Vec<Corner>,
    /// One that was too large to keep, until the next such.
    large: Option<Corner>,
}

impl Corners {
    /// The rows of a corner of `radius` pixels.
    pub(crate) fn rows(&mut self, radius: usize) -> &[CornerRow] {
        if radius > KEPT_RADIUS {
            let large = self.large.take().filter(|corner| corner.radius == radius);
            return &self.large.insert(large.unwrap_or_else(|| Corner::new(radius))).rows;
        }
        let at = match self.kept.iter().position(|corner| corner.radius == radius) {
            Some(at) => at,
            None => {
                if self.kept.len() == KEPT_CORNERS {
                    self.kept.remove(0);
                }
                self.kept.push(Corner::new(radius));
                self.kept.len() - 1
            }
        };
        &self.kept[at].rows
    }
}

impl Corner {
    fn new(radius: usize) -> Self {
        Self { radius, rows: (0..radius).map(|y| row(radius, y)).collect() }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "edges lie between 0 and the radius, which is below 2^14"
)]
fn row(radius: usize, y: usize) -> CornerRow {
    let r = radius as f32;
    // Left edge of the disc on each sub-row.
    let edges: [f32; SUB_ROWS as usize] = core::array::from_fn(|sub| {
        let dy = r - (y as f32 + (sub as f32 + 0.5) / f32::from(SUB_ROWS));
        r - (r * r - dy * dy).max(0.0).sqrt()
    });
    // Edges move left from sub-row to sub-row.
    let empty = edges[edges.len() - 1] as usize;
    let solid = (edges[0].ceil() as usize).min(radius);
    let coverage = (empty..solid).map(|x| {
        let sum: f32 = edges.iter().map(|edge| (x as f32 + 1.0 - edge).clamp(0.0, 1.0)).sum();
        (sum * 255.0 / f32::from(SUB_ROWS) + 0.5) as u8
    });
    CornerRow { empty, coverage: coverage.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disc_has_its_area() {
        for radius in [1usize, 2, 5, 16, 100, 300] {
            let mut corners = Corners::default();
            let mut area = 0.0;
            for row in corners.rows(radius) {
                let partial: f64 = row.coverage.iter().map(|&c| f64::from(c) / 255.0).sum();
                area += partial + (radius - row.empty - row.coverage.len()) as f64;
            }
            let wanted = core::f64::consts::FRAC_PI_4 * (radius * radius) as f64;
            assert!((area - wanted).abs() < 0.02 * radius as f64 + 0.02, "{radius}: {area} {wanted}");
        }
    }
}
