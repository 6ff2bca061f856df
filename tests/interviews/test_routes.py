"""Candidates, lists of them, planning and closing, through the pages a recruiter uses."""

import datetime as dt
import html
import io
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from hiring.guides.models import Guide
from hiring.interviews.models import Candidate, Interview, Scorecard
from hiring.openings.models import Opening
from hiring.people.models import Person
from hiring.people.rules import Role
from tests import factories
from tests.pages import chosen, text_of, typed

STARTS = "2026-11-03T10:30"


@pytest.fixture
def here(rows, client):
    """An opening with a published guide, two interviewers, and a recruiter, who is signed in."""
    with rows() as session:
        recruiter = factories.person(session, Role.RECRUITER, name="Rita Recruiter")
        ann, bob = (factories.person(session, name=name) for name in ("Ann Lee", "Bob Roy"))
        guide = factories.guide(session, recruiter)
        session.commit()
    client.sign_in(recruiter)
    return SimpleNamespace(
        recruiter=recruiter, ann=ann, bob=bob, guide=guide, opening=guide.opening_id
    )


@pytest.fixture
def planned(here, rows):
    """The same with an interview of Cem Oz by Ann and Bob."""
    with rows() as session:
        guide = session.merge(here.guide)
        cem = factories.candidate(session, guide.opening, name="Cem Oz")
        panel = [session.merge(here.ann), session.merge(here.bob)]
        interview = factories.interview(session, guide, panel, cem)
        session.commit()
    return SimpleNamespace(**vars(here), cem=cem, interview=interview.id, cards=interview.cards)


WITH_ITEMS = joinedload(Scorecard.interview).joinedload(Interview.guide).selectinload(Guide.items)


def submit(rows, *cards):
    with rows() as session:
        for card in cards:
            factories.fill(session, session.get(Scorecard, card.id, options=[WITH_ITEMS]))
        session.commit()


def names(read):
    return [one.name for one in read(sa.select(Candidate).order_by(Candidate.id))]


# --- one candidate ---


def test_add_one(here, client, read):
    page = client.get(f"/openings/{here.opening}")
    assert "No candidates yet" in page.text
    answer = client.post(
        f"/openings/{here.opening}/candidates",
        data={"name": "  Cem Oz ", "email": "Cem@Example.org", "reference": "C-7"},
    )
    (cem,) = read(sa.select(Candidate))
    assert (cem.name, cem.email, cem.reference) == ("Cem Oz", "cem@example.org", "C-7")
    assert answer.status_code == 303
    assert answer.location == f"/candidates/{cem.id}"
    shown = text_of(client.get(answer.location))
    assert "Cem Oz is added" in shown
    assert "C-7 · cem@example.org" in shown
    assert "No interview yet" in shown
    assert "Cem Oz" in client.get(f"/openings/{here.opening}").text


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"name": "", "email": "a@a.org", "reference": "C-1"}, "Write a name."),
        ({"name": " \u00a0 ", "email": "a@a.org", "reference": "C-1"}, "Write a name."),
        ({"name": "A" * 121, "email": "a@a.org"}, "Use at most 120 letters."),
        ({"name": "Ann", "email": "ann(at)a.org"}, "doesn't look like an e-mail address"),
        ({"name": "Ann", "email": "", "reference": ""}, "an e-mail address or a reference"),
        ({"name": "Ann", "reference": "7" * 61}, "Use at most 60 characters."),
        ({"name": '<b>"Ann"', "email": "no"}, "doesn't look like an e-mail address"),
    ],
)
def test_a_candidate_that_cannot_be_added_is_kept_in_the_form(here, client, read, data, sentence):
    answer = client.post(f"/openings/{here.opening}/candidates", data=data)
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    for name, value in data.items():
        assert typed(answer, name) == value.strip()
    assert names(read) == []


@pytest.mark.parametrize("again", [{"email": "CEM@example.net"}, {"reference": "C-7"}])
def test_nobody_is_added_twice(here, client, read, again):
    cem = {"name": "Cem Oz", "email": "cem@example.net", "reference": "C-7"}
    client.post(f"/openings/{here.opening}/candidates", data=cem)
    answer = client.post(f"/openings/{here.opening}/candidates", data={"name": "C. Oz", **again})
    assert answer.status_code == 422
    assert "Cem Oz is here already" in text_of(answer)
    assert typed(answer, "name") == "C. Oz"
    assert names(read) == ["Cem Oz"]


def test_the_same_person_may_apply_for_two_openings(here, client, rows, read):
    with rows() as session:
        other = factories.opening(session, session.merge(here.recruiter), "Team lead")
        session.commit()
    for opening in (here.opening, other.id):
        data = {"name": "Cem Oz", "email": "cem@a.org", "reference": "C-7"}
        assert client.post(f"/openings/{opening}/candidates", data=data).status_code == 303
    assert names(read) == ["Cem Oz", "Cem Oz"]


@pytest.mark.parametrize("url", ["/openings/99/candidates", "/openings/99/candidates/list"])
def test_an_opening_that_is_not_there(here, client, read, url):
    answer = client.post(url, data={"name": "A", "reference": "1", "text": "A,a@a.org"})
    assert answer.status_code == 404
    assert names(read) == []


def test_a_post_of_another_site_adds_nobody(here, client, read):
    data = {"name": "Cem", "reference": "1"}
    answer = client.post(f"/openings/{here.opening}/candidates", data=data, token=False)
    assert answer.status_code == 400
    assert "nothing was changed" in text_of(answer)
    assert names(read) == []


# --- a list ---


def send_list(client, here, **data):
    return client.post(f"/openings/{here.opening}/candidates/list", data=data)


def send_file(client, here, content, name="people.csv", **data):
    return send_list(client, here, file=(io.BytesIO(content), name), **data)


def test_add_a_list_by_pasting_it_bad_rows_wait_in_the_box(here, client, read):
    client.post(
        f"/openings/{here.opening}/candidates", data={"name": "Cem Oz", "email": "cem@a.org"}
    )
    text = "Ref;Name;E-mail\n7;Ann Lee;ann@a.org\n8;;bob@a.org\n;Cem Oz;CEM@a.org\n9;Dee;d(at)a\n"
    answer = send_list(client, here, text=text)
    assert answer.status_code == 422
    shown = text_of(answer)
    assert "1 candidate added" in shown
    assert "1 row already here and left as it is: Cem Oz." in shown
    assert "2 rows could not be taken. They wait in the box below: mend them there" in shown
    assert "Line 3: The name is missing." in shown
    assert "Line 5: “d(at)a” is not an e-mail address." in shown
    assert typed(answer, "text") == "Ref,Name,E-mail\n8,,bob@a.org\n9,Dee,d(at)a"
    assert names(read) == ["Cem Oz", "Ann Lee"]

    mended = typed(answer, "text").replace("8,,", "8,Bob,").replace("(at)a", "@a.org")
    answer = send_list(client, here, text=mended)
    assert answer.status_code == 200
    assert "2 candidates added" in text_of(answer)
    assert typed(answer, "text") == ""
    assert names(read) == ["Cem Oz", "Ann Lee", "Bob", "Dee"]


def test_one_row_is_told_as_one(here, client):
    shown = text_of(send_list(client, here, text="Bob Roy"))
    assert "1 row could not be taken. It waits in the box below: mend it there" in shown


def test_the_same_list_twice_adds_nobody(here, client, read):
    text = "Ann,ann@a.org\nBob,,C-2\nAnn again,ANN@a.org"
    assert "2 candidates added. 1 row already" in text_of(send_list(client, here, text=text))
    assert "No candidates added. 3 rows already" in text_of(send_list(client, here, text=text))
    assert names(read) == ["Ann", "Bob"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_file_as_spreadsheets_save_it(here, client, read, encoding, separator):
    lines = ["Name,E-mail", "Zoë “Zo” Müller,zoe@a.org", "François,f@a.org"]
    content = "\r\n".join(lines).replace(",", separator).encode(encoding)
    answer = send_file(client, here, content)
    assert "2 candidates added" in text_of(answer)
    assert names(read) == ["Zoë “Zo” Müller", "François"]


def test_names_like_formulas_and_mark_up_stay_text(here, client, read):
    name = '=HYPERLINK("http://x")<script>'
    answer = send_list(client, here, text='"=HYPERLINK(""http://x"")<script>",,+1\n@SUM,nope')
    assert "<script>" not in answer.text
    assert typed(answer, "text") == "@SUM,nope"
    assert names(read) == [name]
    page = client.get(f"/openings/{here.opening}")
    assert name in html.unescape(page.text)
    assert "<script>" not in page.text


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "“people.csv” is not a text file."),
        (b"PK\x03\x04\x14\x00\x06\x00", "“people.csv” is not a text file."),
        ("Ann,ann@a.org".encode("utf-16-le"), "“people.csv” is not a text file."),
        (b"Ann,ann@a.org\n\x81\x8d", "“people.csv” is not a text file."),
        (b"", "“people.csv” is empty."),
        (b"\xef\xbb\xbf \r\n", "“people.csv” is empty."),
    ],
)
def test_a_file_that_holds_no_list_is_refused(here, client, read, content, sentence):
    answer = send_file(client, here, content)
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert names(read) == []


def test_a_file_beside_pasted_rows_is_not_sent_in_their_place(here, client, read):
    answer = send_file(client, here, b"Ann,ann@a.org", text="Bob,bob@a.org")
    assert answer.status_code == 422
    assert "Send one, then the other." in text_of(answer)
    assert typed(answer, "text") == "Bob,bob@a.org"
    assert names(read) == []


def test_an_empty_list_and_one_that_is_too_long(here, client, read):
    answer = send_list(client, here, text=" \n ")
    assert answer.status_code == 422
    assert "Paste some rows or choose a file." in text_of(answer)
    text = "Ann,ann@a.org\n" * 40_000
    answer = send_list(client, here, text=text)
    assert answer.status_code == 422
    assert "Paste at most 500,000 characters." in text_of(answer)
    assert typed(answer, "text") == text.strip()
    assert names(read) == []


def test_a_file_that_is_too_large_is_refused_before_it_is_read(here, client, read):
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
    answer = client.post(
        f"/openings/{here.opening}/candidates/list",
        data=head + b"Ann,ann@a.org\n" * 150_000 + b"\r\n--x--\r\n",
        content_type="multipart/form-data; boundary=x",
    )
    assert answer.status_code == 413
    assert "At most 2 MB can be sent here at once." in text_of(answer)
    assert names(read) == []


# --- planning ---


def plan(here, **changes):
    return {
        "guide": here.guide.id,
        "starts": STARTS,
        "zone": "America/New_York",
        "place": "Room 5",
        "panel": [here.ann.id, here.bob.id],
        **changes,
    }


@pytest.fixture
def dee(here, rows):
    with rows() as session:
        made = factories.candidate(session, session.merge(here.guide).opening, name="Dee Fox")
        session.commit()
    return made


def test_plan_an_interview(here, dee, client, read):
    page = client.get(f"/candidates/{dee.id}/interviews/new")
    assert chosen(page, "zone") == ["UTC"]
    assert "Ann Lee" in page.text
    assert "Rita Recruiter" not in text_of(page).split("Panel")[1].split("Observers")[0]
    answer = client.post(f"/candidates/{dee.id}/interviews/new", data=plan(here))
    assert answer.status_code == 303
    assert answer.location == f"/candidates/{dee.id}"
    shown = text_of(client.get(answer.location))
    assert "The interview with Dee Fox is planned." in shown
    assert "Tue 3 Nov 2026, 10:30 (America/New_York)" in shown
    assert "Room 5" in shown
    assert "Ann Lee (not yet), Bob Roy (not yet)" in shown.replace(", late", "")
    assert "0 of 2 submitted" in shown
    (interview,) = read(sa.select(Interview))
    assert interview.starts_at == dt.datetime(2026, 11, 3, 15, 30, tzinfo=dt.UTC)
    assert interview.planned_by_id == here.recruiter.id
    assert {card.person_id for card in read(sa.select(Scorecard))} == {here.ann.id, here.bob.id}


def test_the_zone_of_the_last_interview_is_offered_first(planned, dee, client):
    page = client.get(f"/candidates/{dee.id}/interviews/new")
    assert chosen(page, "zone") == ["Europe/Dublin"]


@pytest.mark.parametrize(
    "case",
    [
        ({"starts": ""}, "Choose a date and a time."),
        ({"starts": "next week"}, "This is not a date with a time."),
        ({"starts": "2026-03-08T02:30"}, "Clocks in America/New_York skip 02:30 on that day."),
        ({"starts": "9999-12-31T23:59"}, "Choose a date between 2000 and 2100."),
        ({"starts": "0001-01-01T00:00", "zone": "Pacific/Auckland"}, "between 2000 and 2100"),
        ({"zone": "Atlantis/Capital"}, "Choose one from the list."),
        ({"place": "  "}, "Write a place"),
        ({"place": "x" * 301}, "Use at most 300 characters."),
        ({"panel": []}, "Choose at least one interviewer."),
        ({"panel": ["9999"]}, "“9999” is not in the list."),
        ({"guide": "9999"}, "Choose one from the list."),
        ({"guide": "new"}, "Choose one from the list."),
    ],
)
def test_a_plan_that_cannot_be_is_kept_in_the_form(here, dee, client, read, case):
    change, sentence = case
    data = plan(here, **change)
    answer = client.post(f"/candidates/{dee.id}/interviews/new", data=data)
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert typed(answer, "starts") == data["starts"]
    assert typed(answer, "place") == data["place"].strip()
    if "zone" not in change:
        assert chosen(answer, "zone") == ["America/New_York"]
    if "panel" not in change:
        assert chosen(answer, "panel") == [str(here.ann.id), str(here.bob.id)]
    assert read(sa.select(Interview)) == []
    assert read(sa.select(Scorecard)) == []


def test_only_open_accounts_with_the_role_of_interviewer_sit_on_a_panel(here, dee, client, rows):
    with rows() as session:
        hr = factories.person(session, Role.HR, name="Hal HR")
        session.merge(here.bob).active = False
        session.commit()
    page = client.get(f"/candidates/{dee.id}/interviews/new")
    assert "Ann Lee" in page.text
    assert "Hal HR" not in page.text.split("Observers")[0]
    assert "Bob Roy" not in page.text
    for wrong in (hr.id, here.bob.id, here.recruiter.id):
        data = plan(here, panel=[here.ann.id, wrong])
        answer = client.post(f"/candidates/{dee.id}/interviews/new", data=data)
        assert answer.status_code == 422


def test_there_is_nobody_to_interview(rows, client):
    with rows() as session:
        recruiter = factories.person(session, Role.RECRUITER)
        dee = factories.candidate(session, factories.guide(session, recruiter).opening)
        session.commit()
    client.sign_in(recruiter)
    page = client.get(f"/candidates/{dee.id}/interviews/new")
    assert "Nobody has the role of interviewer yet." in text_of(page)


def test_a_candidate_who_withdrew_before_any_interview_can_be_decided_on(here, rows, client):
    with rows() as session:
        opening = session.get_one(Opening, here.opening)
        dee = factories.candidate(session, opening, name="Dee Fox").id
        session.commit()
    url = f"/candidates/{dee}/decisions"
    assert f'href="{url}"' in client.get(f"/candidates/{dee}").text
    assert "No decision yet" in text_of(client.get(url))
    for outcome in ("candidate withdrew", "make an offer"):
        data = {"outcome": outcome, "reason": "She took another place."}
        assert client.post(url, data=data).status_code == 303
    page = client.get(url)
    assert "She took another place." in page.text
    assert "For their manager" not in page.text, "there is nothing to sum up"


def test_without_a_published_guide_no_interview_can_be_planned(rows, client, read):
    with rows() as session:
        recruiter = factories.person(session, Role.RECRUITER)
        guide = factories.guide(session, recruiter, published=False)
        dee = factories.candidate(session, guide.opening)
        session.commit()
    client.sign_in(recruiter)
    page = text_of(client.get(f"/candidates/{dee.id}"))
    assert "Publish the guide of this opening first" in page
    for answer in (
        client.get(f"/candidates/{dee.id}/interviews/new"),
        client.post(f"/candidates/{dee.id}/interviews/new", data={"guide": guide.id}),
    ):
        assert answer.status_code == 409
        assert "no published guide" in text_of(answer)
    assert read(sa.select(Interview)) == []


def test_one_interview_for_each_version_of_the_guide(planned, client, rows, read):
    url = f"/candidates/{planned.cem.id}/interviews/new"
    answer = client.post(url, data=plan(planned))
    assert answer.status_code == 409
    assert "every published version" in text_of(answer)
    with rows() as session:
        guide = session.merge(planned.guide)
        newer = factories.guide(session, planned.recruiter, of=guide.opening, version=2)
        session.commit()
    assert client.post(url, data=plan(planned)).status_code == 422
    assert client.post(url, data=plan(planned, guide=newer.id)).status_code == 303
    assert len(read(sa.select(Interview))) == 2


# --- changing ---


def test_change_the_time_the_place_and_the_panel(planned, client, rows, read):
    with rows() as session:
        eve = factories.person(session, name="Eve Ito")
        session.commit()
    page = client.get(f"/interviews/{planned.interview}")
    assert typed(page, "starts") == "2026-11-02T09:00"
    assert chosen(page, "zone") == ["Europe/Dublin"]
    assert typed(page, "place") == "Room 2"
    assert chosen(page, "panel") == [str(planned.ann.id), str(planned.bob.id)]
    kept = planned.cards[0].id
    data = plan(planned, panel=[planned.ann.id, eve.id], starts="2020-07-02T10:30", zone="UTC")
    answer = client.post(f"/interviews/{planned.interview}", data=data)
    assert answer.status_code == 303
    shown = text_of(client.get(answer.location))
    assert "The interview is changed." in shown
    assert "Thu 2 Jul 2020, 10:30 (UTC)" in shown
    assert "Ann Lee (not yet, late), Eve Ito (not yet, late)" in shown
    cards = {card.person_id: card.id for card in read(sa.select(Scorecard))}
    assert set(cards) == {planned.ann.id, eve.id}
    assert cards[planned.ann.id] == kept


def test_whoever_has_saved_an_answer_keeps_their_seat(planned, client, rows, read):
    with rows() as session:
        card = session.merge(planned.cards[1])
        factories.rate(session, card, planned.guide.items[0].id)
        session.commit()
    data = plan(planned, panel=[planned.ann.id], place="Elsewhere")
    answer = client.post(f"/interviews/{planned.interview}", data=data)
    assert answer.status_code == 409
    assert "has already saved an answer" in text_of(answer)
    (interview,) = read(sa.select(Interview))
    assert interview.place == "Room 2"
    assert len(read(sa.select(Scorecard))) == 2


def test_who_has_saved_nothing_moves_between_panel_and_trainees(planned, client, read):
    url = f"/interviews/{planned.interview}"
    for panel, trainees in (([planned.ann.id], [planned.bob.id]), ([planned.bob.id], [])):
        data = plan(planned, panel=panel, trainees=trainees)
        assert client.post(url, data=data).status_code == 303
        cards = read(sa.select(Scorecard).where(Scorecard.part == "counted"))
        assert [card.person_id for card in cards] == panel
        cards = read(sa.select(Scorecard).where(Scorecard.part == "trainee"))
        assert [card.person_id for card in cards] == trainees


def test_who_has_saved_an_answer_does_not_move(planned, client, rows, read):
    with rows() as session:
        factories.rate(session, session.merge(planned.cards[1]), planned.guide.items[0].id)
        session.commit()
    data = plan(planned, panel=[planned.ann.id], trainees=[planned.bob.id], place="Elsewhere")
    answer = client.post(f"/interviews/{planned.interview}", data=data)
    assert answer.status_code == 409
    assert "or moved between panel and trainees, has already saved an answer" in text_of(answer)
    assert {card.part for card in read(sa.select(Scorecard))} == {"counted"}
    (interview,) = read(sa.select(Interview))
    assert interview.place == "Room 2"


def test_a_member_who_is_no_interviewer_any_more_can_stay(planned, client, rows, read):
    with rows() as session:
        session.get(Person, planned.bob.id).roles = frozenset({Role.HR})
        session.commit()
    page = client.get(f"/interviews/{planned.interview}")
    assert chosen(page, "panel") == [str(planned.ann.id), str(planned.bob.id)]
    answer = client.post(f"/interviews/{planned.interview}", data=plan(planned))
    assert answer.status_code == 303
    assert len(read(sa.select(Scorecard))) == 2


def test_a_change_that_cannot_be_is_kept_in_the_form(planned, client, read):
    data = plan(planned, starts="2026-03-29T01:30", zone="Europe/Dublin", place="Elsewhere")
    answer = client.post(f"/interviews/{planned.interview}", data=data)
    assert answer.status_code == 422
    assert "Clocks in Europe/Dublin skip 01:30" in text_of(answer)
    assert typed(answer, "starts") == "2026-03-29T01:30"
    assert typed(answer, "place") == "Elsewhere"
    (interview,) = read(sa.select(Interview))
    assert interview.place == "Room 2"


def test_nobody_joins_or_leaves_a_panel_whose_ratings_can_be_read(planned, client, rows, read):
    submit(rows, *planned.cards)
    with rows() as session:
        eve = factories.person(session)
        session.commit()
    everyone = [planned.ann.id, planned.bob.id]
    for panel in ([*everyone, eve.id], everyone[:1]):
        answer = client.post(f"/interviews/{planned.interview}", data=plan(planned, panel=panel))
        assert answer.status_code == 409
        assert "nobody can join or leave it" in text_of(answer)
    assert client.post(f"/interviews/{planned.interview}", data=plan(planned)).status_code == 303
    (interview,) = read(sa.select(Interview))
    assert interview.place == "Room 5"
    assert len(read(sa.select(Scorecard))) == 2


def test_a_recruiter_cannot_step_off_a_panel_read_it_and_step_back_on(planned, client, rows, read):
    """Whoever leaves may read what the others scored, and so can never rate it again."""
    with rows() as session:
        both = factories.person(session, Role.RECRUITER, Role.INTERVIEWER)
        session.commit()
    everyone = [planned.ann.id, planned.bob.id, both.id]
    client.sign_in(both)
    assert (
        client.post(
            f"/interviews/{planned.interview}", data=plan(planned, panel=everyone)
        ).status_code
        == 303
    )
    submit(rows, *planned.cards)
    assert "Hidden until" in client.get(f"/interviews/{planned.interview}/panel").text
    client.post(f"/interviews/{planned.interview}", data=plan(planned, panel=everyone[:2]))
    assert "Said what they did." in client.get(f"/interviews/{planned.interview}/panel").text
    answer = client.post(f"/interviews/{planned.interview}", data=plan(planned, panel=everyone))
    assert answer.status_code == 409
    assert both.id not in {card.person_id for card in read(sa.select(Scorecard))}


# --- closing ---


def test_close_a_panel_with_a_reason_that_everyone_on_it_can_read(planned, client, rows, read):
    submit(rows, planned.cards[0])
    page = client.get(f"/candidates/{planned.cem.id}")
    assert "Close the panel" in page.text
    assert "1 of 2 submitted" in text_of(page)
    url = f"/interviews/{planned.interview}/close"
    assert "Ann Lee (submitted), Bob Roy (not yet)" in text_of(client.get(url))
    assert "Hidden until" in client.get(f"/interviews/{planned.interview}/panel").text
    answer = client.post(url, data={"reason": "Bob has left the company."})
    assert answer.status_code == 303
    shown = text_of(client.get(answer.location))
    assert "Closed with 1 of 2" in shown
    assert "by Rita Recruiter" in shown
    assert "Bob has left the company." in shown
    assert "Close the panel" not in shown
    (interview,) = read(sa.select(Interview))
    assert interview.closed_by_id == planned.recruiter.id
    client.sign_in(planned.bob)
    panel = text_of(client.get(f"/interviews/{planned.interview}/panel"))
    assert "Rita Recruiter closed this panel" in panel
    assert "Bob has left the company." in panel


@pytest.mark.parametrize(
    "case",
    [("", "Write why you are not waiting"), ("ill", "Use 5 to"), ("x" * 1001, "Use 5 to")],
)
def test_closing_needs_a_reason(planned, client, rows, read, case):
    reason, sentence = case
    submit(rows, planned.cards[0])
    answer = client.post(f"/interviews/{planned.interview}/close", data={"reason": reason})
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert typed(answer, "reason") == reason
    assert read(sa.select(Interview.closed_at)) == [None]


def refused(client, url, sentence):
    for answer in (client.get(url), client.post(url, data={"reason": "They are all ill."})):
        assert answer.status_code == 409
        assert sentence in text_of(answer)


def test_what_cannot_be_closed(planned, client, rows, read):
    url = f"/interviews/{planned.interview}/close"
    refused(client, url, "Nobody on this panel has submitted yet.")
    submit(rows, *planned.cards)
    refused(client, url, "there is nothing to close")
    assert read(sa.select(Interview.closed_at)) == [None]


def test_a_closed_panel_is_neither_closed_again_nor_changed(planned, client, rows, read):
    submit(rows, planned.cards[0])
    url = f"/interviews/{planned.interview}"
    client.post(f"{url}/close", data={"reason": "Bob is ill."})
    refused(client, f"{url}/close", "closed already")
    answer = client.post(url, data=plan(planned, panel=[planned.ann.id]))
    assert answer.status_code == 409
    assert "The panel is closed" in text_of(answer)
    assert read(sa.select(Interview.close_reason)) == ["Bob is ill."]
    assert len(read(sa.select(Scorecard))) == 2


def test_a_recruiter_who_has_yet_to_score_closes_nothing(here, client, rows, read):
    with rows() as session:
        both = factories.person(session, Role.RECRUITER, Role.INTERVIEWER)
        guide = session.merge(here.guide)
        interview = factories.interview(
            session, guide, [session.merge(here.ann), both, session.merge(here.bob)]
        )
        factories.fill(session, interview.cards[0])
        session.commit()
    url = f"/interviews/{interview.id}/close"
    client.sign_in(both)
    refused(client, url, "Submit your own scorecard first")
    assert read(sa.select(Interview.closed_at)) == [None]
    submit(rows, interview.cards[1])
    assert client.post(url, data={"reason": "Bob is ill."}).status_code == 303
    assert read(sa.select(Interview.closed_by_id)) == [both.id]


# --- who sees what, and empty pages ---


def test_hr_reads_plans_and_changes_nothing(planned, client, rows, read):
    with rows() as session:
        hr = factories.person(session, Role.HR)
        session.commit()
    submit(rows, planned.cards[0])
    client.sign_in(hr)
    for url in ("/openings", f"/openings/{planned.opening}", f"/candidates/{planned.cem.id}"):
        page = client.get(url)
        assert page.status_code == 200
        for button in ("New opening", "Add a candidate", "Change time", "Close the panel"):
            assert button not in page.text
    for url in (
        f"/openings/{planned.opening}/candidates",
        f"/openings/{planned.opening}/candidates/list",
        f"/candidates/{planned.cem.id}/interviews/new",
        f"/interviews/{planned.interview}",
        f"/interviews/{planned.interview}/close",
    ):
        assert client.post(url, data={"reason": "They are all ill."}).status_code == 403
    assert read(sa.select(Interview.closed_at)) == [None]


def test_an_interviewer_reads_no_plans(planned, client):
    client.sign_in(planned.ann)
    for url in ("/openings", f"/openings/{planned.opening}", f"/candidates/{planned.cem.id}"):
        assert client.get(url).status_code == 403


def test_empty_pages_say_what_to_do_next(client, rows):
    with rows() as session:
        recruiter = factories.person(session, Role.RECRUITER)
        session.commit()
    client.sign_in(recruiter)
    page = text_of(client.get("/openings"))
    assert "No openings yet" in page
    assert "Make the first opening" in page
    with rows() as session:
        opening = factories.opening(session, session.merge(recruiter))
        session.commit()
    page = text_of(client.get(f"/openings/{opening.id}"))
    assert "No guide yet" in page
    assert "Choose traits" in page
    assert "Add one below, or paste a list." in page
    assert "No interviews yet" in text_of(client.get("/openings"))


def test_the_list_of_openings_shows_how_far_each_is(planned, client, rows):
    submit(rows, planned.cards[0])
    assert "1 of 2 scorecards in" in text_of(client.get("/openings"))
    assert "1 candidate" in text_of(client.get("/openings"))
