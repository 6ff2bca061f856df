"""What is refused, with its reason and nothing written: files that are not this card's form."""

import io
import re
import time
import zlib

import pikepdf
import pytest
import sqlalchemy as sa
from pikepdf import Array, Dictionary, Encryption, Name, ObjectStreamMode, String
from PIL import Image

from hiring.guides import queries as guides
from hiring.interviews.models import Candidate, Scorecard
from hiring.interviews.papers import Paper
from hiring.paper import reading, rules
from hiring.people.rules import LIMITS, Door, Limit, Limits
from hiring.scorecards.models import Rating
from hiring.scorecards.rules import Answer
from tests import factories
from tests.pages import main_of, text_of
from tests.paper import filling
from tests.paper.conftest import sheet_of

pytestmark = [
    pytest.mark.pdf,
    # The client of the tests keeps a large upload in a file that it leaves open.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


def changed(content, change, **given):
    """The file after a change to what is in it."""
    with pikepdf.open(io.BytesIO(content)) as opened:
        change(opened)
        return filling.saved(opened, **given)


def picture(kind, size=(40, 30)):
    buffer = io.BytesIO()
    Image.new("RGB", size, "white").save(buffer, kind)
    return buffer.getvalue()


def nothing_is_written(desk):
    with desk.rows() as session:
        return not any(
            session.scalar(sa.select(sa.func.count()).select_from(table))
            for table in (Paper, Rating)
        )


def refused(desk, content, sentence, name="form.pdf"):
    answer = desk.upload(content, name)
    assert answer.status_code == 422
    assert f"“{name}” was not taken. " in text_of(answer)
    assert sentence in text_of(answer)
    assert nothing_is_written(desk)


# --- not a form of ours at all ---


def script(pdf):
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def script_by_name(pdf):
    action = pdf.make_indirect(Dictionary(S=Name.JavaScript, JS=String("app.alert(1)")))
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("x"), action])))


def script_of_a_field(pdf):
    kept = pdf.make_stream(b"app.alert(1)")
    filling.field(pdf, "q1_note").AA = Dictionary(K=Dictionary(S=Name.JavaScript, JS=kept))


def attachment(pdf):
    pdf.attachments["evil.exe"] = b"MZ"


def attachment_on_a_page(pdf):
    file = pdf.make_stream(b"MZ", Type=Name.EmbeddedFile)
    spec = Dictionary(Type=Name.Filespec, F=String("x"), EF=Dictionary(F=file))
    note = Dictionary(Type=Name.Annot, Subtype=Name.FileAttachment, Rect=[0, 0, 9, 9], FS=spec)
    pdf.pages[0].Annots.append(pdf.make_indirect(note))


def launch(pdf):
    pdf.Root.OpenAction = Dictionary(S=Name.Launch, F=String("calc.exe"))


def send(pdf):
    pdf.Root.AcroForm.AA = Dictionary(K=Dictionary(S=Name.SubmitForm, F=String("http://x/")))


def xfa(pdf):
    pdf.Root.AcroForm.XFA = pdf.make_stream(b"<xdp/>")


def flat(pdf):
    del pdf.Root.AcroForm


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (script, "script"),
        (script_by_name, "script"),
        (script_of_a_field, "script"),
        (attachment, "embedded"),
        (attachment_on_a_page, "embedded"),
        (launch, "active"),
        (send, "active"),
        (xfa, "active"),
        (flat, "flat"),
    ],
)
def test_what_our_forms_never_have_is_refused(desk, change, problem):
    refused(desk, changed(desk.form({1: Answer(level=3)}), change), rules.PROBLEMS[problem])


def page_of(pdf):
    return Dictionary(S=Name.GoTo, D=Array([pdf.pages[0].obj, Name.Fit]))


def elsewhere(pdf):
    """An action that opens a file on another machine, which then learns who opens this one."""
    return Dictionary(S=Name.GoToR, F=String("//192.0.2.1/share/x.pdf"), D=Array([0, Name.Fit]))


def to_another_file(pdf):
    pdf.Root.OpenAction = elsewhere(pdf)


def to_another_file_by_a_link(pdf):
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0] * 4), A=elsewhere(pdf))
    pdf.pages[0].Annots = Array([pdf.make_indirect(link)])


def to_another_thread(pdf):
    action = Dictionary(S=Name.Thread, F=String("//192.0.2.1/share/x.pdf"), D=0)
    pdf.Root.OpenAction = pdf.make_indirect(action)


def to_the_network(pdf):
    return Dictionary(S=Name.URI, URI=String("http://192.0.2.1/"))


def to_the_network_at_once(pdf):
    pdf.Root.OpenAction = pdf.make_indirect(to_the_network(pdf))


def to_the_network_after_a_page(pdf):
    first = page_of(pdf)
    first.Next = Array([page_of(pdf), pdf.make_indirect(to_the_network(pdf))])
    pdf.Root.OpenAction = first


def to_the_network_by_a_page(pdf):
    pdf.pages[0].AA = pdf.make_indirect(Dictionary(O=to_the_network(pdf)))


def round_and_round(pdf):
    first = pdf.make_indirect(page_of(pdf))
    first.Next = first
    pdf.Root.OpenAction = first


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (to_another_file, "active"),
        (to_another_file_by_a_link, "active"),
        (to_another_thread, "active"),
        (to_the_network_at_once, "active"),
        (to_the_network_after_a_page, "active"),
        (to_the_network_by_a_page, "active"),
        (round_and_round, "complex"),
    ],
)
def test_what_would_reach_out_is_refused(change, problem):
    with pytest.raises(rules.Unreadable) as refusal:
        reading.media_type(changed(picture("PDF"), change))
    assert refusal.value.problem == problem


def opens_at_a_page(pdf):
    pdf.Root.OpenAction = Array([pdf.pages[0].obj, Name.Fit])


def opens_by_an_action(pdf):
    pdf.Root.OpenAction = page_of(pdf)


def has_a_link(pdf):
    link = Dictionary(
        Type=Name.Annot, Subtype=Name.Link, Rect=Array([0] * 4), A=to_the_network(pdf)
    )
    pdf.pages[0].Annots = Array([pdf.make_indirect(link)])


@pytest.mark.parametrize("change", [opens_at_a_page, opens_by_an_action, has_a_link])
def test_what_waits_to_be_pressed_or_turns_to_a_page_is_taken(change):
    """Programs that scan put a link to their maker on the page, and say where to open it."""
    assert reading.media_type(changed(picture("PDF"), change)) == "application/pdf"


def in_the_trailer(content, words):
    """The file with these words in its catalogue, and that in the trailer itself."""
    plain = changed(content, lambda _: None, object_stream_mode=ObjectStreamMode.disable)
    (root,) = re.findall(rb"/Root (\d+) 0 R", plain)
    (held,) = re.findall(rb"\n%b 0 obj\n<<(.*?)>>\nendobj" % root, plain, re.DOTALL)
    return plain.replace(b"/Root %b 0 R" % root, b"/Root <<%b %b>>" % (held, words))


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >>", "script"),
        (b"/OpenAction << /S /URI /URI (http://192.0.2.1/) >>", "active"),
        (b"/AA << /WC << /S /Launch /F (calc.exe) >> >>", "active"),
    ],
)
def test_what_stands_in_the_trailer_is_looked_at_too(desk, words, problem):
    assert reading.media_type(in_the_trailer(picture("PDF"), b"")) == "application/pdf"
    with pytest.raises(rules.Unreadable) as refusal:
        reading.media_type(in_the_trailer(picture("PDF"), words))
    assert refusal.value.problem == problem
    refused(desk, in_the_trailer(desk.form({}), words), rules.PROBLEMS[problem])


def test_a_script_that_nothing_refers_to_is_seen_too(desk):
    def hide(pdf):
        pdf.Root.Hidden = pdf.make_indirect(Dictionary(S=Name.JavaScript, JS=String("x")))

    refused(desk, changed(desk.form({}), hide), "There is a script in this PDF")


@pytest.mark.parametrize("user", ["", "secret"])
def test_a_protected_file_is_refused(desk, user):
    protection = Encryption(owner="owner", user=user)
    content = changed(desk.form({}), lambda _: None, encryption=protection)
    refused(desk, content, rules.PROBLEMS["encrypted"])


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("empty.pdf", b"", "no PDF"),
        ("notes.pdf", b"These are my notes.", "no PDF"),
        ("page.pdf", b"<html><script>alert(1)</script></html>", "no PDF"),
        ("photo.pdf", picture("JPEG"), "no PDF"),
        ("head.pdf", b"%PDF-1.7\n", "damaged"),
        ("rubbish.pdf", b"%PDF-1.7\n" + b"1 0 obj <<" * 900, "damaged"),
    ],
)
def test_what_is_no_pdf_is_refused(desk, name, content, problem):
    refused(desk, content, rules.PROBLEMS[problem], name)


def test_a_file_that_was_cut_off_or_damaged_is_refused(desk):
    content = desk.form({1: Answer(level=3, note="Fine")})
    for part in (content[:-40], content[: len(content) // 2], content[:200] + content[300:]):
        refused(desk, part, rules.PROBLEMS["damaged"])


def test_a_file_that_is_too_large_is_refused(desk):
    answer = desk.upload(b"%PDF-1.7" + b"0" * (rules.LARGEST_FILE + 200_000))
    assert answer.status_code == 413
    assert "At most 10 MB can be sent here at once." in text_of(answer)
    assert nothing_is_written(desk)


def test_other_pages_take_no_more_than_before(desk):
    desk.client.sign_in(desk.people["rita"])
    data = {"file": (io.BytesIO(b"0" * 2_200_000), "list.csv")}
    answer = desk.client.post("/openings/1/candidates/list", data=data)
    assert answer.status_code == 413
    assert "At most 2 MB" in text_of(answer)


# --- bombs ---


def bomb_of_objects(pdf):
    pdf.Root.Many = pdf.make_indirect(Array([Dictionary(A=n) for n in range(60_000)]))


def bomb_of_fields(pdf):
    kids = [pdf.make_indirect(Dictionary(T=String(f"f{n}"), FT=Name.Tx)) for n in range(25_000)]
    pdf.Root.AcroForm.Fields = Array(kids)


def bomb_of_kids(pdf):
    field = deep = pdf.make_indirect(Dictionary(T=String("deep")))
    for _ in range(40):
        kid = pdf.make_indirect(Dictionary(T=String("deep")))
        deep.Kids = Array([kid])
        deep = kid
    pdf.Root.AcroForm.Fields.append(field)


def ring(pdf):
    field = pdf.make_indirect(Dictionary(T=String("ring")))
    field.Kids = Array([field])
    pdf.Root.AcroForm.Fields.append(field)


def bomb_of_text(pdf):
    for field in pdf.Root.AcroForm.Fields:
        if field.get("/FT") == "/Tx":
            field.V = String("x" * 300_000)


@pytest.mark.parametrize("change", [bomb_of_fields, bomb_of_kids, ring, bomb_of_text])
def test_more_than_a_form_has_is_refused(desk, change):
    refused(desk, changed(desk.form({}), change), rules.PROBLEMS["complex"])


def test_a_file_with_many_objects_is_read_or_refused_but_never_hangs(desk):
    content = changed(desk.form({}), bomb_of_objects)
    assert desk.upload(content).status_code in {303, 422}


def test_a_stream_that_unfolds_without_end_is_refused(desk):
    # An object stream: it is unfolded as soon as something in it is looked at.
    packer = zlib.compressobj(9)
    body = b"".join(packer.compress(b" " * 2**20) for _ in range(400)) + packer.flush()
    head = (
        b"%PDF-1.7\n1 0 obj <</Type/Catalog/Pages 2 0 R/AcroForm 5 0 R>> endobj\n"
        b"2 0 obj <</Type/Pages/Kids[]/Count 0>> endobj\n"
    )
    stream = b"3 0 obj <</Type/ObjStm/N 1/First 5/Filter/FlateDecode/Length %d>> stream\n"
    at = len(head)
    made = head + stream % len(body) + body + b"\nendstream endobj\n"
    table = [
        b"\x00" * 5,
        b"\x01" + (9).to_bytes(3, "big") + b"\x00",
        b"\x01" + head.index(b"2 0 obj").to_bytes(3, "big") + b"\x00",
        b"\x01" + at.to_bytes(3, "big") + b"\x00",
        b"\x01" + len(made).to_bytes(3, "big") + b"\x00",
        b"\x02" + (3).to_bytes(3, "big") + b"\x00",
    ]
    entries = b"".join(table)
    made += (
        b"4 0 obj <</Type/XRef/Size 6/W[1 3 1]/Root 1 0 R/Length %d>> stream\n" % len(entries)
        + entries
        + b"\nendstream endobj\nstartxref\n%d\n%%%%EOF\n" % len(made)
    )
    assert len(made) < 2_000_000
    answer = desk.upload(made)
    assert answer.status_code == 422
    assert "was not taken" in text_of(answer)
    assert nothing_is_written(desk)


def test_a_reader_that_hangs_is_stopped_and_one_that_crashes_harms_nobody(
    desk, monkeypatch, tmp_path
):
    program = tmp_path / "reader.py"
    monkeypatch.setattr(reading, "READER", program)
    for code, problem in (
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "complex"),
        ("raise SystemExit(1)", "damaged"),
        ("import time; time.sleep(60)", "slow"),
    ):
        program.write_text(code)
        monkeypatch.setattr(reading, "PATIENCE", 1 if problem == "slow" else 30)
        refused(desk, b"%PDF-1.7", rules.PROBLEMS[problem])


def test_while_others_are_read_there_is_an_answer_at_once(desk):
    with reading._ROOM, reading._ROOM:
        began = time.monotonic()
        refused(desk, b"%PDF-1.7", rules.PROBLEMS["busy"])
        assert time.monotonic() - began < reading.PATIENCE / 3


def test_one_person_sends_only_so_many_files(desk, monkeypatch):
    usual = LIMITS[Door.SEND_FILE]
    few = Limit(2, usual.account.within)
    monkeypatch.setitem(LIMITS, Door.SEND_FILE, Limits(few, usual.address))
    assert desk.upload(b"rubbish").status_code == 422
    assert desk.attach(picture("PNG")).status_code == 303
    for answer in (desk.attach(picture("PNG")), desk.upload(b"rubbish")):
        assert answer.status_code == 429
        assert "Wait a quarter of an hour, then try again." in text_of(answer)
    desk.client.sign_in(desk.people["rita"])
    assert desk.attach(picture("PNG")).status_code == 303, "it is counted for each person"


def test_the_reader_is_told_no_secret_and_writes_no_file(monkeypatch, tmp_path):
    monkeypatch.setenv("HIRING_SECRET_KEY", "known to nobody")
    program = tmp_path / "reader.py"
    monkeypatch.setattr(reading, "READER", program)
    program.write_text("import json, os; print(json.dumps({'media_type': ' '.join(os.environ)}))")
    assert "HIRING" not in reading.media_type(b"")


# --- a form of ours, but not this card's ---


@pytest.fixture
def others(desk):
    """Cards beside Ann's: hers for another candidate, and Bob's for the same."""
    with desk.rows() as session:
        guide = guides.guide(session, session.get_one(Scorecard, desk.card).guide_id)
        assert guide
        again = factories.interview(session, guide, [session.merge(desk.people["ann"])])
        session.commit()
        return {"another candidate": again.cards[0].id, "another interviewer": desk.bobs_card}


@pytest.mark.parametrize("whose", ["another candidate", "another interviewer"])
def test_a_form_that_is_not_this_cards_is_refused(desk, app, others, whose):
    content = filling.blank(sheet_of(app, others[whose]))
    sentence = {
        "another candidate": "This form is about another candidate.",
        "another interviewer": "This form is another interviewer's.",
    }
    refused(desk, content, sentence[whose])


def test_a_form_of_another_guide_version_is_refused(desk, app):
    """The interview was taken back and planned anew with the next version of the guide."""
    content = desk.form({1: Answer(level=3)})
    with desk.rows() as session:
        card = session.get_one(Scorecard, desk.card)
        newer = factories.guide(session, desk.people["rita"], ("T03",), version=2)
        who = session.get_one(Candidate, card.candidate_id)
        again = factories.interview(session, newer, [session.merge(desk.people["ann"])], who)
        session.commit()
        desk.card = again.cards[0].id
    refused(
        desk,
        content,
        "This form was made from version 1 of the guide, and this interview uses version 2",
    )


def test_a_forged_or_borrowed_code_is_refused(desk, app):
    content = desk.form({1: Answer(level=3)})
    others = sheet_of(app, desk.bobs_card).token
    for token, sentence in (
        (desk.sheet.token[:-2] + "AA", "doesn't carry a valid code"),
        ("", "doesn't carry a valid code"),
        ("x" * 5_000, "doesn't carry a valid code"),
        (others, "another interviewer's"),
    ):
        refused(desk, filling.with_values(content, {"code": token}), sentence)


def test_a_form_signed_before_the_key_was_changed_is_taken(desk, app):
    content = desk.form({1: Answer(level=3)})
    app.config["SECRET_KEY_FALLBACKS"] = [app.config["SECRET_KEY"]]
    app.config["SECRET_KEY"] = "a new one"
    desk.client.sign_in(desk.people["ann"])
    assert desk.upload(content).status_code == 303


# --- changed in structure ---


def missing(pdf):
    fields = pdf.Root.AcroForm.Fields
    pdf.Root.AcroForm.Fields = Array(f for f in fields if str(f.T) != "q1_note")


def renamed(pdf):
    filling.field(pdf, "q1_note").T = String("q1_remarks")


def added(pdf):
    field = Dictionary(T=String("q9_note"), FT=Name.Tx, V=String("More"), Rect=[0, 0, 9, 9])
    pdf.Root.AcroForm.Fields.append(pdf.make_indirect(field))


def twice(pdf):
    field = Dictionary(T=String("q1_note"), FT=Name.Tx, V=String("Other"), Rect=[0, 0, 9, 9])
    pdf.Root.AcroForm.Fields.append(pdf.make_indirect(field))


def of_another_kind(pdf):
    filling.field(pdf, "q1_note").FT = Name.Ch


def another_level(pdf):
    kid = filling.field(pdf, "q1_level").Kids[0]
    kid.AP.N["/6"] = kid.AP.N["/1"]


def page_gone(pdf):
    del pdf.pages[-1]


def page_added(pdf):
    pdf.add_blank_page()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (missing, "“q1_note” is missing"),
        (renamed, "“q1_note” is missing; “q1_remarks” was added"),
        (added, "“q9_note” was added"),
        (twice, rules.PROBLEMS["changed"]),
        (of_another_kind, "“q1_note” is of another kind now"),
        (another_level, "“q1_level” is of another kind now"),
        (page_gone, "a page is missing or was added"),
        (page_added, "a page is missing or was added"),
    ],
)
def test_a_form_changed_in_structure_is_refused(desk, change, sentence):
    refused(desk, changed(desk.form({1: Answer(level=3)}), change), sentence)


def test_how_a_program_saves_it_does_not_matter(desk):
    content = desk.form({1: Answer(level=3, note="Grüße")})
    for given in (
        {"object_stream_mode": pikepdf.ObjectStreamMode.disable},
        {"object_stream_mode": pikepdf.ObjectStreamMode.generate, "recompress_flate": True},
        {"linearize": True},
        {"qdf": True},
    ):
        assert desk.upload(changed(content, lambda _: None, **given)).status_code == 303


# --- scans ---


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (picture("PNG"), "image/png"),
        (picture("JPEG"), "image/jpeg"),
        (picture("PDF"), "application/pdf"),
    ],
    ids=["PNG", "JPEG", "PDF"],
)
def test_a_scan_is_what_its_content_says(content, kind):
    assert reading.media_type(content) == kind


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "neither"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 60, "neither"),
        (picture("PNG")[:60], "neither"),
        (picture("GIF"), "neither"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "neither"),
        (b"GIF89a<script>alert(1)</script>", "neither"),
        (b"%PDF-1.4\nnothing", "damaged"),
        (changed(picture("PDF"), script), "script"),
        (changed(picture("PDF"), attachment), "embedded"),
        (
            changed(picture("PDF"), lambda _: None, encryption=Encryption(owner="o", user="u")),
            "encrypted",
        ),
    ],
    ids=range(10),
)
def test_a_scan_that_is_not_what_it_claims_is_refused(desk, content, problem):
    answer = desk.attach(content, "scan.jpg")
    assert answer.status_code == 422
    assert rules.PROBLEMS[problem] in text_of(answer)
    assert nothing_is_written(desk)


def test_a_picture_that_unfolds_to_more_than_a_scan_is_refused():
    buffer = io.BytesIO()
    Image.new("1", (9_000, 9_000)).save(buffer, "PNG")
    assert len(buffer.getvalue()) < 1_000_000
    with pytest.raises(rules.Unreadable, match="far more in this file"):
        reading.media_type(buffer.getvalue())


def test_the_page_shows_what_was_wrong_where_it_was_chosen(desk):
    page = desk.upload(b"nothing")
    assert 'href="#filled"' in page.text
    assert "Bring back a form you filled in" in main_of(page)
