"""Precision against published and worked numbers, and what must not change it."""

import math
import subprocess
import sys
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hiring.comparison import intervals, panels, precision
from hiring.comparison.intervals import Interval, Kind, Variances, apart, distinguishable

# Brennan (2001), synthetic data set 3: ten persons, four items, on occasion 1 and on occasion 2;
# read here as candidates, traits and raters.
SET_3 = np.array(
    [
        [[2, 6, 7, 5], [2, 5, 5, 5]],
        [[4, 5, 6, 7], [6, 7, 5, 7]],
        [[5, 5, 4, 6], [5, 4, 5, 5]],
        [[5, 9, 8, 6], [5, 7, 7, 6]],
        [[4, 3, 5, 6], [4, 5, 6, 4]],
        [[4, 4, 4, 7], [6, 4, 7, 8]],
        [[2, 6, 6, 5], [2, 7, 7, 5]],
        [[3, 4, 4, 5], [6, 6, 6, 4]],
        [[0, 5, 4, 5], [5, 5, 5, 3]],
        [[6, 8, 7, 6], [6, 8, 8, 6]],
    ],
    dtype=float,
).transpose(0, 2, 1)
PUBLISHED = Variances(r=0.0074, tr=0.1565, cr=0.1009, ctr=0.9352)
TRAITS = ("T01", "T02", "T03", "T04")
EQUAL = dict.fromkeys(TRAITS, 0.25)

# Shrout and Fleiss (1979): six targets, four judges.
TARGETS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]


def table_of(cube, traits=TRAITS):
    """A cube (candidates, traits, raters) as a table; candidates and raters count from 1."""
    return {
        c: {
            trait: {r: float(x) for r, x in enumerate(row, 1) if not math.isnan(x)}
            for trait, row in zip(traits, plane, strict=True)
        }
        for c, plane in enumerate(cube, 1)
    }


def single(rows):
    """A candidate x rater table of one trait; None is a hole."""
    return {
        c: {"T01": {r: float(y) for r, y in enumerate(row, 1) if y is not None}}
        for c, row in enumerate(rows, 1)
    }


def test_mean_squares_of_set_3():
    found = precision.two_way(SET_3.mean(axis=1).tolist())
    assert (found.ms_r, found.ms_e) == pytest.approx((0.8, 0.3347), abs=5e-5)
    assert found.df == 9
    ms_c = 2 * SET_3.mean(axis=(1, 2)).var(ddof=1)
    assert ms_c == pytest.approx(1.7278, abs=5e-5)
    assert 1 - found.ms_e / ms_c == pytest.approx(0.8063, abs=5e-5)


def test_mean_squares_of_shrout_and_fleiss():
    found = precision.two_way(TARGETS)
    assert (found.ms_r, found.ms_e) == pytest.approx((32.486111, 1.019444))


def test_a_two_way_table_needs_two_of_each():
    with pytest.raises(ValueError, match="two candidates and two raters"):
        precision.two_way([[1.0, 2.0, 3.0]])


def test_set_3_measured():
    found = precision.measure(table_of(SET_3), EQUAL)
    assert (found.kind, found.n_c, found.n_r, found.df) == (Kind.ESTIMATED, 10, 2, 9)
    assert found.ms_e == pytest.approx(0.3347, abs=5e-5)
    assert (found.se, found.sed) == pytest.approx((0.4091, 0.5786), abs=5e-5)
    assert found.t * found.sed == pytest.approx(1.309, abs=5e-4)
    assert found.sd is None
    assert found.rel is None
    assert "10 candidates whom the same 2 interviewers" in found.sentence
    assert "1.31 or more" in found.sentence


def test_pairs_of_set_3_that_differ():
    composites = SET_3.mean(axis=(1, 2))
    assert composites == pytest.approx([4.625, 5.875, 4.875, 6.625, 4.625, 5.5, 5, 4.75, 4, 6.875])
    found = precision.measure(table_of(SET_3), EQUAL)

    def differing(quantile):
        reach = quantile * found.sed
        return sum(distinguishable(a, b, reach) for a, b in combinations(composites, 2))

    assert differing(found.t) == 15
    assert differing(intervals.Z) == 17


def test_unequal_weights_go_by_the_direct_route():
    weights = dict(zip(TRAITS, (0.4, 0.2, 0.2, 0.2), strict=True))
    assert precision.measure(table_of(SET_3), weights).se == pytest.approx(0.469, abs=5e-4)


def test_components_of_set_3_are_the_published_ones():
    _, found = precision.components(SET_3.tolist(), [0.25] * 4)
    assert (found.r, found.tr, found.cr, found.ctr) == pytest.approx(
        (PUBLISHED.r, PUBLISHED.tr, PUBLISHED.cr, PUBLISHED.ctr), abs=5e-5
    )
    assert found.below_zero == ()


@pytest.mark.parametrize("weights", [(0.25, 0.25, 0.25, 0.25), (0.3, 0.3, 0.2, 0.2)])
def test_components_agree_with_the_direct_route(weights):
    found, parts = precision.components(SET_3.tolist(), weights)
    squares = sum(weight**2 for weight in weights)
    assert parts.cr + squares * parts.ctr == pytest.approx(found.ms_e)


def test_a_negative_component_is_set_to_0_and_named():
    # Each rater is strict on another trait for each candidate, so that composites agree.
    cube = [[[1, 5], [5, 1]], [[5, 1], [1, 5]]] * 5
    _, found = precision.components(cube, [0.5, 0.5])
    assert found.cr == 0
    assert "cr" in found.below_zero
    table = table_of(cube, ("T01", "T02"))
    del table[1]["T01"][1]
    sentence = precision.measure(table, {"T01": 0.5, "T02": 0.5}).sentence
    assert "below zero was set to 0" in sentence


def raters_coefficients(*raters_by_trait):
    k = np.zeros((4, 4))
    for trait, raters in enumerate(raters_by_trait):
        k[trait, list(raters)] = 0.25 / len(raters)
    return k


@pytest.mark.parametrize(
    ("first", "second", "variance"),
    [
        ([(0, 1)] * 4, [(0, 1)] * 4, 0.3347),
        ([(0, 1)] * 4, [(0, 1)] * 3 + [(0,)], 0.3722),
        ([(0,)] * 4, [(0, 1)] * 4, 0.5253),
        ([(0, 1)] * 4, [(2, 3)] * 4, 0.3813),
    ],
    ids=["complete", "one missing", "one rater against two", "disjoint panels"],
)
def test_variance_of_a_difference(first, second, variance):
    k = np.stack([raters_coefficients(*first), raters_coefficients(*second)])
    _, v = precision.components(SET_3.tolist(), [0.25] * 4)
    error, differences = precision.difference_variances(k, v)
    assert differences[0, 1] == differences[1, 0] == pytest.approx(variance, abs=5.1e-5)
    assert error[0] == pytest.approx(differences[0, 0] / 2)


def test_a_hole_is_estimated_from_the_others():
    cube = SET_3.copy()
    cube[9, 3, 1] = np.nan
    found = precision.measure(table_of(cube), EQUAL)
    assert (found.kind, found.n_c, found.n_r, found.df) == (Kind.HOLES, 9, 2, 8)
    _, v = precision.components(SET_3[:9].tolist(), [0.25] * 4)
    assert found.variances == v
    # The last candidate: three traits by both raters, the fourth by the first alone.
    by_rater = ((3 * 0.125 + 0.25) ** 2 + (3 * 0.125) ** 2, 6 * 0.125**2 + 0.25**2)
    own = v.cr * by_rater[0] + v.ctr * by_rater[1]
    whole = v.cr / 2 + v.ctr / 8
    severity = (v.r + v.tr) * 2 * 0.125**2
    assert found.margins[10].se == pytest.approx(math.sqrt(own))
    assert found.sed_of(10, 1) == found.sed_of(1, 10)
    assert found.sed_of(10, 1) == pytest.approx(math.sqrt(own + whole + severity))
    assert found.sed_of(1, 2) == found.sed == found.margins[1].sed
    assert found.sed_of(10, 1) > found.sed
    assert "not alike for everyone" in found.sentence


def test_a_hole_that_leaves_too_little_is_planned():
    cube = SET_3[:9].copy()
    cube[8, 3, 1] = np.nan
    found = precision.measure(table_of(cube), EQUAL)
    assert (found.kind, found.df, found.ms_e) == (Kind.PLANNING, 7, None)
    assert "too few candidates were rated in full" in found.sentence


@pytest.mark.parametrize(
    ("rel", "sem", "sed", "critical"),
    [
        (0.44, 0.449, 0.635, 1.24),
        (0.74, 0.306, 0.433, 0.85),
        (0.80, 0.268, 0.379, 0.74),
        (0.90, 0.190, 0.268, 0.53),
    ],
)
def test_planning_values(rel, sem, sed, critical):
    error = intervals.planned_error(0.6, rel)
    assert error == pytest.approx(sem, abs=5e-4)
    assert math.sqrt(2) * error == pytest.approx(sed, abs=6e-4)
    assert intervals.Z * math.sqrt(2) * error == pytest.approx(critical, abs=5e-3)


def test_six_candidates_and_two_raters_are_planned():
    found = precision.measure(table_of(SET_3[:6]), EQUAL)
    assert (found.kind, found.n_c, found.n_r, found.df) == (Kind.PLANNING, 6, 2, 5)
    assert (found.sd, found.rel, found.t) == (0.6, 0.74, 1.959964)
    assert (found.se, found.sed) == pytest.approx((0.306, 0.433), abs=5e-4)
    assert "6 candidates and 2 interviewers are too few" in found.sentence
    assert "0.74 for a panel" in found.sentence
    assert "0.85 or more" in found.sentence


def test_five_candidates_and_three_raters_are_enough():
    rows = [[3, 4, 3], [2, 2, 3], [5, 4, 4], [1, 2, 2], [4, 4, 5]]
    found = precision.measure(single(rows), {"T01": 1.0})
    assert (found.kind, found.df) == (Kind.ESTIMATED, 8)


def test_one_rater_and_one_candidate_are_ordinary():
    one_rater = precision.measure(table_of(SET_3[:, :, :1]), EQUAL)
    assert (one_rater.kind, one_rater.n_r, one_rater.rel) == (Kind.PLANNING, 1, 0.44)
    assert "only one interviewer" in one_rater.sentence
    one_candidate = precision.measure(table_of(SET_3[:1]), EQUAL)
    assert (one_candidate.kind, one_candidate.n_c, one_candidate.rel) == (Kind.PLANNING, 1, 0.74)
    assert "only one candidate" in one_candidate.sentence
    nobody = precision.measure({}, EQUAL)
    assert (nobody.kind, nobody.n_c, nobody.margins) == (Kind.PLANNING, 0, {})


def test_a_panel_against_one_rater_is_planned_with_both_errors():
    found = precision.measure(single([[4, 3], [2, None]]), {"T01": 1.0})
    a, b = (intervals.planned_error(0.6, rel) for rel in (0.74, 0.44))
    assert (found.margins[1].se, found.margins[2].se) == (a, b)
    assert found.sed_of(1, 2) == found.sed_of(2, 1) == pytest.approx(math.hypot(a, b))
    assert "0.74 for a panel and 0.44 for one interviewer" in found.sentence


def test_a_second_rater_of_one_trait_does_not_make_a_panel():
    cube = SET_3[:2].copy()
    cube[0, 1:, 1] = np.nan
    found = precision.measure(table_of(cube), EQUAL)
    assert found.margins[1].se == intervals.planned_error(0.6, 0.44)
    assert found.margins[2].se == intervals.planned_error(0.6, 0.74)


def test_the_spread_of_past_candidates():
    assert intervals.pooled_sd([3.0, 4.0] * 9 + [3.5]) is None
    assert intervals.pooled_sd([3.0] * 20) is None
    past = intervals.pooled_sd([3.0, 4.0] * 10)
    assert past == pytest.approx(0.513, abs=5e-4)
    found = precision.measure(table_of(SET_3[:2]), EQUAL, past_sd=past)
    assert found.sd == past
    assert "0.51 (as past candidates on this guide did)" in found.sentence
    with pytest.raises(ValueError, match="positive number"):
        precision.measure(table_of(SET_3[:2]), EQUAL, past_sd=0.0)


def test_complete_agreement_is_called_luck():
    found = precision.measure(single([[x / 3, x / 3 + 0.1] for x in range(3, 13)]), {"T01": 1.0})
    assert found.ms_e == 0
    assert "luck" in found.sentence


def test_severity_adjusted_means():
    table = single(TARGETS)
    for candidate, judge in ((1, 2), (4, 1), (5, 4), (6, 3)):
        del table[candidate]["T01"][judge]
    adjusted = precision.adjust(table, {"T01": 1.0})
    assert adjusted.means[1] == pytest.approx(6.512, abs=5e-4)
    assert adjusted.means[5] == pytest.approx(7.440, abs=5e-4)


def test_adjusted_errors_come_from_the_shares():
    rows = [[x, x + 1 - x % 2, None] for x in range(1, 11)] + [[None, 4, 2], [None, None, 3]]
    table, weights = single(rows), {"T01": 1.0}
    adjusted = precision.adjust(table, weights)
    found = precision.measure(table, weights, [adjusted])
    assert (found.kind, found.n_c, found.n_r) == (Kind.HOLES, 10, 2)
    # With the same panel severity cancels. The third rater's is known from candidate 11 alone,
    # and 12 was rated by nobody else: 12 - 11 is the third rater's own difference.
    assert found.sed_of(1, 2) == found.sed
    assert adjusted.means[12] - adjusted.means[11] == pytest.approx(3 - 2)
    assert found.sed_of(11, 12) == pytest.approx(math.sqrt(2) * found.sed)
    assert found.margins[12].se > found.margins[11].se


def test_linked_panels():
    assert panels.linked({}) == ()
    assert panels.linked(single([[1, 2], [2, 3]])) == ((1, 2),)
    chain = single([[1, 2, None], [None, 3, 4], [None, None, 5]])
    assert panels.linked(chain) == ((1, 2, 3),)
    broken = single([[1, None, None], [None, 3, 4], [2, None, None], [None, None, 5]])
    assert panels.linked(broken) == ((1, 3), (2, 4))
    with pytest.raises(ValueError, match="cannot be adjusted together"):
        precision.adjust(broken, {"T01": 1.0})


def test_a_hole_on_one_trait_does_not_unlink_a_common_panel():
    cube = SET_3[:2, :2].copy()
    cube[0, 0, 0] = cube[0, 1, 1] = np.nan
    table = table_of(cube, ("T01", "T02"))
    assert panels.full_raters(table[1]) == frozenset()
    assert panels.linked(table) == ((1, 2),)


def test_the_largest_crossed_table():
    rows = [[1, 1, 1, None]] * 4 + [[1, 1, None, 1]] * 4 + [[1, None, None, 1]]
    assert panels.largest_crossed(single(rows)) == ([1, 2, 3, 4, 5, 6, 7, 8], [1, 2])
    assert panels.largest_crossed({}) == ([], [])


def test_touching_bars_are_apart_and_equal_scores_never_are():
    assert apart(Interval(3.0, 0.25), Interval(3.5, 0.25))
    assert not apart(Interval(3.0, 0.25), Interval(3.25, 0.25))
    assert not apart(Interval(3.0, 0.0), Interval(3.0, 0.0))
    assert not apart(Interval(0.1 + 0.2, 0.0), Interval(0.3, 0.0))


def test_nothing_heavy_is_loaded_before_it_is_needed():
    code = (
        "import sys, hiring.comparison.compare;"
        "sys.exit(any(name in sys.modules for name in ('numpy', 'scipy')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# No deadline: the first example to need it loads scipy.
quick = settings(deadline=None, max_examples=50)
scores = st.floats(1, 5).map(lambda x: round(x, 3))


@st.composite
def cubes(draw):
    """Complete cubes (candidates, traits, raters) with at least 8 degrees of freedom."""
    n_c, n_r = draw(st.sampled_from([(9, 2), (5, 3), (6, 3), (4, 4)]))
    n_t = draw(st.integers(1, 3))
    row = st.lists(st.integers(1, 5), min_size=n_c * n_t * n_r, max_size=n_c * n_t * n_r)
    return np.array(draw(row), dtype=float).reshape(n_c, n_t, n_r)


def equal(cube):
    return {f"T{t:02d}": 1 / cube.shape[1] for t in range(cube.shape[1])}


@quick
@given(cubes(), st.data())
def test_order_does_not_matter(cube, data):
    traits = list(equal(cube))
    straight = precision.measure(table_of(cube, traits), equal(cube))
    rows = data.draw(st.permutations(range(len(cube))))
    raters = data.draw(st.permutations(range(cube.shape[2])))
    mixed = precision.measure(table_of(cube[rows][:, :, raters], traits), equal(cube))
    assert (mixed.kind, mixed.df) == (straight.kind, straight.df)
    assert (mixed.se, mixed.sed) == pytest.approx((straight.se, straight.sed), abs=1e-6)


@quick
@given(cubes(), st.integers(-20, 20))
def test_a_severe_rater_does_not_change_the_error_of_a_difference(cube, severity):
    traits = list(equal(cube))
    plain = precision.measure(table_of(cube, traits), equal(cube))
    cube[:, :, 0] += severity / 7
    severe = precision.measure(table_of(cube, traits), equal(cube))
    assert severe.sed == pytest.approx(plain.sed, abs=1e-6)


@quick
@given(cubes())
def test_adjusting_a_complete_table_changes_nothing(cube):
    adjusted = precision.adjust(table_of(cube, list(equal(cube))), equal(cube))
    assert list(adjusted.means.values()) == pytest.approx(cube.mean(axis=(1, 2)).tolist())
    assert adjusted.shares.sum(axis=1) == pytest.approx(np.ones(len(cube)))


@quick
@given(
    st.lists(scores, min_size=3, max_size=8),
    st.lists(scores, min_size=3, max_size=5),
    st.data(),
)
def test_additive_data_is_recovered_through_holes(candidates, severities, data):
    severities = [x - sum(severities) / len(severities) for x in severities]
    rows = [[c + r for r in severities] for c in candidates]
    # The first rater saw everybody and the first candidate saw everyone, so all are linked.
    for row in rows[1:]:
        for r in range(1, len(row)):
            if data.draw(st.booleans()):
                row[r] = None
    adjusted = precision.adjust(single(rows), {"T01": 1.0})
    assert list(adjusted.means.values()) == pytest.approx(candidates, abs=1e-8)


@given(st.floats(1, 5), st.floats(1, 5), st.floats(0, 4))
def test_bars_overlap_when_and_only_when_two_cannot_be_told_apart(first, second, critical):
    a, b = Interval(first, critical / 2), Interval(second, critical / 2)
    overlap = a.low < b.high and b.low < a.high
    if abs(first - second) > intervals.TIE:
        assert distinguishable(first, second, critical) is not overlap
    else:
        assert not distinguishable(first, second, critical)
    assert distinguishable(first, second, critical) == distinguishable(second, first, critical)
    if abs(abs(first - second) - critical) > 1e-8:
        assert distinguishable(first, second, critical) == (abs(first - second) > critical)
