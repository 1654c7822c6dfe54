//! The scan over places on a small map whose answer is known, and the published scores of New Mexico.

use sentinel::scan::{Kind, Map, conditional, expectation, nearest, p_by_gumbel, p_by_rank};

/// Twenty places in a row, six weeks, 4 expected everywhere; places 7 and 8 have 10 more in the last two weeks.
fn row() -> (Map, Vec<Vec<usize>>) {
    let places: Vec<(f64, f64)> = (0..20).map(|i| (110.0 + 0.1 * f64::from(i), 30.0)).collect();
    let mut counts = vec![vec![4; 20]; 6];
    for week in &mut counts[4..] {
        week[7] += 10;
        week[8] += 10;
    }
    (Map { counts, baselines: vec![vec![4.0; 20]; 6] }, nearest(&places, 5))
}

#[test]
fn the_scores_are_the_published_ones() {
    // New Mexico brain cancer 1986–89, figures of R's scanstatistics
    assert!((expectation(43.0, 20.658_531) - 9.180_617).abs() < 1e-6);
    assert!((conditional(226.0, 193.141_024, 317.0) - 7.453_995).abs() < 1e-6);
    // the notes print 1.786221; their own count, baseline and total give this
    assert!((conditional(14.0, 8.141_956, 317.0) - 1.786_241).abs() < 1e-6);
    assert_eq!(expectation(3.0, 4.0), 0.0);
}

#[test]
fn every_kind_finds_the_two_places_and_their_weeks() {
    let (map, zones) = row();
    for kind in [Kind::Expectation, Kind::Population, Kind::Permutation] {
        let found = &map.scan(&zones, kind)[0];
        assert_eq!(
            (found.places.as_slice(), found.duration, found.count),
            ([7, 8].as_slice(), 2, 56),
            "{kind:?}"
        );
        let chance = map.replicates(&zones, kind, 99, 1);
        assert_eq!(p_by_rank(found.score, &chance), 0.01, "{kind:?}");
        assert!(p_by_gumbel(found.score, &chance) < 0.001, "{kind:?}");
        assert_eq!(chance, map.replicates(&zones, kind, 99, 1), "the same seed, the same chance");
    }
}

#[test]
fn chance_alone_is_rarely_significant() {
    let (mut map, zones) = row();
    map.counts = vec![vec![4; 20]; 6];
    let calm = map.scan(&zones, Kind::Expectation);
    assert!(calm.is_empty(), "nothing above what is expected: {calm:?}");
    let chance = map.replicates(&zones, Kind::Expectation, 199, 5);
    let below = chance.iter().filter(|score| p_by_gumbel(**score, &chance) < 0.05).count();
    assert!((2..=20).contains(&below), "{below} of 199");
}
