"""Every page, also with its form sent empty: axe, light and dark, and no sideways scroll."""

import base64
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest
import sqlalchemy as sa
from axe_playwright_python.sync_playwright import Axe
from flask import Flask, url_for
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from hiring import create_app, db
from hiring.demo.load import Account
from hiring.guests.models import GuestLink, secret_of
from hiring.guests.rules import INVITED_FOR
from hiring.guides import queries as guides
from hiring.guides.models import Guide, GuideItem
from hiring.interviews.acts import Reopening
from hiring.interviews.models import GuestSeat, Observer, Scorecard
from hiring.interviews.papers import Paper, PaperKind
from hiring.interviews.rules import Stage
from hiring.openings.models import Opening
from hiring.paper import filled
from hiring.paper.rules import Raw
from hiring.people import gate, rules
from hiring.people.models import Invitation, Person
from hiring.people.rules import Role
from hiring.scorecards.models import Rating
from hiring.summaries.models import Export, ExportUnit, Kind, RecordCopy, State
from tests import factories
from tests.browser import sites
from tests.browser.cards import new_card, status
from tests.browser.conftest import Visit
from tests.browser.sites import Site, Template

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = f"() => axe.run({{runOnly: {TAGS}, resultTypes: ['violations']}})"
Look = tuple[Literal["light", "dark"], int]
LOOKS: list[Look] = [("light", 1280), ("dark", 1280), ("dark", 390), ("light", 390)]
TWO_LOOKS = LOOKS[::2]
NARROWEST = 320  # px of a page at 400 % on a usual screen
WIDER_THAN_THE_WINDOW = """() => {
  const edge = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= edge) return [];
  const out = [...document.querySelectorAll("body *")].filter(
    (e) => e.getBoundingClientRect().right > edge + 1 && !e.closest(".scroll"));
  return out.slice(0, 3).map((e) => e.outerHTML.slice(0, 120));
}"""
RADIOS_WITHOUT_A_GROUP = """() => [...document.querySelectorAll("input[type=radio]")]
  .filter((radio) => !radio.closest("fieldset")?.querySelector("legend")?.textContent.trim())
  .map((radio) => radio.outerHTML)"""
# But for what opens above the rest of a page, and so covers some of it.
OPEN_ALL = """() => {
  for (const one of document.querySelectorAll("details:not(.view > *)")) one.open = true;
}"""
EMPTY = """(form) => {
  for (const field of form.elements) {
    if (["checkbox", "radio"].includes(field.type)) field.checked = false;
    else if (field.tagName !== "SELECT" && field.type !== "hidden") field.value = "";
  }
}"""

NO_PAGE = {  # what answers GET with something that is not a page
    "static": "files",
    "security.static": "files",
    "scorecards.worker": "a script",
    "scorecards.answers": "JSON for the script of a page",
    "summaries.copy": "a PDF",
    "summaries.file": "a PDF or a zip",
    "summaries.progress": "JSON for the script of a page",
    "guides.text": "a text file",
    "paper.file": "a PDF or a picture",
    "people.home": "leads to the first page of whoever asks",
    "comparison.latest": "leads to comparison.show",
}
# A picture of one white dot.
DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAGS3l0gAAAABJRU5ErkJggg=="
)
# Whose page it is, if several may see it.
ROLES = (Role.RECRUITER, Role.INTERVIEWER, Role.HR, Role.ADMINISTRATOR)


def routes() -> Flask:
    """An application to ask for its routes."""
    with tempfile.TemporaryDirectory() as instance:
        return create_app(DATABASE_URL="sqlite://", INSTANCE=instance, SECRET_KEY="of no use")


PAGES = sorted(
    rule.endpoint
    for rule in routes().url_map.iter_rules()
    if "GET" in (rule.methods or ()) and rule.endpoint not in NO_PAGE
)


@dataclass
class Round:
    """The demo round with a bit more in it, and the numbers of what stands where."""

    site: Site
    numbers: Mapping[str, Any]  # by the name of a part of an address
    special: Mapping[str, Mapping[str, Any]]  # by endpoint, where another one is wanted
    interviewer: Account  # with a card that is not yet submitted, and others that are

    def who(self, endpoint: str) -> Account | None:
        """Somebody whose page this is; None if it is for people who are not signed in."""
        with self.site.app.app_context():
            action = gate.action_of(endpoint)
        assert action
        if rules.MAY[action] is None:
            return None
        role = next(role for role in ROLES if rules.may({role}, action))
        return self.interviewer if role is Role.INTERVIEWER else self.site.account(role)

    def url(self, endpoint: str, **given: Any) -> str:
        """The address of a page. A part that is not among the numbers is an error: add it there."""
        rule = next(self.site.app.url_map.iter_rules(endpoint))
        known = {**self.numbers, **self.special.get(endpoint, {}), **given}
        parts = {name: known[name] for name in rule.arguments}
        query = {name: value for name, value in given.items() if name not in parts}
        with self.site.app.test_request_context():
            return url_for(endpoint, **parts, **query)


@pytest.fixture(scope="module")
def made(site: Site) -> Round:
    with site.rows() as session:
        card = session.scalars(sa.select(Scorecard).where(Scorecard.submitted_at.is_(None))).first()
        assert card
        locked = session.scalar(
            sa.select(Scorecard.id).where(
                Scorecard.person_id == card.person_id, Scorecard.submitted_at.is_not(None)
            )
        )
        interviewer = session.get_one(Person, card.person_id)
        recruiter = session.scalars(
            sa.select(Person).where(Person.email == site.account(Role.RECRUITER).email)
        ).one()
        opening = session.get_one(Opening, 1)
        draft = draft_of(session, recruiter)
        empty = factories.opening(session, recruiter, "Night porter")
        new = factories.candidate(session, opening, "Noor van der Berg-Oyelaran")
        given_back = session.scalars(
            sa.select(Scorecard).where(
                Scorecard.interview_id == card.interview_id, Scorecard.submitted_at.is_not(None)
            )
        ).first()
        assert given_back
        session.add(Observer(interview_id=2, person_id=recruiter.id))
        once = Reopening(
            scorecard_id=locked,
            submitted_at=factories.NOW,
            at=factories.NOW,
            by_id=recruiter.id,
            reason="Two answers were mixed up.",
        )
        session.add(once)
        session.flush()
        invitation, secret = Invitation.make(interviewer, None, factories.NOW.replace(year=2100))
        session.add(invitation)
        guest = factories.person(session, Role.GUEST, name="Gus Vale-Oyelaran")
        key = site.app.config["SECRET_KEY"]
        link = GuestLink.make(guest, recruiter, INVITED_FOR, db.now(), key)
        session.add(link)
        session.flush()
        seats = {stage: seat(session, interviewer, recruiter, stage) for stage in Stage}
        torn = seat(session, guest, recruiter, Stage.CONFLICT).interview
        first_item = session.scalar(sa.select(GuideItem.id).where(GuideItem.guide_id == 1).limit(1))
        numbers = {
            "opening_id": opening.id,
            "candidate_id": 1,
            "interview_id": card.interview_id,
            "guide_id": draft.id,
            "item_id": draft.items[0].id,
            "card_id": card.id,
            "person_id": interviewer.id,
            "export_id": export(session, recruiter, State.READY).id,
            "key": "T03",
            "name": "manager",
            "secret": secret,
            "token": secret_of(link.nonce, key),
            "reopening_id": once.id,
            "locked": locked,
            "published": 1,
            "unused": factories.guide(session, recruiter, ("T03",)).id,
            "open": 1,
            "new": new.id,
            "empty": empty.id,
            "failed": export(session, recruiter, State.FAILED).id,
            "running": export(session, recruiter, State.RUNNING).id,
            "torn": torn.id,
            **papers(session, card, recruiter),
            **{stage.name: card_of(one).id for stage, one in seats.items()},
        }
        special: dict[str, Mapping[str, Any]] = {
            "interviews.plan": {"candidate_id": new.id},
            "interviews.reopen": {"card_id": given_back.id},
            "interviews.observed": {"interview_id": 2},
            "comparison.show": {"guide_id": 1},
            "debrief.show": {"interview_id": 1},
            "debrief.revise": {"interview_id": 1, "item_id": first_item},
            "scorecards.first": {"card_id": locked},
            "guests.seat": {"card_id": card_of(seats[Stage.INVITED]).id},
            "guests.clear": {"interview_id": torn.id, "person_id": guest.id},
            "scorecards.history": {"item_id": first_item},
            "paper.type_in": {"item_id": first_item},
            "guides.use": {"key": "T03-B3"},
        }
        mine = next(one for one in site.accounts if one.email == interviewer.email)
        return Round(site, numbers, special, mine)


def papers(session: Session, card: Scorecard, recruiter: Person) -> dict[str, int]:
    """A scan that a recruiter types in, and a filled form with something of everything in it."""
    items = session.scalars(
        sa.select(GuideItem).where(GuideItem.guide_id == card.guide_id).order_by(GuideItem.position)
    ).all()
    rated = session.scalars(sa.select(Rating.item_id).where(Rating.scorecard_id == card.id)).all()
    fields = {}
    for item in items[:-2]:  # the last ones are empty
        fields[f"q{item.position}_level"] = Raw("/Btn", "/2")
        fields[f"q{item.position}_note"] = Raw("/Tx", "Said what they did, step by step.")
        if item.id not in rated:
            fields[f"q{item.position}_reason"] = Raw("/Tx", "A reason beside a level.")
            fields[f"q{item.position}_situation"] = Raw("/Tx", "x " * 1_100)
    assert any(item.id in rated for item in items[:-2])
    kept = {
        "scan": (PaperKind.SCAN, recruiter.id, "image/png", "{}"),
        "filled": (PaperKind.FILLED, card.person_id, "application/pdf", filled.as_json(fields)),
    }
    made = {
        name: Paper(
            scorecard_id=card.id,
            kind=kind,
            by_id=by_id,
            at=factories.NOW,
            confirmed_at=factories.NOW if kind == PaperKind.SCAN else None,
            file_name=f"{name} of a form with a long name that no window is wide enough for.png",
            media_type=media_type,
            sha256="0123456789abcdef" * 4,
            fields=fields_of_it,
            content=DOT,
        )
        for name, (kind, by_id, media_type, fields_of_it) in kept.items()
    }
    session.add_all(made.values())
    session.flush()
    return {"paper_id": made["scan"].id, "filled": made["filled"].id}


def seat(session: Session, guest: Person, recruiter: Person, stage: Stage) -> GuestSeat:
    """Somebody's seat as a guest, as far as the stage says. Conflicts are declared at length."""
    guide = guides.guide(session, 1)
    assert guide
    made = factories.interview(session, guide, [factories.person(session)]).invite(
        guest, recruiter.id, factories.NOW
    )
    session.flush()
    if stage is not Stage.INVITED:
        made.accept("2026-11-27", factories.NOW)
    if stage in {Stage.CONFLICT, Stage.IN}:
        made.declare("Neighbours. " * 20 if stage is Stage.CONFLICT else "", factories.NOW)
    session.flush()
    return made


def card_of(seat: GuestSeat) -> Scorecard:
    card = seat.interview.card_of(seat.person_id)
    assert card
    return card


def draft_of(session: Session, recruiter: Person) -> Guide:
    guide = guides.guide(session, 1)
    assert guide
    draft = guide.next_version(2, recruiter.id, factories.NOW)
    # Something to warn of: a trait without an item, and more minutes than planned.
    draft.items = draft.items[2:]
    draft.minutes = 30
    session.add(draft)
    session.flush()
    return draft


def export(session: Session, recruiter: Person, state: State) -> Export:
    """An export of two summaries, of which one could not be made if it failed."""
    copy = RecordCopy(
        kind=Kind.SUMMARY,
        guide_id=1,
        candidate_id=1,
        key=state,
        made_at=factories.NOW,
        made_by_id=recruiter.id,
        scoring_version="1",
        numbers="{}",
        sha256="0123456789abcdef" * 4,
        file_name="C-101-niamh-corrigan-vale.pdf",
        pdf=b"%PDF-1.7",
    )
    session.add(copy)
    session.flush()
    problem = "Otto Lindqvist: the file could not be made." if state == State.FAILED else ""
    made = Export(
        kind=Kind.SUMMARIES,
        opening_id=1,
        guide_id=1,
        asked_by_id=recruiter.id,
        asked_at=factories.NOW,
        state=state,
        problems=(problem,) if problem else (),
        units=[
            ExportUnit(position=1, candidate_id=1, copy_id=copy.id),
            ExportUnit(position=2, candidate_id=2, problem=problem),
        ],
    )
    session.add(made)
    session.flush()
    return made


def faults(page: Page, looks: Sequence[Look] = LOOKS) -> list[str]:
    """What is wrong with the page that stands in the window, however it is looked at."""
    page.evaluate(OPEN_ALL)
    page.evaluate("() => scrollTo(0, 0)")  # a bar that sticks covers half of what scrolls below it
    page.evaluate(Axe().axe_script)
    found = [f"no group: {radio}" for radio in page.evaluate(RADIOS_WITHOUT_A_GROUP)]
    for theme, width in looks:
        page.set_viewport_size({"width": width, "height": 860})
        # A colour on its way from one to another would be measured half-way.
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        found += [
            f"{theme} {width}: {one['id']} ({one['impact']}): {node['html'][:200]}"
            for one in page.evaluate(AXE)["violations"]
            for node in one["nodes"][:3]
        ]
    for width in (390, NARROWEST):
        page.set_viewport_size({"width": width, "height": 860})
        found += [f"wider than {width}: {one}" for one in page.evaluate(WIDER_THAN_THE_WINDOW)]
    page.set_viewport_size({"width": 1280, "height": 860})
    return found


@pytest.mark.parametrize("endpoint", PAGES)
def test_page(endpoint: str, made: Round, visit: Visit):
    page = visit(made.who(endpoint))
    answer = page.goto(made.url(endpoint))
    assert answer
    assert answer.status == (409 if endpoint == "people.start" else 200)
    assert faults(page) == []
    form = page.locator("main form[novalidate]:not([data-item])").first
    if form.count():
        form.evaluate(EMPTY)
        form.locator("button").last.click()
        expect(page.locator(".error-summary")).to_be_focused()
        assert faults(page, TWO_LOOKS) == []


# The other faces of some pages. A word instead of a number is the name of one of the numbers.
FACES: dict[str, tuple[str, dict[str, str]]] = {
    "a published guide": ("guides.show", {"guide_id": "published"}),
    "a search": ("library.browse", {"q": "customer", "kind": "probe"}),
    "a search for a setting": ("library.browse", {"trait": "T05", "setting": "chat"}),
    "a search for nothing": ("library.browse", {"q": "zeppelin"}),
    "civility": ("library.read", {"key": "CIV"}),
    "a question": ("library.read", {"key": "T03-S1"}),
    "the one-third figure": ("library.read", {"key": "P01"}),
    "what is never asked": ("library.read", {"key": "P106"}),
    "a vignette": ("library.read", {"key": "V22"}),
    "a calibration answer": ("library.read", {"key": "T03-A1"}),
    "facts": ("library.notes", {"name": "facts"}),
    "a question that no draft can take": ("guides.use", {"key": "T06-B1"}),
    "an opening with nothing in it": ("interviews.opening", {"opening_id": "empty"}),
    "a candidate without an interview": ("interviews.candidate", {"candidate_id": "new"}),
    "a card that is submitted": ("scorecards.show", {"card_id": "locked"}),
    "what a panel scored": ("scorecards.panel", {"interview_id": "open"}),
    "a comparison without names": ("comparison.show", {"names": "hidden"}),
    "a guest with a conflict": ("guests.invite", {"interview_id": "torn"}),
    "a panel that waits for a guest": ("scorecards.panel", {"interview_id": "torn"}),
    "a declaration to make": ("guests.seat", {"card_id": "ACCEPTED"}),
    "a declared conflict": ("guests.seat", {"card_id": "CONFLICT"}),
    "a seat that is taken": ("guests.seat", {"card_id": "IN"}),
    "a comparison of nobody": ("comparison.show", {"guide_id": "unused"}),
    "an export that goes on": ("summaries.export", {"export_id": "running"}),
    "an export that failed": ("summaries.export", {"export_id": "failed"}),
}


@pytest.mark.parametrize("face", FACES)
def test_other_face(face: str, made: Round, visit: Visit):
    endpoint, given = FACES[face]
    parts = {name: made.numbers.get(value, value) for name, value in given.items()}
    page = visit(made.who(endpoint))
    answer = page.goto(made.url(endpoint, **parts))
    assert answer
    assert answer.status == 200
    assert faults(page) == []


def test_a_filled_form_and_the_page_it_is_sent_from(made: Round, visit: Visit):
    page = visit(made.interviewer)
    page.goto(made.url("paper.show"))
    assert faults(page) == []
    page.get_by_role("button", name="Read the form").click()
    expect(page.locator(".error-summary")).to_be_focused()
    assert faults(page, TWO_LOOKS) == []
    page.goto(made.url("paper.read", paper_id=made.numbers["filled"]))
    expect(page.get_by_text("What could not be read").first).to_be_visible()
    expect(page.get_by_role("group", name="Which answer stands?").first).to_be_visible()
    assert faults(page) == []
    page.get_by_role("button", name="on my scorecard").click()
    expect(page.locator(".error-summary")).to_be_focused()
    assert faults(page, TWO_LOOKS) == []


def test_a_form_that_is_not_taken_with_what_was_written(made: Round, visit: Visit):
    page = visit(made.site.account(Role.RECRUITER))
    page.goto(made.url("comparison.decisions"))
    page.get_by_label("candidate withdrew").check()
    page.get_by_label("Reason").fill(f"{'Took another place. ' * 30}\n\n{'x' * 200}")
    page.context.clear_cookies()
    page.get_by_role("button", name="Record it under my name").click()
    expect(page.get_by_role("heading", name="What you wrote")).to_be_visible()
    expect(page.get_by_text("Took another place.")).to_be_visible()
    assert faults(page) == []


def test_nothing_here_and_not_for_you(made: Round, visit: Visit):
    page = visit(made.interviewer)
    for address, status_code in (("/nowhere", 404), ("/people", 403)):
        answer = page.goto(address)
        assert answer
        assert answer.status == status_code
        assert faults(page) == []


def test_first_start_and_pages_with_nothing_on_them(
    empty_template: Template, tmp_path: Path, visit: Visit
):
    with sites.serving(empty_template, tmp_path) as site:
        page = visit(at=site)
        page.goto("/")
        assert faults(page) == []
        for label, text in (("Name", "Ann"), ("E-mail", "ann@example.org")):
            page.get_by_label(label).fill(text)
        for label in ("New password", "The same once more"):
            page.get_by_label(label).fill(factories.PASSWORD)
        page.get_by_role("button", name="Make the account").click()
        for address in ("/openings", "/my-interviews", "/exports", "/people"):
            page.goto(address)
            assert faults(page, TWO_LOOKS) == []


def test_link_to_pass_on(made: Round, visit: Visit):
    page = visit(made.site.account(Role.ADMINISTRATOR))
    page.goto("/people/invite")
    page.get_by_label("Name").fill("Ziva")
    page.get_by_label("E-mail").fill("ziva@example.org")
    page.get_by_label("interviewer").check()
    page.get_by_role("button", name="Make the link").click()
    expect(page.get_by_label("One-time link")).to_be_visible()
    assert faults(page) == []


def test_guests_links(made: Round, visit: Visit):
    page = visit(made.site.account(Role.RECRUITER))
    page.goto(made.url("guests.invite", interview_id=made.numbers["torn"]))
    page.get_by_label("Name").fill("Ziva")
    page.get_by_label("E-mail").fill("ziva@example.net")
    page.get_by_role("button", name="Invite").click()
    expect(page.get_by_label("One-time link")).to_be_visible()
    assert faults(page) == []
    page = visit()
    page.goto(made.url("guests.enter", token="spent"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("has been used")
    assert faults(page) == []
    page.get_by_role("link", name="Send me a new link").click()
    page.get_by_label("E-mail").fill("ziva@example.net")
    page.get_by_role("button", name="Send it").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ask the recruiter")
    assert faults(page) == []


def test_list_with_bad_rows(made: Round, visit: Visit):
    page = visit(made.site.account(Role.RECRUITER))
    page.goto(made.url("interviews.add_list"))
    page.get_by_label("Paste rows").fill(
        "Ida Wren, ida@example.net\n, nobody@example.net\nOn a long line, " + "x" * 200
    )
    page.get_by_role("button", name="Add them").click()
    expect(page.get_by_text("could not be taken")).to_be_visible()
    assert faults(page) == []


def test_how_a_scorecard_is_viewed(made: Round, visit: Visit):
    page = visit(made.interviewer)
    page.goto(made.url("scorecards.show"))
    page.get_by_text("View", exact=True).click()
    page.evaluate(Axe().axe_script)
    for theme, width in LOOKS:
        page.set_viewport_size({"width": width, "height": 860})
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        assert page.evaluate(AXE.replace("axe.run(", "axe.run('.card-bar', "))["violations"] == []
        assert page.evaluate(WIDER_THAN_THE_WINDOW) == []


def test_scorecard_one_question_at_a_time_with_short_anchors(made: Round, visit: Visit):
    page = visit(made.interviewer)
    page.goto(made.url("scorecards.show"))
    page.evaluate("() => { localStorage.view = JSON.stringify({one: true, full: false}); }")
    page.reload()
    expect(page.get_by_role("article")).to_have_count(1)
    assert faults(page) == []


def test_scorecard_in_trouble(made: Round, visit: Visit):
    card = new_card(made.site, made.interviewer)
    page, other = (visit(made.interviewer) for _ in range(2))
    for window in (page, other):
        window.goto(card.url)
    first, second = card.item(page, 1), card.item(page, 2)
    page.get_by_role("button", name="Submit scorecard").click()
    expect(page.get_by_role("alert")).to_be_focused()
    card.item(other, 1).get_by_label("Note").fill("from the other window")
    expect(status(card.item(other, 1))).to_contain_text("Saved at")
    first.get_by_label("Note").fill("from this window")
    expect(status(first)).to_contain_text("Two versions")
    page.context.set_offline(True)
    second.get_by_role("radio", name="Not observed").check()
    expect(status(second)).to_contain_text("Kept on this device")
    assert faults(page) == []
    page.context.set_offline(False)
    expect(status(second)).to_contain_text("Saved at")
    page.get_by_role("button", name="Leave the stored one").click()
    expect(status(first)).to_contain_text("Saved at")
    page.context.set_offline(True)
    second.get_by_label("Note").fill("Not sent.")
    expect(status(second)).to_contain_text("Kept on this device")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert faults(page) == []
