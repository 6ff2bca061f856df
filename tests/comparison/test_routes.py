"""The comparison's page and decisions: the rules' numbers in table, picture and words."""

import html
import random
import re
from itertools import combinations
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from hiring.comparison import picture, rules
from hiring.comparison.compare import compare
from hiring.comparison.models import Decision, Outcome
from hiring.comparison.rules import Item, Rated, Trait, shown
from hiring.debrief.models import Revision
from hiring.debrief.rules import Cause
from hiring.people.rules import Role
from hiring.scorecards.rules import mask
from tests import factories
from tests.pages import chosen, main_of, text_of, typed, words

REASON = "Both answers met the 4, on both traits that matter here."


@pytest.fixture
def here(rows, client):
    """A published guide with weights, three interviewers, and a recruiter, who is signed in."""
    with rows() as session:
        recruiter = factories.person(session, Role.RECRUITER, name="Rita Recruiter")
        raters = [factories.person(session, name=name) for name in ("Ann Lee", "Bob Roy", "Cem Oz")]
        guide = factories.guide(session, recruiter, ("T03", "T08", "T10", "CIV"), published=False)
        guide.weigh({"T03": 2.0}, "Listening matters most here.")
        guide.publish(recruiter.id, factories.NOW)
        session.commit()
    client.sign_in(recruiter)
    return SimpleNamespace(
        recruiter=recruiter,
        raters=raters,
        guide=guide,
        traits=[Trait(t.key, t.name, t.weight) for t in guide.traits],
        items=[Item(i.id, i.trait_key, i.title, i.key, i.warnings) for i in guide.items],
        page=f"/guides/{guide.id}/comparison",
        of={key: [i for i in guide.items if i.trait_key == key] for key in ("T03", "T08", "CIV")},
    )


def play(session, here, name, levels, *, submitted=3, **more):
    """An interview: `levels(rater, item)` by each rater, the first few of whom submit.

    More: `raters`, if not the usual ones, and `warnings` as (rater, item, which).
    """
    guide = session.merge(here.guide)
    panel = [session.merge(rater) for rater in more.get("raters", here.raters)]
    made = factories.interview(
        session, guide, panel, factories.candidate(session, guide.opening, name=name)
    )
    for number, card in enumerate(made.cards):
        for item in here.guide.items:
            here_too = (number, item.id)
            ticked = {bit for *at, bit in more.get("warnings", ()) if tuple(at) == here_too}
            level = levels(number, item)
            factories.rate(session, card, item.id, level, warnings=mask(ticked))
        if number < submitted:
            card.submit(factories.NOW)
    session.flush()
    return made


def rated_by(interviews, levels):
    """The same ratings as the rules take them."""
    return [
        Rated(made.candidate_id, card.person_id, item.id, levels[made.id](number, item), 0)
        for made in interviews
        for number, card in enumerate(made.cards)
        for item in made.guide.items
    ]


def table_of(page):
    """The table's rows by candidate, each a list of the cells' words."""
    table = page.text.split('<table class="table comparison">')[1].split("</table>")[0]
    found = [
        [words(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)]
        for row in re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)
    ]
    return found[0], {row[0]: row[1:] for row in found[1:]}


def plot_of(page):
    return page.text.split('<svg class="dotplot"')[1].split("</svg>")[0]


@pytest.fixture
def played(here, rows):
    """Eight candidates with a full panel and levels of every kind, the same in every run."""
    dice = random.Random(15)
    with rows() as session:
        interviews, levels = [], {}
        for number in range(8):
            base = 1.2 + 0.4 * number
            given = {
                (rater, item.id): min(5, max(1, round(dice.gauss(base, 0.7))))
                for rater in range(3)
                for item in here.guide.items
            }
            name = f"Candidate {'HGFEDCBA'[number]}"
            made = play(session, here, name, lambda rater, item, given=given: given[rater, item.id])
            levels[made.id] = lambda rater, item, given=given: given[rater, item.id]
            interviews.append(made)
        session.commit()
    by_name = sorted(interviews, key=lambda made: made.candidate.name)
    counted = {made.candidate_id: [card.person_id for card in made.cards] for made in by_name}
    expected = compare(here.traits, here.items, counted, rated_by(interviews, levels))
    names = {made.candidate_id: made.candidate.name for made in interviews}
    return SimpleNamespace(interviews=interviews, expected=expected, names=names)


# --- the table ---


def test_the_table_says_what_the_rules_say(here, client, played):
    page = client.get(here.page)
    heads, table = table_of(page)
    assert heads[:2] == ["Candidate", "Composite"]
    assert heads[2] == f"{here.traits[0].name} weight 2"
    assert heads[3] == f"{here.traits[1].name} weight 1"
    assert heads[5] == "Civility no weight"
    expected, names = played.expected, played.names
    assert list(table) == [names[row.candidate] for row in expected.candidates]
    for row in expected.candidates:
        lead, *cells = table[names[row.candidate]]
        assert lead.startswith(f"{shown(row.composite)} 95% {picture.ends(row.line)}")
        others = ", ".join(names[other] for other in row.others)
        assert lead.endswith(f"too close to tell from {others}" if others else "")
        assert ("too close" in lead) is bool(others)
        for trait, cell in zip(here.traits, cells, strict=False):
            score = row.traits[trait.key]
            said = (
                f"{shown(score.mean)} {shown(score.lowest)}–{shown(score.highest)} "
                f"SD {shown(score.spread)} 3 of 3 raters"
            )
            if trait.key == "CIV":
                said += f" 95% {picture.ends(row.civility)}"
            assert cell == said
    assert expected.precision.sentence in text_of(page)
    assert expected.precision.leaves_out in text_of(page)
    assert expected.not_transitive in text_of(page)


def test_a_number_worked_out_by_hand(here, client, rows):
    """T03: 4 and 2 by Ann, 3 by Bob; T08 and T10: 3; weights 2, 1, 1; civility has none."""
    first = here.of["T03"][0].id

    def levels(rater, item):
        if item.trait_key == "CIV":
            return 5
        return 5 if (rater, item.id) == (0, first) else 3

    with rows() as session:
        play(session, here, "Dee Fox", levels, raters=here.raters[:2])
        session.commit()
    _, table = table_of(client.get(here.page))
    items = len(here.of["T03"])
    ann = (5 + 3 * (items - 1)) / items
    trait = (ann + 3) / 2
    assert table["Dee Fox"][1].startswith(f"{trait:.2f} 3.00–{ann:.2f}")
    assert table["Dee Fox"][0].startswith(f"{(2 * trait + 3 + 3) / 4:.2f} ")


def test_each_number_leads_to_the_notes_behind_it(here, client, rows):
    with rows() as session:
        made = play(session, here, "Dee Fox", lambda _rater, _item: 3)
        session.commit()
    page = client.get(here.page)
    links = re.findall(r'<a href="(/interviews/[^"#]*)#(item-\d+)">3.00</a>', page.text)
    assert len(links) == len(here.traits)
    target = client.get(links[0][0])
    assert target.request.path == f"/interviews/{made.id}/panel"
    for trait, (_, anchor) in zip(here.traits, links, strict=True):
        item = next(item for item in here.guide.items if f"item-{item.id}" == anchor)
        assert item.trait_key == trait.key
        assert f'id="{anchor}"' in target.text
    assert "Said what they did." in target.text


def test_what_is_missing_is_shown_as_missing_with_the_reason_and_without_a_composite(
    here, client, rows
):
    t08 = {item.id for item in here.of["T08"]}
    with rows() as session:
        play(session, here, "Dee Fox", lambda _rater, item: None if item.id in t08 else 4)
        play(
            session,
            here,
            "Eve Ito",
            lambda rater, item: None if item.id in t08 and rater == 0 else 4,
        )
        play(session, here, "Fay Kim", lambda _, item: None if item.trait_key == "CIV" else 2)
        session.commit()
    page = client.get(here.page)
    _, table = table_of(page)
    name = here.traits[1].name
    assert table["Dee Fox"][0] == f"– No composite: nobody rated {name}."
    assert table["Dee Fox"][2] == "– nobody rated it"
    assert table["Dee Fox"][1].startswith("4.00")
    assert list(table)[-1] == "Dee Fox"
    assert table["Eve Ito"][2].endswith("2 of 3 raters")
    assert table["Eve Ito"][0].startswith("4.00 95%")
    # Without civility there is a composite all the same.
    assert table["Fay Kim"][4] == "– nobody rated it"
    assert table["Fay Kim"][0].startswith("2.00 95%")
    assert "Dee Fox" not in plot_of(page)
    assert "Eve Ito" in plot_of(page)


def test_flags_name_who_saw_what_and_other_warnings_are_counted(here, client, rows):
    civ, t03 = here.of["CIV"][0], here.of["T03"][0]

    def levels(rater, item):
        return 2 if (rater, item.id) == (1, civ.id) else 3

    with rows() as session:
        ticks = [(0, civ.id, 0), (0, t03.id, 0), (2, t03.id, 0), (1, t03.id, 1)]
        flagged = play(session, here, "Dee Fox", levels, warnings=ticks)
        play(session, here, "Eve Ito", lambda _rater, _item: 3)
        session.commit()
    page = client.get(here.page)
    _, table = table_of(page)
    assert table["Dee Fox"][5] == "3 flags 1 trait with warnings"
    assert table["Eve Ito"][5] == "none"
    assert f'<a href="#flags-{flagged.candidate_id}">' in page.text
    about = re.search(r'<dt id="flags-\d+"[^>]*>Dee Fox</dt>(.*?)</dd>', page.text, re.DOTALL)[1]
    names = {trait.key: trait.name for trait in here.traits}
    said = [words(one) for one in re.findall(r"<li.*?</li>", about, re.DOTALL)]
    civil, own = (" ".join(text.split()) for text in (civ.warnings[0], t03.warnings[0]))
    assert said == [
        "Flag Civility: level 2 (Bob Roy)",
        f"Flag Civility, warning: {civil} (Ann Lee)",
        f"Flag {names['T03']}, warning: {own} (Ann Lee and Cem Oz)",
        f"{names['T03']}: 1 warning ticked",
    ]
    assert page.text.count('<dt id="flags-') == 1


# --- the picture ---


def level_at(x):
    return 1 + (float(x) - picture.LEFT) / picture.WIDTH * 4


def test_picture_legend_and_table_say_the_same(here, client, played):
    page = client.get(here.page)
    plot = plot_of(page)
    desc = html.unescape(re.search(r"<desc[^>]*>(.*?)</desc>", plot)[1])
    said = re.findall(
        r"([\w ]+?): ([\d.]+), bar ([\d.]+) to ([\d.]+), 95% interval ([\d.]+) to ([\d.]+)\.", desc
    )
    names = re.findall(r'<text x="180"[^>]*>(.*?)</text>', plot)
    scores = re.findall(rf'<text x="{picture.LEFT + picture.WIDTH + 46}"[^>]*>(.*?)</text>', plot)
    lines = re.findall(r'<line class="whole" x1="([\d.]+)" x2="([\d.]+)"', plot)
    bars = re.findall(r'<rect class="bar" x="([\d.]+)" y="[\d.]+" width="([\d.]+)"', plot)
    dots = re.findall(r'<circle class="dot" cx="([\d.]+)"', plot)
    _, table = table_of(page)
    assert len(said) == len(played.interviews)
    assert [one[0].strip() for one in said] == names == list(table)
    drawn = zip(said, scores, lines, bars, dots, strict=True)
    for (name, score, *ends), written, line, bar, dot in drawn:
        low, high, first, last = map(float, ends)
        assert score == written
        assert table[name.strip()][0].startswith(f"{score} 95% {ends[2]} to {ends[3]}")
        assert level_at(dot) == pytest.approx(float(score), abs=0.006)
        assert level_at(line[0]) == pytest.approx(first, abs=0.006)
        assert level_at(line[1]) == pytest.approx(last, abs=0.006)
        assert level_at(bar[0]) == pytest.approx(low, abs=0.006)
        assert level_at(float(bar[0]) + float(bar[1])) == pytest.approx(high, abs=0.006)
    key = page.text.split('<ul class="plot-key">')[1].split("</ul>")[0]
    assert [words(one) for one in re.findall(r"<li>(.*?)</li>", key, re.DOTALL)] == [
        "composite",
        "two people of the same panel can be told apart when their bars don't overlap",
        "95% interval of one composite",
    ]


def test_bars_of_one_panel_overlap_exactly_when_two_are_too_close_to_tell(here, client, played):
    page = client.get(here.page)
    desc = html.unescape(re.search(r"<desc[^>]*>(.*?)</desc>", page.text)[1])
    bars = {
        name.strip(): (float(low), float(high))
        for name, low, high in re.findall(r"([\w ]+?): [\d.]+, bar ([\d.]+) to ([\d.]+)", desc)
    }
    _, table = table_of(page)
    close = {
        name: set(cells[0].partition("too close to tell from ")[2].split(", ")) - {""}
        for name, cells in table.items()
    }
    found = set()
    for one, other in combinations(bars, 2):
        assert (one in close[other]) is (other in close[one])
        gap = max(bars[one][0], bars[other][0]) - min(bars[one][1], bars[other][1])
        found.add(one in close[other])
        if abs(gap) > 0.011:  # both ends are rounded to two decimals
            assert (gap < 0) is (one in close[other])
    assert found == {True, False}


# --- who is in it ---


def test_who_waits_is_shown_with_completeness_only(here, client, rows):
    with rows() as session:
        play(session, here, "Dee Fox", lambda _rater, _item: 3)
        play(session, here, "Eve Ito", lambda _rater, _item: 1, submitted=2)
        play(session, here, "Fay Kim", lambda _rater, _item: 5, submitted=0)
        session.commit()
    page = client.get(here.page)
    _, table = table_of(page)
    assert list(table) == ["Dee Fox"]
    assert "1 candidate whose panel is complete, 2 still waiting." in text_of(page)
    waiting = page.text.split('<h2 id="waiting">')[1].split("</section>")[0]
    assert [words(one) for one in re.findall(r"<li.*?</li>", waiting, re.DOTALL)] == [
        "Eve Ito 2 of 3 submitted",
        "Fay Kim 0 of 3 submitted",
    ]
    assert "Eve Ito" not in plot_of(page)


def test_an_interview_that_waits_for_ones_own_card_alone_says_so(here, client, rows):
    with rows() as session:
        raters = [session.merge(rater) for rater in here.raters]
        trainee = factories.person(session, Role.RECRUITER, Role.INTERVIEWER)
        guide = session.merge(here.guide)
        interview = factories.interview(session, guide, raters, trainees=[trainee])
        for card in interview.cards[:3]:
            factories.fill(session, card)
        session.commit()
    client.sign_in(trainee)
    page = client.get(here.page)
    hidden = page.text.split('<h2 id="hidden">')[1].split("</section>")[0]
    assert "It opens to you when you have submitted your own card." in words(hidden)
    assert '<h2 id="waiting">' not in page.text


def test_nothing_to_compare_yet(here, client, rows):
    page = client.get(here.page)
    assert "Nothing to compare yet" in page.text
    with rows() as session:
        play(session, here, "Eve Ito", lambda _rater, _item: 1, submitted=2)
        session.commit()
    page = client.get(here.page)
    assert "A candidate appears here when everyone on their panel has submitted." in page.text
    assert "<svg class" not in page.text
    assert "Eve Ito 2 of 3 submitted" in text_of(page)


def test_the_comparison_of_an_opening_is_that_of_its_newest_guide(here, client, rows):
    url = f"/openings/{here.guide.opening_id}/comparison"
    answer = client.get(url)
    assert answer.status_code == 409
    assert "No interview is planned for this opening yet" in text_of(answer)
    with rows() as session:
        play(session, here, "Dee Fox", lambda _rater, _item: 3)
        session.commit()
    answer = client.get(url)
    assert (answer.status_code, answer.location) == (303, here.page)
    assert client.get("/openings/9999/comparison").status_code == 404


def test_versions_of_the_guide_are_never_in_one_table(here, client, rows):
    with rows() as session:
        guide = session.merge(here.guide)
        newer = factories.guide(session, session.merge(here.recruiter), of=guide.opening, version=2)
        play(session, here, "Dee Fox", lambda _rater, _item: 3)
        eve = factories.candidate(session, guide.opening, name="Eve Ito")
        panel = [session.merge(rater) for rater in here.raters]
        for card in factories.interview(session, newer, panel, eve).cards:
            factories.fill(session, card, 4)
        session.commit()
    old, new = client.get(here.page), client.get(f"/guides/{newer.id}/comparison")
    assert list(table_of(old)[1]) == ["Dee Fox"]
    assert list(table_of(new)[1]) == ["Eve Ito"]
    assert "Eve Ito" not in old.text
    assert "Dee Fox" not in new.text
    assert f'<a href="/guides/{newer.id}/comparison">{newer.label}</a>' in old.text
    assert f'<a href="{here.page}">{here.guide.label}</a>' in new.text


def test_a_draft_has_no_comparison(here, client, rows):
    with rows() as session:
        draft = factories.guide(session, session.merge(here.recruiter), published=False)
        session.commit()
    for guide_id in (draft.id, 9_999):
        assert client.get(f"/guides/{guide_id}/comparison").status_code == 404


def test_panels_that_nobody_links_stand_in_groups_of_their_own(here, client, rows):
    with rows() as session:
        others = [factories.person(session) for _ in range(3)]
        for name, level, raters in (
            ("Dee Fox", 5, here.raters),
            ("Eve Ito", 3, here.raters),
            ("Fay Kim", 4, others),
        ):
            play(session, here, name, lambda _rater, _item, level=level: level, raters=raters)
        session.commit()
    page = client.get(here.page)
    assert "no interviewer rated people of two groups in full" in text_of(page)
    assert "Group 1: Dee Fox, Eve Ito" in text_of(page)
    assert "Group 2: Fay Kim" in text_of(page)
    assert list(table_of(page)[1]) == ["Dee Fox", "Eve Ito", "Fay Kim"]


def test_different_panels_show_adjusted_beside_unadjusted_scores(here, client, rows):
    with rows() as session:
        fourth = factories.person(session)
        play(session, here, "Dee Fox", lambda rater, _item: 5 - rater)
        play(session, here, "Eve Ito", lambda rater, _item: 4 - rater)
        panel = [*here.raters[:2], fourth]
        play(session, here, "Fay Kim", lambda _rater, _item: 4, raters=panel)
        session.commit()
    page = client.get(here.page)
    assert "Not everyone had the same panel." in text_of(page)
    _, table = table_of(page)
    assert "adjusted; unadjusted 4.00" in table["Dee Fox"][0]
    assert "adjusted; unadjusted 3.00" in table["Eve Ito"][0]


def test_recruiters_and_hr_compare_and_nobody_else(here, client, rows):
    with rows() as session:
        people = {role: factories.person(session, role) for role in Role}
        made = play(session, here, "Dee Fox", lambda _rater, _item: 3)
        session.commit()
    urls = (
        here.page,
        f"/openings/{here.guide.opening_id}/comparison",
        f"/candidates/{made.candidate_id}/decisions",
    )
    for role, person in people.items():
        client.sign_in(person)
        for url in urls:
            status = client.get(url).status_code
            assert status in ({200, 303} if role in {Role.RECRUITER, Role.HR} else {403})


# --- names ---


def test_hidden_names_are_nowhere_in_the_page_nor_where_its_numbers_lead(here, client, rows):
    civ = here.of["CIV"][0]
    with rows() as session:
        made = [
            play(session, here, "Dee Fox", lambda _rater, _item: 3),
            play(session, here, "Eve Ito", lambda _rater, _item: 1, warnings=[(0, civ.id, 0)]),
            play(session, here, "Fay Kim", lambda _rater, _item: 4, submitted=1),
            play(session, here, "Gus Orr", lambda _rater, _item: 4),
        ]
        made[3].candidate.reference = None
        session.add(_decision(made[0].candidate_id, here.recruiter))
        session.commit()
    secret = [text for one in made for text in (one.candidate.name, one.candidate.email)]
    page = client.get(f"{here.page}?names=hidden")
    assert not [text for text in secret if text in html.unescape(page.text)]
    called = [one.candidate.reference for one in made[:3]]
    called.append(f"Candidate {made[3].candidate_id}")
    _, table = table_of(page)
    assert set(table) == {called[0], called[1], called[3]}
    assert f"{called[2]} 1 of 3 submitted" in text_of(page)
    for name in table:
        assert name in plot_of(page)
    leads = set(re.findall(r'href="(/interviews/[^"#]*)', page.text))
    assert len(leads) == 3
    for url in leads:
        target = client.get(html.unescape(url))
        assert target.status_code == 200
        assert not [text for text in secret if text in html.unescape(target.text)]
    assert f'href="{here.page}">Show names' in page.text
    shown_again = client.get(here.page)
    assert f'href="{here.page}?names=hidden">Hide names' in shown_again.text
    assert all(one.candidate.name in shown_again.text for one in made)


def _decision(candidate_id, by, outcome=Outcome.HOLD):
    return Decision(
        candidate_id=candidate_id,
        outcome=outcome,
        reason=REASON,
        decided_by_id=by.id,
        decided_at=factories.NOW,
    )


# --- decisions ---


def test_a_decision_is_recorded_with_name_and_reason_and_none_is_overwritten(
    here, client, rows, read
):
    with rows() as session:
        made = play(session, here, "Dee Fox", lambda _rater, _item: 3)
        sam = factories.person(session, Role.RECRUITER, name="Sam Second")
        session.commit()
    url = f"/candidates/{made.candidate_id}/decisions"
    assert "No decision yet" in client.get(url).text
    assert table_of(client.get(here.page))[1]["Dee Fox"][6] == "none yet"
    answer = client.post(url, data={"outcome": "keep in mind", "reason": f" {REASON} "})
    assert (answer.status_code, answer.location) == (303, url)
    assert "The decision on Dee Fox is recorded." in text_of(client.get(url))
    client.sign_in(sam)
    later = "The second opening is filled, so there is a place for them now."
    client.post(url, data={"outcome": "make an offer", "reason": later})
    said = [
        words(one)
        for one in re.findall(r"<li(?: class=\"done\")?>(<strong>.*?)</li>", client.get(url).text)
    ]
    assert len(said) == 2
    assert said[0].startswith("Make an offer Sam Second, ")
    assert said[0].endswith(later)
    assert said[1].startswith("Keep in mind Rita Recruiter, ")
    assert said[1].endswith(f"no longer stands {REASON}")
    assert table_of(client.get(here.page))[1]["Dee Fox"][6] == "Make an offer (Sam Second)"
    kept = read(sa.select(Decision).order_by(Decision.id))
    assert [(one.outcome, one.reason, one.decided_by_id) for one in kept] == [
        (Outcome.HOLD, REASON, here.recruiter.id),
        (Outcome.OFFER, later, sam.id),
    ]


@pytest.mark.parametrize(
    "case",
    [
        ({"outcome": ""}, "Choose what was decided."),
        ({"outcome": "promote"}, "Choose one from the list."),
        ({"reason": ""}, "Write the reason."),
        ({"reason": "too short"}, "Use 10 to 4,000 characters."),
        ({"reason": "   too short   "}, "Use 10 to 4,000 characters."),
        ({"reason": "<i>" + "x" * 4_000}, "Use 10 to 4,000 characters."),
    ],
)
def test_a_decision_that_cannot_be_is_kept_in_the_form(here, client, rows, read, case):
    wrong, sentence = case
    with rows() as session:
        made = play(session, here, "Dee Fox", lambda _rater, _item: 3)
        session.commit()
    data = {"outcome": "keep in mind", "reason": REASON, **wrong}
    answer = client.post(f"/candidates/{made.candidate_id}/decisions", data=data)
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert typed(answer, "reason") == data["reason"].strip()
    assert chosen(answer, "outcome") == ([] if "outcome" in wrong else ["keep in mind"])
    assert read(sa.select(Decision)) == []


def test_hr_reads_decisions_and_records_none(here, client, rows, read):
    with rows() as session:
        made = play(session, here, "Dee Fox", lambda _rater, _item: 3)
        session.add(_decision(made.candidate_id, here.recruiter))
        hr = factories.person(session, Role.HR)
        session.commit()
    client.sign_in(hr)
    url = f"/candidates/{made.candidate_id}/decisions"
    page = client.get(url)
    assert REASON in page.text
    assert "Record" not in main_of(page)
    answer = client.post(url, data={"outcome": "make an offer", "reason": REASON})
    assert answer.status_code == 403
    assert len(read(sa.select(Decision))) == 1


def test_a_panel_that_has_yet_to_score_reads_no_reason_and_decides_nothing(
    here, client, rows, read
):
    with rows() as session:
        both = factories.person(session, Role.RECRUITER, Role.INTERVIEWER)
        panel = [*here.raters[:2], both]
        made = play(session, here, "Dee Fox", lambda _r, _i: 3, submitted=2, raters=panel)
        session.add(_decision(made.candidate_id, here.recruiter))
        session.commit()
    client.sign_in(both)
    url = f"/candidates/{made.candidate_id}/decisions"
    data = {"outcome": "make an offer", "reason": "It is what I think of them."}
    for answer in (client.get(url), client.post(url, data=data), client.post(url, data={})):
        assert answer.status_code == 409
        assert "Decisions open to you when everyone on it has submitted." in text_of(answer)
        assert REASON not in answer.text
    assert len(read(sa.select(Decision))) == 1
    client.post(f"/scorecards/{made.cards[2].id}/submit")
    assert client.post(url, data=data).status_code == 303
    assert REASON in client.get(url).text


@pytest.mark.parametrize("data", [{}, {"outcome": "make an offer", "reason": REASON}])
def test_there_is_no_such_candidate(here, client, read, data):
    assert client.get("/candidates/9999/decisions").status_code == 404
    assert client.post("/candidates/9999/decisions", data=data).status_code == 404
    assert read(sa.select(Decision)) == []


def test_the_decision_belongs_to_people(here, client, rows):
    """Nothing on the page says who should be taken."""
    with rows() as session:
        made = play(session, here, "Dee Fox", lambda _rater, _item: 5)
        session.commit()
    url = f"/candidates/{made.candidate_id}/decisions"
    assert "Nothing here is worked out by the program." in text_of(client.get(url))
    assert chosen(client.get(url), "outcome") == []
    said = text_of(client.get(here.page)).lower()
    assert not re.findall(r"recommend|winner|best candidate|should be hired|reject", said)


def test_scores_are_shown_as_the_rules_round_them():
    assert [rules.shown(number) for number in (2.675, 1.005, 4.999)] == ["2.68", "1.01", "5.00"]


def test_a_long_name_stays_inside_the_picture(client, here, rows):
    long = "Maximiliana Wilhelmina " * 5 + "Wong"
    assert len(long) == 119
    assert len(picture.shortened("W" * 120)) < 20
    for name in (long, "W" * 120, "漢" * 120, "i" * 120, "e\u0301" * 120):
        assert picture.width(picture.shortened(name)) <= picture.NAMES < 180
    assert picture.shortened("Ann Lee") == "Ann Lee"
    with rows() as session:
        play(session, here, long, lambda *_: 3)
        session.commit()
    plot = plot_of(client.get(here.page))
    desc, drawn = plot.split("</desc>")
    assert long in desc
    assert "…</text>" in drawn
    assert long not in drawn


def test_a_closed_panel_is_told_with_how_many_were_planned(client, here, rows):
    with rows() as session:
        made = play(session, here, "Dee Two", lambda *_: 3, submitted=2)
        made.close(session.merge(here.recruiter), "Cem is ill, says Dee.", factories.NOW)
        session.commit()
    page = client.get(here.page)
    _, table = table_of(page)
    assert "2 of 3 raters" in " ".join(table["Dee Two"])
    told = "Rita Recruiter closed the panel on 2 November 2026 with 2 of 3 scorecards"
    assert f"Dee Two: {told}: Cem is ill, says Dee." in text_of(page)
    hidden = text_of(client.get(f"{here.page}?names=hidden"))
    assert f"{told}." in hidden
    assert "Dee" not in hidden


def test_a_debrief_beside_an_adjusted_score_is_said_to_be_unadjusted(client, here, rows):
    with rows() as session:
        extra = factories.person(session, name="Dora Four")
        made = play(session, here, "Ed", lambda *_: 3)
        play(session, here, "Flo", lambda n, _: 3 + n // 2, raters=[*here.raters[:2], extra])
        item = here.of["T08"][0]
        session.add(
            Revision(
                scorecard_id=made.cards[0].id,
                item_id=item.id,
                guide_id=made.guide_id,
                level=5,
                cause=Cause.MISSED.name,
                words="I had missed it.",
                revised_at=factories.NOW,
            )
        )
        session.commit()
    _, table = table_of(client.get(here.page))
    assert re.search(r"after the debrief 3\.\d\d \(\+0\.\d\d, unadjusted\)", table["Ed"][0])
