"""What judges' sheets say of the indicators, against numbers worked by hand."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hiring.library import agreement
from hiring.library.agreement import Figures, Placed
from hiring.library.judging import Sort
from hiring.library.retranslation import MACHINE, Indicator
from hiring.library.rules import ALL_KEYS
from tests.library.kits import KIT, LIBRARY, judge, right

SORTS = st.lists(st.builds(Sort, st.sampled_from(ALL_KEYS), st.integers(1, 5)), min_size=2)


def indicator(trait: str = "T03", level: int = 5, source: str | None = None) -> Indicator:
    return Indicator("R001", "Did it.", source or trait, trait, level, ("T04", "T10"), "f.md:9")


def placed(traits: str, levels: str, one: Indicator | None = None) -> Placed:
    """From `T03 T03 T10` and `5 5 4`."""
    pairs = zip(traits.split(), levels.split(), strict=True)
    return Placed(one or indicator(), tuple(Sort(trait, int(level)) for trait, level in pairs))


def times(**counts: int) -> str:
    return " ".join(key for key, count in counts.items() for _ in range(count))


@pytest.mark.parametrize(
    ("traits", "levels", "share", "mean", "sd", "verdict"),
    [
        # Four of five is 80%; deviations .6 .6 -.4 -.4 -.4: squares 1.2, over four .3
        (times(T03=4, T10=1), "5 5 4 4 4", "80%", 4.4, "0.55", "keep"),
        (times(T03=3, T10=1), "5 5 5 5", "75%", 5, "0.00", "drop"),
        (times(T03=4), "4 4 3 3", "100%", 3.5, "0.58", "keep"),
        (times(T03=4), "5 4 4 3", "100%", 4, "0.82", "drop"),  # 2/3
        (times(T03=4), "5 5 4 3", "100%", 4.25, "0.96", "drop"),  # 2.75/3
        # Sixteen judges: squares about 3 sum to 9, minus 9/16, over fifteen: 9/16, its root .75
        (times(T03=16), "4 4 4 4 4 4 2 2 2 3 3 3 3 3 3 3", "100%", 3.1875, "0.75", "keep"),
        # One more 4 for a 3: 10 minus 16/16, over fifteen: .6, its root .7746
        (times(T03=16), "4 4 4 4 4 4 4 2 2 2 3 3 3 3 3 3", "100%", 3.25, "0.78", "drop"),
        # Eleven: 6 minus 4/11, over ten: 62/110, its root .7508, which must not look like .75
        (times(T03=11), "4 4 4 4 2 2 3 3 3 3 3", "100%", 35 / 11, "0.76", "drop"),
        (times(T10=4), "5 5 5 5", "100%", 5, "0.00", "move"),
        (times(T07=4), "5 5 5 5", "100%", 5, "0.00", "move"),
        (times(T10=4), "5 1 5 1", "100%", 3, "2.31", "drop"),
    ],
)
def test_keep_and_drop_by_hand(traits, levels, share, mean, sd, verdict):
    one = placed(traits, levels)
    assert agreement._share(*one.agreement.as_integer_ratio()) == share
    assert float(one.mean) == pytest.approx(mean)
    assert agreement._rounded_up(one.variance) == sd
    assert one.verdict == verdict


@given(SORTS)
def test_agreement_and_spread_as_others_compute_them(sorts):
    one = Placed(indicator(), tuple(sorts))
    levels = [sort.level for sort in sorts]
    assert float(one.mean) == pytest.approx(np.mean(levels))
    assert float(one.variance) == pytest.approx(np.var(levels, ddof=1))
    traits = [sort.trait for sort in sorts]
    assert one.agreement == Fraction(max(map(traits.count, traits)), len(traits))


@given(SORTS, st.randoms())
def test_the_order_of_judges_is_nothing(sorts, random):
    shuffled = random.sample(sorts, len(sorts))
    one, other = (Placed(indicator(), tuple(given)) for given in (sorts, shuffled))
    assert (one.modal, one.verdict, one.mean) == (other.modal, other.verdict, other.mean)
    assert one.is_home >= one.is_own


@pytest.mark.parametrize(
    ("traits", "modal", "is_own", "is_home"),
    [
        ("T03 T03 T10 T07", ("T03",), True, True),
        ("T10 T10 T03 T07", ("T10",), False, True),
        ("T07 T07 T03 T10", ("T07",), False, False),
        ("T03 T03 T10 T10", ("T03", "T10"), False, True),
        ("T03 T03 T07 T07", ("T03", "T07"), False, False),
    ],
)
def test_home_is_the_own_trait_or_a_neighbour_and_a_tie_helps_nobody(
    traits, modal, is_own, is_home
):
    one = placed(traits, "5 5 5 5")
    assert (one.modal, one.is_own, one.is_home) == (modal, is_own, is_home)


def test_pairs_are_of_one_trait_and_two_levels_and_a_tie_is_wrong():
    four = times(T03=4)
    rows = [
        placed(four, "5 5 4 4", indicator(level=5)),  # 4.5
        placed(four, "4 3 3 3", indicator(level=3)),  # 3.25
        placed(four, "4 3 3 3", indicator(level=1)),  # 3.25, no lower than the 3
        placed(four, "5 5 5 5", indicator(level=3, source="P02")),  # above the 5
        placed(four, "1 1 1 1", indicator("T07", 5)),  # alone in its trait
    ]
    # 5>3 yes, 5>1 yes, 5>P no, 3>1 no (tie), P>1 yes; 3 and P are of one level
    assert Figures(rows).pairs == (3, 5)
    assert Figures(rows[4:]).pairs == (0, 0)


@given(st.sampled_from([MACHINE, "HR"]))
def test_judges_who_find_all_keep_all(who):
    sheets = [judge(name, right, who) for name in "ABCD"]
    figures = Figures(agreement.place(sheets))
    assert {one.verdict for one in figures.placed} == {"keep"}
    assert figures.own == figures.home == len(KIT.indicators)
    assert figures.pairs[0] == figures.pairs[1] > 0


# --- in words ---


def test_the_report_by_hand():
    def hesitant(one):
        """Takes T03 for its neighbour, P01 for what it is linked to, and T04 for a stranger."""
        return {"T03": "T10", "P01": "T10", "T04": "T10"}.get(one.source, one.trait), one.level

    sheets = [*(judge(name, hesitant) for name in "ABCD"), judge("E", right, "has the job")]
    lines = list(agreement.report(sheets, LIBRARY))
    of_probes = sum(one.source == "P01" for one in KIT.indicators)
    whole = len(KIT.indicators)
    assert lines[0] == f"Library {KIT.state}, seed 15: {whole} indicators, 5 judges."
    assert lines[1] == (
        "Judges: 1 has the job, 4 HR.\nRetranslation by people: it tells whether the sentences "
        "are read alike. It is no evidence of validity."
    )
    assert lines[3].startswith("  A, HR: own trait ")
    assert "  E, has the job: own trait 100%, own or neighbour 100% (E.csv)" in lines
    assert (
        "  of the traits: 24 indicators, own trait 50%, own or neighbour 75%, ordered rightly "
        "100% of 48 pairs" in lines
    )
    assert "    12 to keep, 12 to move, 0 to drop" in lines
    assert f"    {whole - 12 - of_probes} to keep, {12 + of_probes} to move, 0 to drop" in lines
    assert "  aimed at: own or neighbour 90%, ordered rightly 95%" in lines
    (t04,) = (n for n, line in enumerate(lines) if line.startswith("  T04 Name of T04: 6 indi"))
    assert lines[t04 + 1] == "    T10 24, T04 6"
    (t03,) = (n for n, line in enumerate(lines) if line.startswith("  T03 Name of T03: "))
    assert lines[t03 + 1].startswith("    T10* 24, T03 ")
    moved = next(line for line in lines if "T04-folder/trait.md:20: " in line)
    assert " T04 level 5: move. T10 80%, mean 5.00, SD 0.00. " in moved


def test_every_report_says_who_judged_and_claims_no_more():
    people = [judge(name, right) for name in "ABC"]
    machines = [judge(name, right, MACHINE) for name in "DEFG"]
    assert agreement.claim(machines) == (
        "Judges: 4 language model.\nMachine retranslation, a screening: it finds sentences to "
        "mend, no more. It is no evidence of validity."
    )
    mixed = agreement.claim([*people, *machines])
    assert mixed.startswith("Judges: 3 HR, 4 language model.\nIn part machine retranslation")
    assert "machine" not in agreement.claim(people).lower()
    for sheets in (people, machines, [*people, *machines]):
        assert agreement.claim(sheets).endswith("It is no evidence of validity.")


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (1, "The sheet is sound, but one judge is too few: at least 4 have to sort"),
        (3, "The sheets are sound, but 3 judges are too few: at least 4 have to sort"),
        (4, ""),
    ],
)
def test_fewer_than_four_are_too_few(number, sentence):
    sheets = [judge(name, right) for name in "ABCD"[:number]]
    assert agreement.too_few(sheets).startswith(sentence)
    assert bool(agreement.too_few(sheets)) == bool(sentence)


@given(st.integers(0, 400), st.integers(1, 400))
def test_a_share_never_looks_better_than_it_is(part, extra):
    shown = Fraction(agreement._share(part, part + extra).removesuffix("%"))
    exact = Fraction(100 * part, part + extra)
    assert exact - Fraction(1, 10) < shown <= exact


@given(st.fractions(0, 4, max_denominator=400))
def test_nor_does_a_spread(variance):
    shown = Fraction(agreement._rounded_up(variance))
    assert shown**2 >= variance
    assert shown == 0 or (shown - Fraction(1, 100)) ** 2 < variance


def test_a_judge_alone_is_measured_by_what_they_sorted():
    careless = judge("B", lambda _: ("T04", 3))
    (line,) = [agreement._judge(careless)]
    own = sum(one.trait == "T04" for one in KIT.indicators)
    home = sum("T04" in (one.trait, *one.neighbours) for one in KIT.indicators)
    assert f"own trait {1000 * own // len(KIT.indicators) / 10:g}%" in line
    assert f"own or neighbour {1000 * home // len(KIT.indicators) / 10:g}%" in line
