"""Blindness: what another panel member scored changes no answer of the server before it may.

Every page is fetched by every kind of person in two worlds that differ only in one panel member's
answers, and in how many there are. A new page takes part by itself; so does a new address that
changes things, once it is put into one of the two tables below.
"""

import datetime as dt
import hashlib
import inspect
import itertools
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import joinedload

from hiring import db
from hiring.comparison.models import Decision, Outcome
from hiring.guests.models import GuestLink, secret_of
from hiring.guests.rules import INVITED_FOR
from hiring.guides.models import Guide
from hiring.interviews.acts import Reopening
from hiring.interviews.models import Interview, Scorecard
from hiring.interviews.papers import Paper, PaperKind
from hiring.interviews.rules import Stage
from hiring.mail.models import Mail
from hiring.mail.work import WRITERS
from hiring.people.models import Invitation
from hiring.people.rules import STAFF, Role
from hiring.reminders import work as reminders
from hiring.reminders.models import Completion, Reminder
from hiring.scorecards.models import PaperEntry, Rating, SavedAnswer
from hiring.summaries import queries, records, routes
from hiring.summaries.models import Export, ExportUnit, Kind, RecordCopy, State
from hiring.tasks import named
from tests import factories
from tests.client import Client
from tests.pages import main_of

WITH_ITEMS = joinedload(Scorecard.interview).joinedload(Interview.guide).selectinload(Guide.items)
FIRST = 1_000  # the first number of exports and record copies made here

# Who is on the panel, with the roles they hold and whether they are early to submit.
PANEL = {
    "other": ((Role.INTERVIEWER,), True),  # whose answers differ between the worlds
    "interviewer": ((Role.INTERVIEWER,), False),
    "interviewer who has submitted": ((Role.INTERVIEWER,), True),
    "recruiter on the panel": ((Role.RECRUITER, Role.INTERVIEWER), False),
    "recruiter on the panel who has submitted": ((Role.RECRUITER, Role.INTERVIEWER), True),
    "HR on the panel": ((Role.HR, Role.INTERVIEWER), False),
    "everything": (tuple(STAFF), False),
    "guest": ((Role.GUEST,), False),
    "guest let in with a conflict": ((Role.GUEST,), True),
}
# Guests on the panel whose seat is not open to them. When all have submitted, they are off it.
HELD = {
    "guest who was invited": Stage.INVITED,
    "guest who has accepted": Stage.ACCEPTED,
    "guest with a conflict": Stage.CONFLICT,
}
TRAINEES = {
    "trainee": (Role.INTERVIEWER,),
    "recruiter as a trainee": (Role.RECRUITER, Role.INTERVIEWER),
}
OBSERVERS = {
    "observer": (Role.INTERVIEWER,),
    "observer who is a recruiter": (Role.RECRUITER, Role.HR),
}
OFF_PANEL = {
    "recruiter": (Role.RECRUITER,),
    "HR": (Role.HR,),
    "administrator": (Role.ADMINISTRATOR,),
    "interviewer off the panel": (Role.INTERVIEWER,),
}
VIEWERS = [
    *(name for name in PANEL if name != "other"),
    *HELD,
    *TRAINEES,
    *OBSERVERS,
    *OFF_PANEL,
    "nobody",
]
NEVER = {*HELD, "administrator", "interviewer off the panel", *OBSERVERS, "nobody"}

EARLY = {name for name, (_, is_early) in PANEL.items() if is_early}

# Who has submitted in each state, and whether the values are open then.
STATES = {
    "nobody has submitted": (lambda _name: False, False),
    "some have, not the other": (lambda name: name in EARLY - {"other"}, False),
    "some have, the other too": (lambda name: name in EARLY, False),
    "all have": (lambda _name: True, True),
    "closed": (lambda name: name in EARLY, True),
}
# The panel is complete, and those who practise have yet to submit. Only who differs from the
# state in which all have is walked through it: each state takes its time.
MEMBERS_IN = (lambda name: name in PANEL, True)
TRAINEES_OUT = [*TRAINEES, "observer who is a recruiter"]

# --- two worlds ---


@dataclass
class World:
    """The numbers of everything that an address may name, and who is who."""

    people: dict = field(default_factory=dict)
    guide: int = 0
    items: list = field(default_factory=list)
    opening: int = 0
    subject: int = 0
    interview: int = 0
    cards: dict = field(default_factory=dict)
    twins: list = field(default_factory=list)  # the other's in two interviews that stay open
    papers: dict = field(default_factory=dict)  # by number the card that each came back for
    numbers: dict = field(default_factory=dict)

    def numbers_for(self, name):
        """What may stand for each parameter when this person asks: mine, and somebody else's."""
        mine = FIRST + 2 * VIEWERS.index(name)
        theirs = FIRST + 2 * VIEWERS.index("HR" if name == "recruiter" else "recruiter")
        return {
            **self.numbers,
            "card_id": [*self.numbers["card_id"], *self.cards.get(name, ())],
            "export_id": [mine, mine + 1, theirs],
        }


@pytest.fixture
def build(app, database_url):
    """Makes the world of a state: four candidates with one guide, and a newer guide."""

    def make(state):
        with app.extensions["database"].session(write=True) as session:
            world = _build(session, *STATES.get(state, MEMBERS_IN))
            session.commit()
        return world

    return make


def _build(session, has_submitted, is_open):
    world = World()
    seated = {name: who[0] for name, who in PANEL.items()}
    held = dict.fromkeys(HELD, (Role.GUEST,))
    for name, roles in {**seated, **held, **TRAINEES, **OBSERVERS, **OFF_PANEL}.items():
        world.people[name] = factories.person(session, *roles, name=name.title())
    people, recruiter = world.people, world.people["recruiter"]
    guide = factories.guide(session, recruiter)
    newer = factories.guide(session, recruiter, ("T03",), of=guide.opening, version=2)
    names = ("Subject Oz", "Settled Ito", "Waiting Roy", "Waiting Too")
    subject, settled, *twins = (factories.candidate(session, guide.opening, n) for n in names)
    panel = [people[name] for name in PANEL if Role.GUEST not in PANEL[name][0]]
    trainees, observers = ([people[name] for name in who] for who in (TRAINEES, OBSERVERS))
    interview = factories.interview(session, guide, panel, subject, trainees, observers)
    _take_seats(session, interview, people, recruiter)
    for name in (*PANEL, *TRAINEES):
        card = interview.card_of(people[name].id)
        assert card is not None
        world.cards[name] = [card.id]
        factories.fill(session, card, submit=has_submitted(name))
    for name in HELD:
        if all(has_submitted(name) for name in PANEL):
            interview.take_off(_seat_of(interview, people[name]), recruiter.id, factories.NOW)
        else:
            world.cards[name] = [interview.card_of(people[name].id).id]
    done = factories.interview(session, guide, [people["other"], panel[1], recruiter], settled)
    for level, card in zip((2, 3, 4), done.cards, strict=True):
        factories.fill(session, card, level)
    still_open = [
        factories.interview(session, guide, [people["other"], panel[1]], twin) for twin in twins
    ]
    if is_open and not all(has_submitted(name) for name in PANEL):
        interview.close(recruiter, "They are ill.", factories.NOW)
    session.add(_decision(settled, recruiter))
    # The other's card was submitted before and given back, and so was one that is open to many.
    reopened = [_reopening(card, recruiter) for card in (interview.cards[0], done.cards[0])]
    session.add_all(reopened)
    invitation, secret = Invitation.make(people["HR"], None, db.now())
    link = GuestLink.make(people["guest"], recruiter, INVITED_FOR, db.now(), "of the tests")
    session.add_all([invitation, link])
    session.flush()
    world.guide, world.items, world.opening = guide.id, guide.items, guide.opening_id
    world.subject, world.interview = subject.id, interview.id
    world.twins = [one.cards[0].id for one in still_open]
    (others,), (scanned,) = world.cards["other"], world.cards["interviewer"]
    world.papers = {FIRST: others, FIRST + 1: others, FIRST + 2: scanned}
    world.numbers = {
        "opening_id": [guide.opening_id],
        "guide_id": [guide.id, newer.id],
        "candidate_id": [subject.id, twins[0].id],
        "interview_id": [interview.id, still_open[0].id],
        "card_id": [*world.cards["other"], world.twins[0]],
        "item_id": [guide.items[0].id],
        "person_id": [people["other"].id],
        "reopening_id": [one.id for one in reopened],
        "copy_id": [FIRST, FIRST + 1, FIRST + 2],
        "key": ["P01", "T03"],
        "name": ["recruiter"],
        "secret": [secret],
        "token": [secret_of(link.nonce, "of the tests")],
        "filename": ["icon.svg"],
        "version": [1, 3],
        "paper_id": list(world.papers),
    }
    _transcribed(session, session.get(Scorecard, scanned), recruiter)
    return world


def _transcribed(session, card, recruiter):
    """A recruiter types in somebody's card from its scan. It is the same in either world."""
    session.add(_paper(FIRST + 2, PaperKind.SCAN, card.id, recruiter, b"\x89PNG of a scan"))
    for entry in session.scalars(sa.select(Rating).where(Rating.scorecard_id == card.id)).all():
        session.add(_entry(entry, FIRST + 2, recruiter))


def _paper(number, kind, card_id, by, content):
    return Paper(
        id=number,
        scorecard_id=card_id,
        kind=kind,
        by_id=by.id,
        at=factories.NOW,
        confirmed_at=factories.NOW,
        file_name="paper",
        media_type="image/png",
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
    )


def _entry(rating, paper_id, by):
    return PaperEntry(
        scorecard_id=rating.scorecard_id,
        item_id=rating.item_id,
        version=1,
        paper_id=paper_id,
        by_id=by.id,
    )


def _take_seats(session, interview, people, recruiter):
    """The guests of the panel, each as far as their name says."""
    stages = {**HELD, "guest": Stage.IN, "guest let in with a conflict": Stage.CONFLICT}
    for name, stage in stages.items():
        seat = interview.invite(people[name], recruiter.id, factories.NOW)
        session.flush()
        if stage is not Stage.INVITED:
            seat.accept("2026-11-27", factories.NOW)
        if stage in {Stage.IN, Stage.CONFLICT}:
            seat.declare("" if stage is Stage.IN else "A neighbour.", factories.NOW)
        if name not in HELD and stage is Stage.CONFLICT:
            seat.clear(recruiter, "They hardly know each other.", factories.NOW)
    session.flush()


def _seat_of(interview, person):
    return next(seat for seat in interview.guests if seat.person_id == person.id)


def _reopening(card, by):
    return Reopening(
        scorecard_id=card.id,
        submitted_at=factories.NOW,
        at=factories.NOW,
        by_id=by.id,
        reason="Two answers were mixed up.",
    )


def _decision(candidate, by):
    return Decision(
        candidate_id=candidate.id,
        outcome=Outcome.HOLD,
        reason="Both orders of the questions.",
        decided_by_id=by.id,
        decided_at=factories.NOW,
    )


def rewrite(app, world, *, mild):
    """Give the other the answers of one world or of the other; all else stays as it is.

    Of the twins one fares well in either world: whatever is sorted by ratings changes places.
    """
    fares = {world.cards["other"][0]: mild, world.twins[0]: mild, world.twins[1]: not mild}
    with app.extensions["database"].session(write=True) as session:
        for card_id, fares_well in fares.items():
            session.execute(sa.delete(PaperEntry).where(PaperEntry.scorecard_id == card_id))
            for table in (Rating, SavedAnswer):
                session.execute(sa.delete(table).where(table.scorecard_id == card_id))
            card = session.get(Scorecard, card_id, options=[WITH_ITEMS])
            items = world.items if fares_well or card.is_submitted else world.items[:2]
            for item in items:
                _answer(session, card, item, mild=fares_well)
        _send_in(session, world, mild=mild)
        session.commit()
        _hand_out(session, world)
        session.commit()


def _send_in(session, world, *, mild):
    """The other's own papers: what they say, and how many answers came from them."""
    card_id, other = world.cards["other"][0], world.people["other"]
    session.execute(sa.delete(Paper).where(Paper.scorecard_id == card_id))
    said = b"Fine." if mild else b"Shouted."
    session.add_all(
        [
            _paper(FIRST, PaperKind.FILLED, card_id, other, said * 3),
            _paper(FIRST + 1, PaperKind.SCAN, card_id, other, said),
        ]
    )
    mine = sa.select(Rating).where(Rating.scorecard_id == card_id).order_by(Rating.item_id)
    for rating in session.scalars(mine).all()[: 1 if mild else 3]:
        session.add(_entry(rating, FIRST + mild, other))


def _answer(session, card, item, *, mild):
    if mild:
        factories.rate(session, card, item.id, 4, "Fine.")
        return
    level = (1, 5, None)[item.position % 3]
    made = factories.rate(session, card, item.id, level, "Shouted. " * 40, warnings=3)
    made.look_fors, made.follow_ups, made.version = 1, 1, 3
    made.situation = made.action = made.result = "Loud."
    made.happened, made.happened_note, made.seconds = 0b101, "The alarm went off.", 400
    for version in (2, 3):
        session.add(
            SavedAnswer(
                scorecard_id=card.id,
                item_id=item.id,
                note=f"Version {version}",
                version=version,
                saved_at=factories.NOW,
            )
        )


def _hand_out(session, world):
    """Exports as the worker leaves them. What a PDF says stands for its bytes: it decides them."""
    for table in (ExportUnit, Export, RecordCopy):
        session.execute(sa.delete(table))
    summaries = queries.summaries(session, world.guide, "The Worker", factories.NOW)
    number = itertools.count(FIRST)
    copies = []
    for candidate, summary in sorted(summaries.items()):
        copy = records.new_copy(summary, repr(summary).encode(), world.guide, candidate, None)
        copy.id, copy.made_at = next(number), factories.NOW
        copies.append(copy)
    session.add_all(copies)
    number = itertools.count(FIRST)
    for name in VIEWERS:
        for kind, units in ((Kind.SUMMARIES, copies), (Kind.SUMMARY, copies[:1])):
            row = next(number)
            if name != "nobody":
                session.add(_export(row, kind, world, world.people[name], units))


def _export(number, kind, world, person, copies):
    return Export(
        id=number,
        kind=kind,
        opening_id=world.opening,
        guide_id=world.guide,
        asked_by_id=person.id,
        asked_at=factories.NOW,
        state=State.READY,
        units=[
            ExportUnit(position=place, candidate_id=copy.candidate_id, copy=copy)
            for place, copy in enumerate(copies, start=1)
        ],
    )


# --- walking ---


def addresses(app, world, name, method) -> Iterator[tuple[str, dict, str]]:
    """All endpoints that take a method, with every number there is for their parameters.

    A paper is asked for at its own card and at those of the person who asks.
    """
    adapter = app.url_map.bind("localhost")
    numbers, mine = world.numbers_for(name), world.cards.get(name, ())
    for rule in app.url_map.iter_rules():
        if method not in rule.methods or (method == "POST" and rule.endpoint not in POSTS):
            continue
        unknown = rule.arguments - set(numbers)
        assert not unknown, f"{rule}: what may stand for {unknown}? Add it to World.numbers."
        names = sorted(rule.arguments)
        for values in itertools.product(*(numbers[name] for name in names)):
            filled = dict(zip(names, values, strict=True))
            if {"card_id", "paper_id"} <= filled.keys():
                card = filled["card_id"]
                if card not in mine and card != world.papers[filled["paper_id"]]:
                    continue
            yield rule.endpoint, filled, adapter.build(rule.endpoint, filled, method=method)


def pages(app, world, name) -> Iterator[str]:
    for endpoint, _, url in addresses(app, world, name, "GET"):
        yield url
        if endpoint in HIDE_NAMES:
            yield f"{url}?names=hidden"


@pytest.fixture
def client(app):
    """A client that leaves it to the other tests to check what it fetches."""
    return Unchecked(app, app.response_class)


class Unchecked(Client):
    def sign_in(self, person):
        super().sign_in(person)
        self.token = self._token()  # the session's, so that no page has to set one

    def open(self, *args, **kwargs):
        if kwargs.get("method") == "POST":
            kwargs["headers"] = {**kwargs["headers"], "X-CSRFToken": self.token}
        return FlaskClient.open(self, *args, **kwargs)


def sign_in(client, world, name):
    client.sign_in(world.people.get(name))


HIDE_NAMES = {"comparison.show", "scorecards.panel"}
TOKENS = (
    (re.compile(r'("token":)"[^"]+"'), r"\1"),
    (re.compile(r'(name="csrf_token"[^>]* value=)"[^"]+"'), r"\1"),
    # Of the session's cookie: when it was signed, and the signature.
    (re.compile(r"(session=\.?[\w-]+)\.[\w-]+\.[\w-]+"), r"\1"),
    (re.compile(r"(?m)^Date: .*$"), "Date"),
    (re.compile(r"nonce(=\"|-)[A-Za-z0-9_-]+"), "nonce"),
)


def seen(response):
    """All that a response tells; only tokens and nonces may differ from request to request."""
    body = response.get_data().decode("utf-8", "surrogateescape")
    headers = "\n".join(f"{name}: {value}" for name, value in response.headers)
    for pattern, by in TOKENS:
        body, headers = pattern.sub(by, body), pattern.sub(by, headers)
    return response.status_code, headers, body


def walk(app, client, world, names):
    found = {}
    for name in names:
        sign_in(client, world, name)
        for url in pages(app, world, name):
            with client.get(url) as response:
                found[name, url] = seen(response)
    return found


def differences(first, second):
    assert first.keys() == second.keys()
    return [place for place in first if first[place] != second[place]]


@pytest.mark.parametrize("state", [state for state, (_, is_open) in STATES.items() if not is_open])
def test_nobody_sees_a_difference_before_the_panel_is_complete(app, client, build, state):
    world = build(state)
    rewrite(app, world, mild=True)
    mild = walk(app, client, world, VIEWERS)
    rewrite(app, world, mild=False)
    assert differences(mild, walk(app, client, world, VIEWERS)) == []
    assert {status for status, _, _ in mild.values()} <= {200, 302, 303, 403, 404, 409}


@pytest.mark.parametrize("state", [state for state, (_, is_open) in STATES.items() if is_open])
def test_then_those_who_may_read_see_it_and_the_others_never_do(app, client, build, state):
    world = build(state)
    rewrite(app, world, mild=True)
    mild = walk(app, client, world, VIEWERS)
    rewrite(app, world, mild=False)
    found = differences(mild, walk(app, client, world, VIEWERS))
    differing = {name for name, _ in found}
    assert differing == set(VIEWERS) - NEVER
    panel = f"/interviews/{world.interview}/panel"
    comparison = f"/guides/{world.guide}/comparison"
    for name in differing:
        assert (name, panel) in found
        roles = world.people[name].roles
        assert ((name, comparison) in found) is bool(roles & {Role.RECRUITER, Role.HR})


def test_trainees_who_have_yet_to_submit_see_nothing_of_a_complete_panel(app, client, build):
    """Whatever roles they hold besides, and also in what was handed out to them before."""
    world = build("members in, trainees not")
    rewrite(app, world, mild=True)
    mild = walk(app, client, world, TRAINEES_OUT)
    rewrite(app, world, mild=False)
    assert differences(mild, walk(app, client, world, TRAINEES_OUT)) == []
    assert {status for status, _, _ in mild.values()} <= {200, 302, 303, 403, 404, 409}


# --- what changes things ---

# Addresses that are asked to do something which they refuse, or which shows nothing new: what is
# sent to them, made from the world. Each is sent by everybody.
POSTS: dict[str, Callable[[World], list[dict[str, Any]]]] = {
    "scorecards.save": lambda _: [{"seen": 0, "level": 3, "note": "x"}, {"level": 9}],
    "scorecards.set_aside": lambda _: [{"seen": 1, "level": 3, "note": "x"}, {"level": 9}],
    "scorecards.put_back": lambda _: [{"seen": 1}, {"seen": 3}, {}],
    "scorecards.submit": lambda _: [{}],
    "interviews.edit": lambda world: [
        {},
        {
            "guide": world.guide,
            "starts": "2026-11-02T09:00",
            "zone": "UTC",
            "place": "Room 2",
            # Without the other, who has saved an answer in both worlds. Guests keep their seats.
            "panel": [
                world.people[name].id
                for name, (roles, _) in PANEL.items()
                if name != "other" and Role.GUEST not in roles
            ],
        },
    ],
    "interviews.close": lambda _: [{}],
    "interviews.override": lambda _: [{}],
    "interviews.reopen": lambda _: [{}],
    "debrief.revise": lambda _: [{}],
    "guests.invite": lambda _: [{}],
    "guests.clear": lambda _: [{}],
    "guests.link": lambda _: [{}],
    "guests.take_off": lambda _: [{}],
    "guests.accept": lambda _: [{}, {"version": "2026-11-27", "agree": "y"}],
    "guests.declare": lambda _: [{}, {"answer": "none"}, {"answer": "conflict", "words": "Kin."}],
    "interviews.plan": lambda _: [{}],
    "interviews.add_candidate": lambda _: [{}],
    "interviews.add_list": lambda _: [{}],
    "comparison.decide": lambda _: [{}],
    "summaries.candidate": lambda _: [{}, {"first_ninety_days": "y"}],
    "summaries.opening": lambda _: [{}, {"first_ninety_days": "y"}],
    "summaries.guide": lambda _: [{}],
    "summaries.form": lambda _: [{}, {"kind": "fillable form"}],
    "paper.upload": lambda _: [{}],
    "paper.confirm": lambda _: [{}],
    "paper.discard": lambda _: [{}],
    "paper.attach": lambda _: [{}, {"code": "1-AAAA-AAAA"}],
    "paper.type_in": lambda _: [{}, {"seen": 0, "level": 3, "note": "x"}],
}
# Addresses behind which no rating is.
WITHOUT_RATINGS = {
    *("people.start", "people.invite", "people.link", "people.edit", "people.set_active"),
    *("people.join", "people.account", "security.login", "security.logout"),
    *("guests.enter", "guests.ask"),
    *("openings.new", "openings.edit", "guides.choose", "guides.add", "guides.move"),
    *("guides.drop", "guides.swap", "guides.reword", "guides.texts", "guides.weights"),
    *("guides.publish", "guides.next_version", "guides.check_wording", "guides.use"),
    "guides.from_file",
}


def test_every_address_that_changes_things_is_in_one_of_the_tables(app):
    rules = app.url_map.iter_rules()
    changing = {rule.endpoint for rule in rules if rule.methods - {"GET", "HEAD", "OPTIONS"}}
    assert changing == set(POSTS) | WITHOUT_RATINGS
    assert not set(POSTS) & WITHOUT_RATINGS


def posts(app, world, name) -> Iterator[tuple[str, dict, str]]:
    """What is sent, as a page's form and, the first of each address, as its script does."""
    for endpoint, filled, url in addresses(app, world, name, "POST"):
        # One's own card changes when one saves or submits: that is no news of others.
        if filled.get("card_id") not in world.cards.get(name, ()):
            first, *others = POSTS[endpoint](world)
            if _answers_scripts(app, endpoint):
                yield url, first, "application/json"
            yield from ((url, data, "text/html") for data in (first, *others))


def _answers_scripts(app, endpoint):
    """Whether it has answers of its own for them. Elsewhere they get the page of every refusal."""
    module = sys.modules[app.view_functions[endpoint].__module__]
    return "wants_json" in inspect.getsource(module)


def walk_posts(app, client, world, names):
    found = {}
    for name in names:
        sign_in(client, world, name)
        for number, (url, data, accept) in enumerate(posts(app, world, name)):
            with client.post(url, data=data, headers={"Accept": accept}) as response:
                told = seen(response)
            if response.location and response.location.startswith("/exports/"):
                told = "an export"  # with a number of its own; pages() looks into exports
            found[name, number, url] = told
    return found


def _who_learns_nothing(state):
    if state == "members in, trainees not":
        return list(TRAINEES)
    return sorted(NEVER) if STATES[state][1] else VIEWERS


@pytest.mark.parametrize(
    "state", ["some have, the other too", "closed", "members in, trainees not"]
)
def test_nobody_learns_anything_by_sending_forms(app, client, build, monkeypatch, state):
    monkeypatch.setattr(routes, "PATIENCE", 0)
    world = build(state)
    names = _who_learns_nothing(state)
    rewrite(app, world, mild=True)
    mild = walk_posts(app, client, world, names)
    rewrite(app, world, mild=False)
    assert differences(mild, walk_posts(app, client, world, names)) == []
    assert 500 not in {told[0] for told in mild.values()}


# --- what is said instead ---


@pytest.mark.parametrize("state", [state for state, (_, is_open) in STATES.items() if not is_open])
def test_how_many_have_submitted_is_all_that_is_said(app, client, build, state):
    world = build(state)
    rewrite(app, world, mild=False)
    has_submitted, _ = STATES[state]
    done = sum(map(has_submitted, PANEL))
    left, seats = len(PANEL) + len(HELD) - done, _seats(has_submitted)
    verb = "has" if left == 1 else "have"
    for name in VIEWERS:
        sign_in(client, world, name)
        page = client.get(f"/interviews/{world.interview}/panel")
        if name == "observer who is a recruiter":
            assert "You observe this interview: observers read no ratings. Panel" in main_of(page)
            continue
        if name in NEVER:
            assert page.status_code in {303, 403, 404}
            continue
        early = " Open it early, with a reason" if name in {"recruiter", "HR"} else ""
        before = (
            "What the panel scored for Subject Oz "
            f"Hidden until everyone on the panel has submitted: {left} of {left + done} {verb} not "
            "yet. So everyone rates what they heard themselves. It opens for all at the same "
            "moment. Panel "
        )
        after = (
            " Guest Let In With A Conflict declared a conflict. Recruiter let them on the panel "
            "all the same on Mon 2 Nov 2026, 09:00 (Europe/Dublin): They hardly know each other. "
            "Recruiter, who is not on this panel, types in a card of this panel from paper, since "
            "Mon 2 Nov 2026, 09:00 (Europe/Dublin). "
            f"To the start page{early}"
        )
        assert re.fullmatch(re.escape(before) + seats + re.escape(after), main_of(page))


def _seats(has_submitted):
    """Who is on the panel, and who has submitted; whether the others are late the clock says."""
    guests = [*HELD, *(name for name in PANEL if Role.GUEST in PANEL[name][0])]
    seats = {name: "" for name in PANEL if name not in guests}
    seats |= dict.fromkeys(TRAINEES, ", trainee") | dict.fromkeys(guests, "")
    return " ".join(
        rf"{name.title()}{what} {'Submitted' if has_submitted(name) else '(Late|Not yet)'}"
        for name, what in seats.items()
    )


def test_another_persons_card_looks_like_one_that_is_not_there(app, client, build):
    """So nobody learns from a refusal whether it was begun, is complete, or is locked."""
    world = build("some have, the other too")
    rewrite(app, world, mild=False)
    others = {*world.cards["other"], *world.twins}
    for name in ("interviewer", "everything", "interviewer off the panel"):
        sign_in(client, world, name)
        item = f"/items/{world.items[0].id}"
        for method, end in (
            ("GET", ""),
            ("GET", "/answers"),
            ("GET", f"{item}/history"),
            ("POST", "/submit"),
            ("POST", item),
            ("POST", f"{item}/aside"),
            ("POST", f"{item}/history/1"),
        ):
            told = set()
            for card in (*others, 99_999):
                data = {"seen": 0, "level": 3} if method == "POST" else None
                response = client.open(
                    f"/scorecards/{card}{end}", method=method, data=data, headers={}
                )
                told.add(seen(response)[::2])  # the first POST of a session sets a cookie
            assert len(told) == 1
            assert told.pop()[0] == 404


# --- what is mailed ---


@pytest.mark.parametrize("state", STATES)
def test_no_mail_tells_the_worlds_apart(app, build, monkeypatch, state):
    """Also when the values are open: a mail leads to them and says nothing of them."""
    monkeypatch.setattr(db, "now", lambda: factories.NOW + dt.timedelta(days=2))
    world = build(state)
    rewrite(app, world, mild=True)
    mild = mails(app)
    rewrite(app, world, mild=False)
    assert mails(app) == mild
    told = {(kind, message.address) for kind, message in mild}
    for name in ("guest who was invited", "guest who has accepted", "guest"):
        is_waited_for = not STATES[state][1]
        assert (("reminder", world.people[name].email) in told) is is_waited_for, name
    assert ("reminder", world.people["interviewer"].email) in told, "two more wait for them"
    assert ("reminder", world.people["guest with a conflict"].email) not in told
    assert "complete" in {kind for kind, _ in told}


def mails(app):
    """Every mail that the worker would send now, as it would be written."""
    with app.app_context():
        session = db.session()
        for table in (Mail, Reminder, Completion):
            session.execute(sa.delete(table))
        session.commit()
        list(reminders.overdue(session))
        found = [
            (mail.kind, named(WRITERS[mail.kind])(session, mail))
            for mail in session.scalars(sa.select(Mail).order_by(Mail.kind, Mail.about))
        ]
        return [(kind, message) for kind, message in found if message is not None]
