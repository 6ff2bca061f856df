"""Scores, flags, order and pairs, from ratings to the comparison."""

import math
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hiring.comparison import compare as comparing
from hiring.comparison import rules
from hiring.comparison.compare import compare
from hiring.comparison.intervals import Kind
from hiring.comparison.rules import FlagKind, Item, Rated, Trait

CALM = ("Raises the voice", "Blames the customer")
CIVIL = ("Mocks someone", "Talks over people")
OWN = ("Raises the voice", "Hangs up")

TRAITS = (Trait("T01", "Patience", 1), Trait("T02", "Clear words", 1), Trait("CIV", "Civility", 0))
ITEMS = (
    Item(1, "T01", "The long queue", "T01-B1", CALM),
    Item(2, "T01", "The angry caller", "T01-S1", CALM),
    Item(3, "T01", "The thankless case", "P22", OWN),
    Item(4, "T02", "The hard word", "T02-B1", ("Uses jargon",)),
    Item(5, "CIV", "The one third", "P01", CIVIL),
)
ANN, BOB, CEM = 101, 102, 103


def rated(candidate, rater, item, level, warnings=0):
    return Rated(candidate, rater, item, level, warnings)


def card(candidate, rater, *levels):
    """Levels of items 1, 2, … of the guide."""
    return [rated(candidate, rater, item, level) for item, level in enumerate(levels, 1)]


def one(ratings, raters=(ANN, BOB), traits=TRAITS):
    """The only candidate's row."""
    return compare(traits, ITEMS, {1: raters}, ratings).candidates[0]


def told_apart(comparison, first, second):
    """Whether two candidates can be told apart; None if they may not be compared."""
    if not any({first, second} <= set(group) for group in comparison.groups):
        return None
    return first != second and second not in by_candidate(comparison)[first].others


def by_candidate(comparison):
    return {row.candidate: row for row in comparison.candidates}


def test_a_trait_score_is_the_mean_over_raters_of_their_own_means():
    row = one([*card(1, ANN, 5, 4, 3, 3, 4), *card(1, BOB, 2, None, None, 4, 3)])
    score = row.traits["T01"]
    assert score.by_rater == {ANN: 4, BOB: 2}
    assert (score.mean, score.lowest, score.highest) == (3, 2, 4)
    assert score.spread == pytest.approx(math.sqrt(2))
    assert (score.raters, score.expected, score.has_fewer_raters) == (2, 2, False)
    assert row.composite == row.score == (3 + 3.5) / 2
    assert row.why_not is None
    assert row.adjusted is None


def test_weights_count_and_need_not_sum_to_1():
    traits = (Trait("T01", "Patience", 3), Trait("T02", "Clear words", 1), TRAITS[2])
    assert rules.shares(traits) == {"T01": 0.75, "T02": 0.25}
    assert one(card(1, ANN, 2, 2, 2, 4, 1), (ANN,), traits).composite == 2.5


@pytest.mark.parametrize(
    "wrong",
    [
        Trait("T03", "x", 0),
        Trait("T03", "x", -1),
        Trait("T03", "x", math.nan),
        Trait("T03", "x", math.inf),
        Trait("CIV", "Civility", 1),
        Trait("T01", "again", 1),
    ],
)
def test_weights_that_cannot_be(wrong):
    with pytest.raises(ValueError, match=r"weight|twice"):
        rules.shares([Trait("T01", "Patience", 1), wrong])


@pytest.mark.parametrize(
    "wrong",
    [
        rated(2, ANN, 1, 3),
        rated(1, CEM, 1, 3),
        rated(1, ANN, 9, 3),
        rated(1, ANN, 2, 0),
        rated(1, ANN, 2, 6),
        rated(1, ANN, 2, 3, warnings=4),
        rated(1, ANN, 2, 3, warnings=-1),
        rated(1, ANN, 1, 4),
    ],
)
def test_ratings_that_cannot_be(wrong):
    with pytest.raises(ValueError, match="not a rating to count"):
        one([rated(1, ANN, 1, 3), wrong])


def test_an_item_of_an_unknown_trait():
    with pytest.raises(ValueError, match="T02"):
        compare((TRAITS[0], TRAITS[2]), ITEMS, {}, [])


def test_fewer_raters_are_used_and_marked():
    row = one([*card(1, ANN, 4, 4, 4, 4, 4), *card(1, BOB, 2, 2, 2, None, 4)])
    score = row.traits["T02"]
    assert (score.mean, score.spread, score.raters, score.expected) == (4, None, 1, 2)
    assert score.has_fewer_raters
    assert row.has_fewer_raters
    assert row.composite == 3.5


def test_a_trait_nobody_rated_leaves_no_composite():
    comparison = compare(
        TRAITS,
        ITEMS,
        {1: (ANN, BOB), 2: (ANN, BOB), 3: ()},
        [
            *card(1, ANN, None, None, None, 4, 4),
            *card(1, BOB, None, None, None, 4, 4),
            *card(2, ANN, 1, 1, 1, 1, 1),
            *card(2, BOB, 1, 1, 1, 1, 1),
        ],
    )
    rows = by_candidate(comparison)
    assert [row.candidate for row in comparison.candidates] == [2, 1, 3]
    assert rows[1].traits["T01"] is None
    assert (rows[1].composite, rows[1].line, rows[1].bar, rows[1].others) == (None, None, None, ())
    assert rows[1].why_not == "No composite: nobody rated Patience."
    assert rows[3].why_not == "No composite: no scorecard counts yet."
    assert comparison.groups == ((2,),)
    assert told_apart(comparison, 1, 2) is None


def test_the_reason_names_all_traits_that_are_missing():
    traits = (*TRAITS[:2], Trait("T03", "Listening", 1), TRAITS[2])
    assert one([], traits=traits).why_not == (
        "No composite: nobody rated Patience, Clear words and Listening."
    )


def test_missing_civility_is_shown_and_does_not_remove_the_composite():
    row = one(card(1, ANN, 3, 3, 3, 5, None), (ANN,))
    assert row.traits["CIV"] is None
    assert row.civility is None
    assert row.composite == 4


def test_civility_has_its_own_interval_and_no_weight():
    comparison = compare(TRAITS, ITEMS, {1: (ANN,)}, card(1, ANN, 3, 3, 3, 3, 5))
    row = comparison.candidates[0]
    assert row.composite == 3
    assert row.civility is not None
    assert row.civility.centre == 5
    assert row.civility.half == pytest.approx(1.959964 * 0.449, abs=1e-3)
    assert comparison.civility.kind is Kind.PLANNING


def test_a_guide_of_civility_alone_has_no_composite():
    row = compare(TRAITS[2:], ITEMS[4:], {1: (ANN,)}, [rated(1, ANN, 5, 4)]).candidates[0]
    assert row.why_not == "No composite: this guide has only civility, which carries no weight."
    assert row.civility is not None
    assert row.civility.centre == 4


def test_nobody_to_compare():
    comparison = compare(TRAITS, ITEMS, {}, [])
    assert (comparison.candidates, comparison.groups, comparison.notices) == ((), (), ())


def test_a_low_level_on_civility_is_a_flag():
    row = one([*card(1, ANN, 3, 3, 3, 3, 1), *card(1, BOB, 1, 1, 1, 1, 2)])
    assert [(f.kind, f.trait, f.items, f.raters, f.level, f.warning) for f in row.flags] == [
        (FlagKind.LOW_CIVILITY, "CIV", (5,), (ANN,), 1, None),
        (FlagKind.LOW_CIVILITY, "CIV", (5,), (BOB,), 2, None),
    ]
    assert one(card(1, ANN, 1, 1, 1, 1, 3)).flags == ()


def test_any_warning_on_civility_is_a_flag_even_without_a_level():
    row = one([rated(1, ANN, 5, None, 0b10), rated(1, BOB, 5, 2, 0b10)])
    assert [(f.kind, f.raters, f.level, f.warning) for f in row.flags] == [
        (FlagKind.LOW_CIVILITY, (BOB,), 2, None),
        (FlagKind.CIVILITY_WARNING, (ANN, BOB), None, "Talks over people"),
    ]
    assert row.other_warnings == {}


def test_a_warning_two_interviewers_ticked_is_a_flag():
    # On two items that share the trait's list; Ann's second tick is hers still.
    row = one([rated(1, ANN, 1, 3, 0b11), rated(1, BOB, 2, 3, 0b01), rated(1, ANN, 4, 3, 1)])
    (flag,) = row.flags
    assert (flag.kind, flag.trait, flag.warning) == (
        FlagKind.SHARED_WARNING,
        "T01",
        "Raises the voice",
    )
    assert flag.seen == ((ANN, 1), (BOB, 2))
    assert (flag.items, flag.raters) == ((1, 2), (ANN, BOB))
    assert row.other_warnings == {"T01": 1, "T02": 1}


def test_a_warning_one_interviewer_ticked_twice_is_no_flag():
    row = one([rated(1, ANN, 1, 3, 1), rated(1, ANN, 2, 3, 1)])
    assert row.flags == ()
    assert row.other_warnings == {"T01": 2}


def test_the_same_words_in_an_items_own_list_are_another_warning():
    row = one([rated(1, ANN, 1, 3, 1), rated(1, BOB, 3, 3, 1)])
    assert row.flags == ()
    both = one([rated(1, ANN, 3, 3, 1), rated(1, BOB, 3, 3, 1)])
    assert [flag.items for flag in both.flags] == [(3,)]


@pytest.mark.parametrize(
    ("number", "text"),
    [(3, "3.00"), (3.125, "3.13"), (2.675, "2.68"), (11 / 3, "3.67"), (-0.001, "0.00")],
)
def test_numbers_are_shown_with_two_decimals(number, text):
    assert rules.shown(number) == text


# Brennan's set 3 (see test_precision): a score of x out of 9 is x fives and 9 - x ones on nine
# items, so that the comparison sees 1 + 4x/9 and every number is 4/9 of the worked one.
SET_3 = (
    ("2675", "2555"),
    ("4567", "6757"),
    ("5546", "5455"),
    ("5986", "5776"),
    ("4356", "4564"),
    ("4447", "6478"),
    ("2665", "2775"),
    ("3445", "6664"),
    ("0545", "5553"),
    ("6876", "6886"),
)
SET_3_TRAITS = tuple(Trait(f"T{t:02d}", f"Trait {t}", 1) for t in range(4))
SET_3_ITEMS = tuple(Item(9 * t + i, f"T{t:02d}", "", "", ()) for t in range(4) for i in range(9))


def set_3():
    return [
        rated(candidate, rater, 9 * t + i, 5 if i < int(x) else 1)
        for candidate, cards in enumerate(SET_3, 1)
        for rater, digits in zip((ANN, BOB), cards, strict=True)
        for t, x in enumerate(digits)
        for i in range(9)
    ]


def test_set_3_from_ratings_to_pairs():
    panels = dict.fromkeys(range(1, 11), (ANN, BOB))
    comparison = compare(SET_3_TRAITS, SET_3_ITEMS, panels, set_3())
    rows = by_candidate(comparison)
    worked = [4.625, 5.875, 4.875, 6.625, 4.625, 5.5, 5, 4.75, 4, 6.875]
    for candidate, composite in enumerate(worked, 1):
        assert rows[candidate].composite == pytest.approx(1 + composite * 4 / 9)
        assert rows[candidate].line.half == pytest.approx(2.262157 * 0.4091 * 4 / 9, abs=1e-4)
        assert rows[candidate].bar.half == pytest.approx(1.309 / 2 * 4 / 9, abs=2e-4)
    assert [row.candidate for row in comparison.candidates] == [10, 4, 2, 6, 7, 3, 8, 1, 5, 9]
    assert comparison.precision.kind is Kind.ESTIMATED
    pairs = [told_apart(comparison, a, b) for a, b in combinations(panels, 2)]
    assert pairs.count(True) == 15
    assert pairs.count(None) == 0
    assert rows[10].others == (4, 2)
    assert 6 in rows[2].others
    assert 6 not in rows[10].others  # not transitive
    assert comparison.not_transitive == comparing.NOT_TRANSITIVE
    assert comparison.scoring_version == "1"
    assert told_apart(comparison, 1, 1) is False


def test_someone_unfinished_does_not_make_a_hole():
    panels = dict.fromkeys(range(1, 11), (ANN, BOB)) | {11: (ANN,)}
    ratings = [*set_3(), rated(11, ANN, 0, 5)]
    comparison = compare(SET_3_TRAITS, SET_3_ITEMS, panels, ratings)
    assert comparison.precision.kind is Kind.ESTIMATED
    assert comparison.candidates[-1].composite is None
    assert comparison.notices == ()


def test_a_trait_one_rater_missed_widens_the_interval():
    ratings = [r for r in set_3() if (r.candidate, r.rater, r.item // 9) != (10, BOB, 3)]
    panels = dict.fromkeys(range(1, 11), (ANN, BOB))
    comparison = compare(SET_3_TRAITS, SET_3_ITEMS, panels, ratings)
    rows = by_candidate(comparison)
    assert comparison.precision.kind is Kind.HOLES
    assert rows[10].traits["T03"].has_fewer_raters
    assert rows[10].line.half > rows[4].line.half
    assert rows[10].adjusted is None
    assert comparison.notices == ()


def test_different_panels_are_compared_on_adjusted_scores():
    # Cem is a level stricter than Ann and Bob; 3 met him and is as good as 1.
    panels = {1: (ANN, BOB), 2: (ANN, CEM), 3: (BOB, CEM)}
    ratings = [
        *(r for rater in (ANN, BOB) for r in card(1, rater, 4, 4, 4, 4, 4)),
        *card(2, ANN, 3, 3, 3, 3, 3),
        *card(2, CEM, 2, 2, 2, 2, 2),
        *card(3, BOB, 4, 4, 4, 4, 4),
        *card(3, CEM, 3, 3, 3, 3, 3),
    ]
    comparison = compare(TRAITS, ITEMS, panels, ratings)
    rows = by_candidate(comparison)
    assert comparison.notices == (comparing.ADJUSTED,)
    assert comparison.groups == ((1, 3, 2),)
    assert (rows[1].composite, rows[3].composite) == (4, 3.5)
    assert rows[1].adjusted == pytest.approx(rows[3].adjusted)
    assert rows[2].adjusted == pytest.approx(rows[1].adjusted - 1)
    assert rows[2].score == rows[2].line.centre == rows[2].bar.centre == rows[2].adjusted
    assert rows[1].others == (3,)
    assert told_apart(comparison, 1, 2) is True


def test_panels_that_nobody_links_are_not_compared():
    panels = {1: (ANN,), 2: (BOB,), 3: (ANN,), 4: (BOB, CEM)}
    ratings = [
        rated
        for c, level in {1: 2, 2: 5, 3: 5, 4: 1}.items()
        for r in panels[c]
        for rated in card(c, r, *[level] * 5)
    ]
    comparison = compare(TRAITS, ITEMS, panels, ratings)
    rows = by_candidate(comparison)
    assert comparison.groups == ((3, 1), (2, 4))
    assert comparison.notices == (comparing.ADJUSTED, comparing.REFUSED)
    assert told_apart(comparison, 1, 2) is None
    assert told_apart(comparison, 1, 3) is True
    assert rows[1].adjusted is None
    assert rows[4].adjusted == 1
    assert [row.candidate for row in comparison.candidates] == [3, 1, 2, 4]


def test_equal_scores_keep_the_order_given():
    panels = dict.fromkeys((7, 3, 5), (ANN,))
    ratings = [r for c in (3, 5, 7) for r in card(c, ANN, 3, 3, 3, 3, 3)]
    comparison = compare(TRAITS, ITEMS, panels, ratings)
    assert [row.candidate for row in comparison.candidates] == [7, 3, 5]
    assert comparison.candidates[0].others == (3, 5)


def test_past_candidates_set_the_planned_width():
    ratings = card(1, ANN, 3, 3, 3, 3, 3)
    row = compare(TRAITS, ITEMS, {1: (ANN,)}, ratings, past_sd=0.3).candidates[0]
    assert row.line is not None
    assert row.line.half == pytest.approx(1.959964 * 0.449 / 2, abs=1e-3)


def are_near(first, second):
    return (first.centre, first.half) == pytest.approx((second.centre, second.half), abs=1e-6)


# No deadline: the first example to need them loads numpy and scipy.
quick = settings(deadline=None, max_examples=50)
levels = st.one_of(st.none(), st.integers(1, 5))


@st.composite
def rounds(draw, level=levels):
    """A panel of one to three for two to ten candidates, with or without holes."""
    raters = (ANN, BOB, CEM)[: draw(st.integers(1, 3))]
    panels = dict.fromkeys(range(1, draw(st.integers(2, 10)) + 1), raters)
    ratings = [
        rated(c, r, item.id, draw(level), draw(st.integers(0, 2 ** len(item.warnings) - 1)))
        for c in panels
        for r in raters
        for item in ITEMS
    ]
    return panels, ratings


@quick
@given(rounds(), st.randoms(use_true_random=False))
def test_neither_the_order_of_candidates_nor_of_raters_nor_of_ratings_matters(whole, random):
    panels, ratings = whole
    straight = compare(TRAITS, ITEMS, panels, ratings)
    mixed_panels = {
        c: tuple(random.sample(panels[c], len(panels[c])))
        for c in random.sample(list(panels), len(panels))
    }
    mixed = compare(TRAITS, ITEMS, mixed_panels, random.sample(ratings, len(ratings)))
    assert {frozenset(group) for group in straight.groups} == {
        frozenset(group) for group in mixed.groups
    }
    assert straight.precision.kind is mixed.precision.kind
    rows = by_candidate(mixed)
    for row in straight.candidates:
        other = rows[row.candidate]
        assert other.traits == row.traits
        assert other.composite == row.composite
        assert other.other_warnings == row.other_warnings
        assert {(f.kind, f.warning, f.level, frozenset(f.seen)) for f in other.flags} == {
            (f.kind, f.warning, f.level, frozenset(f.seen)) for f in row.flags
        }
        if row.score is not None:
            assert other.score == pytest.approx(row.score)
            assert are_near(other.line, row.line)
            assert are_near(other.bar, row.bar)


@quick
@given(rounds(level=st.integers(1, 5)))
def test_bars_of_a_common_panel_overlap_when_and_only_when_two_cannot_be_told_apart(whole):
    panels, ratings = whole
    comparison = compare(TRAITS, ITEMS, panels, ratings)
    rows = by_candidate(comparison)
    for a, b in combinations(panels, 2):
        first, second = rows[a].bar, rows[b].bar
        overlap = first.low < second.high and second.low < first.high
        same = abs(first.centre - second.centre) < 1e-9  # apart by rounding at most
        assert told_apart(comparison, a, b) is not (overlap or same)
        assert told_apart(comparison, a, b) == told_apart(comparison, b, a)
        assert (b in rows[a].others) == (a in rows[b].others)


@quick
@given(rounds())
def test_composites_stay_on_the_scale_and_need_every_trait(whole):
    for row in compare(TRAITS, ITEMS, *whole).candidates:
        missing = [key for key in ("T01", "T02") if row.traits[key] is None]
        assert (row.composite is None) == bool(missing) == (row.why_not is not None)
        assert row.composite is None or 1 <= row.composite <= 5
        assert row.composite is not None or row.others == ()
