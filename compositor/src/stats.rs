//! Counters of one window.

use control_protocol::{AppStats, Latency};
use sys::Nanos;

/// Buckets for each power of two.
const FINE: usize = 8;
/// Microseconds up to 2^36 (19 hours); longer times count into the last bucket.
const BUCKETS: usize = 36 * FINE;

/// A distribution of times, in buckets 12 % wide.
#[derive(Debug)]
pub(crate) struct Histogram {
    buckets: Box<[u32; BUCKETS]>,
    count: u64,
    max_us: u64,
}

impl Default for Histogram {
    fn default() -> Self {
        Self { buckets: Box::new([0; BUCKETS]), count: 0, max_us: 0 }
    }
}

impl Histogram {
    pub(crate) fn add(&mut self, time: Nanos) {
        let us = time / 1000;
        if let Some(bucket) = self.buckets.get_mut(bucket(us)) {
            *bucket = bucket.saturating_add(1);
        }
        self.count += 1;
        self.max_us = self.max_us.max(us);
    }

    /// The time below which `percent` of all lie: the upper edge of its bucket.
    fn percentile(&self, percent: u64) -> u64 {
        let rank = (self.count * percent).div_ceil(100).max(1);
        let mut seen = 0;
        for (i, n) in self.buckets.iter().enumerate() {
            seen += u64::from(*n);
            if seen >= rank {
                return upper_edge(i).min(self.max_us);
            }
        }
        self.max_us
    }

    pub(crate) fn latency(&self) -> Latency {
        if self.count == 0 {
            return Latency::default();
        }
        Latency {
            count: self.count,
            p50_us: self.percentile(50),
            p99_us: self.percentile(99),
            max_us: self.max_us,
        }
    }
}

/// Times below 8 have buckets of their own; then eight for each power of two.
fn bucket(us: u64) -> usize {
    let Ok(small) = usize::try_from(us) else { return BUCKETS - 1 };
    if small < FINE {
        return small;
    }
    let power = small.ilog2() as usize;
    let within = (small >> (power - 3)) & (FINE - 1);
    ((power - 2) * FINE + within).min(BUCKETS - 1)
}

/// The largest time of a bucket.
fn upper_edge(bucket: usize) -> u64 {
    if bucket < FINE {
        return bucket as u64;
    }
    let (power, within) = (bucket / FINE + 2, bucket % FINE);
    (((FINE + within + 1) as u64) << (power - 3)) - 1
}

/// What is counted for one window.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub(crate) committed: u64,
    pub(crate) presented: u64,
    pub(crate) dropped: u64,
    pub(crate) commit_to_present: Histogram,
    pub(crate) input_to_present: Histogram,
}

impl Counters {
    pub(crate) fn stats(&self) -> AppStats {
        AppStats {
            committed: self.committed,
            presented: self.presented,
            dropped: self.dropped,
            commit_to_present: self.commit_to_present.latency(),
            input_to_present: self.input_to_present.latency(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bucket_every_time_lies_below_its_upper_edge() {
        for us in (0..5000).chain([1 << 20, (1 << 33) + 12345]) {
            let b = bucket(us);
            assert!(us <= upper_edge(b) && (b == 0 || us > upper_edge(b - 1)), "{us}");
        }
        assert_eq!(bucket(u64::MAX), BUCKETS - 1);
    }

    #[test]
    fn latency_percentiles_are_within_a_bucket() {
        let mut h = Histogram::default();
        for ms in 1..=100u64 {
            h.add(ms * 1_000_000);
        }
        let l = h.latency();
        assert_eq!((l.count, l.max_us), (100, 100_000));
        assert!((50_000..57_000).contains(&l.p50_us) && (99_000..=100_000).contains(&l.p99_us), "{l:?}");
    }
}
