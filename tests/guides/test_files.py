"""Guides go out and in as text: without loss, and a file that was changed or broken is refused."""

import io
import random
import re

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from hiring import db
from hiring.guides import files, queries, rules, taking
from hiring.guides.files import LARGEST, Origin
from hiring.guides.models import Guide, GuideItem, GuideTrait
from hiring.library.rules import ALL_KEYS, CIVILITY, FORMS
from hiring.people.rules import Role
from tests import factories
from tests.client import Client
from tests.pages import text_of
from tests.state import signed_in, stored

ORIGIN = Origin(12, "Service desk agent", "phone", "published 2026-11-02")

# --- any content at all ---

SIGNS = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
TEXT = st.text(SIGNS, max_size=60) | st.sampled_from(
    [
        "- a",
        "> b",
        "## Item 1",
        "### Question",
        "---",
        "\\n",
        "x\r\ny",
        " x ",
        "\n\n",
        "a: b",
        "\u2028",
    ]
)
WORDS = TEXT.filter(str.strip)
SHORT = st.text(SIGNS, min_size=1, max_size=30)
LISTS = st.lists(TEXT, max_size=3).map(tuple)
DIGEST = st.text("0123456789abcdef", min_size=64, max_size=64)
RUBRIC = dict.fromkeys(("level_5", "level_3", "level_1", "look_fors", "warnings"), LISTS)


@st.composite
def contents(draw):
    keys = draw(st.lists(st.sampled_from(ALL_KEYS), min_size=1, max_size=4, unique=True))
    traits = [
        draw(
            st.fixed_dictionaries(
                {
                    "key": st.just(key),
                    "name": SHORT,
                    "weight": st.just(0.0) if key == CIVILITY else st.floats(0.01, 10),
                    "definition": TEXT,
                    "not_part": LISTS,
                    "source_digest": DIGEST,
                    **RUBRIC,
                }
            )
        )
        for key in keys
    ]
    items = [
        draw(
            st.fixed_dictionaries(
                {
                    "key": st.just(f"P{number:02d}"),
                    "trait_key": st.sampled_from(keys),
                    "kind": st.sampled_from(["behavioural", "situational", "probe"]),
                    "label": st.sampled_from([f"probe: {form}" for form in FORMS]),
                    "title": SHORT,
                    "prompt": TEXT,
                    "library_prompt": TEXT,
                    "shown": TEXT,
                    "minutes": st.integers(1, 60),
                    "follow_ups": LISTS,
                    "parallel": st.none() | TEXT,
                    "source_digest": DIGEST,
                    **RUBRIC,
                }
            )
        )
        for number in range(1, draw(st.integers(0, 3)) + 1)
    ]
    return {
        "version": draw(st.integers(1, 99)),
        "minutes": draw(st.integers(15, 480)),
        "introduction": draw(WORDS),
        "closing": draw(WORDS),
        "weight_reason": draw(TEXT),
        "traits": traits,
        "items": items,
    }


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=150)
@given(contents(), SHORT)
def test_what_is_written_is_read_back_sign_by_sign(content, opening):
    origin = Origin(7, opening, "chat", "draft")
    text = files.write(content, origin)
    found, faults = taking.read(text)
    assert faults == []
    assert found.content == content
    assert found.origin == origin
    assert found.content_hash == rules.content_hash(content)
    assert files.write(found.content, found.origin) == text
    # Mail and editors end lines in another way, put a mark before the text, strip blanks.
    rough = (
        "\ufeff" + "\r\n".join(f"{line}  " for line in text.rstrip("\n").split("\n")) + "\r\n\r\n"
    )
    assert taking.read(rough)[0] == found
    assert all(
        line.isprintable() for line in text.replace("\u200c", "").replace("\u200d", "").split("\n")
    )


# --- a guide of the library ---


@pytest.fixture
def ada(app, client: Client):
    return signed_in(app, client, Role.RECRUITER)


@pytest.fixture
def numbers(app, ada):
    """A published guide of all kinds of traits, and another opening."""
    with app.app_context():
        session = db.session()
        guide = factories.guide(session, ada, ("T03", "T08", "T15", CIVILITY))
        other = factories.opening(session, ada, "Counter clerk")
        session.commit()
        return guide.id, other.id


def read(app, guide_id) -> Guide:
    with app.app_context():
        found = queries.guide(db.session(), guide_id)
    assert found
    return found


def exported(client, guide_id) -> str:
    answer = client.get(f"/guides/{guide_id}/text")
    assert answer.status_code == 200
    assert answer.mimetype == "text/plain"
    text: str = answer.get_data(as_text=True)
    return text


def bring(client, opening_id, text):
    content = text if isinstance(text, bytes) else text.encode()
    return client.post(
        f"/openings/{opening_id}/guide-file",
        data={"file": (io.BytesIO(content), "guide.md")},
        content_type="multipart/form-data",
    )


def test_every_column_that_the_hash_stands_for_is_in_the_file():
    for row, tables, without in (
        (GuideTrait, (files.TRAIT_FACTS, files.TRAIT_TEXTS, files.TRAIT_LISTS), {"guide_id"}),
        (GuideItem, (files.ITEM_FACTS, files.ITEM_TEXTS, files.ITEM_LISTS), {"id", "guide_id"}),
    ):
        written = [name for table in tables for name in table]
        columns = set(row.__table__.columns.keys()) - without - {"position"}
        assert sorted(written) == sorted(columns), row


def test_the_file_reads_like_a_guide_and_has_number_version_and_hash(app, client, numbers):
    guide_id, _ = numbers
    text = exported(client, guide_id)
    guide = read(app, guide_id)
    head = text.partition("\n---\n")[0].splitlines()
    assert head[:8] == [
        "---",
        "format: fifteen guide 1",
        f"guide: {guide_id}",
        "version: 1",
        f"hash: {guide.content_hash}",
        "opening: Service desk agent",
        "setting: phone",
        "state: published 2026-11-02",
    ]
    for item in guide.items:
        assert f"## Item {item.position}: {item.title}" in text
        assert f"> {item.prompt}" in text
        for indicator in item.level_5:
            assert f"- {indicator}" in text
    assert (
        f"guide-{guide_id}-version-1.md"
        in client.get(f"/guides/{guide_id}/text").headers["Content-Disposition"]
    )


def test_it_becomes_a_draft_of_another_opening_with_the_same_content(app, client, numbers):
    guide_id, other = numbers
    text = exported(client, guide_id)
    answer = bring(client, other, text)
    assert answer.status_code == 303
    made = int(str(answer.location).rpartition("/")[2])
    guide, draft = read(app, guide_id), read(app, made)
    assert not draft.is_published
    assert (draft.opening_id, draft.version) == (other, 1)
    assert draft.content() == guide.content()
    assert "what “Service desk agent” had" in text_of(client.get(f"/guides/{made}"))
    again = exported(client, made)
    assert "state: draft" in again
    below = re.compile(r"\n## Read.*(?=\n## Checks)", re.DOTALL)
    assert below.search(again)[0] == below.search(text)[0]
    assert client.post(f"/guides/{made}/publish").status_code == 303
    assert read(app, made).content_hash == guide.content_hash


def test_a_draft_that_is_there_is_warned_of_and_replaced(app, client, numbers, ada):
    guide_id, other = numbers
    client.post(f"/openings/{other}/traits", data={"traits": ["T03", "T05"]})
    assert "There is a draft already." in client.get(f"/openings/{other}/guide-file").text
    answer = bring(client, other, exported(client, guide_id))
    made = int(str(answer.location).rpartition("/")[2])
    with app.app_context():
        assert [guide.id for guide in queries.guides_of(db.session(), other)] == [made]
    assert read(app, made).content() == read(app, guide_id).content()


def test_a_published_guide_stays_and_the_file_is_its_next_version(app, client, numbers):
    guide_id, _ = numbers
    before = read(app, guide_id)
    answer = bring(client, before.opening_id, exported(client, guide_id))
    draft = read(app, int(str(answer.location).rpartition("/")[2]))
    assert draft.version == 2
    assert read(app, guide_id).content() == before.content()
    assert {**draft.content(), "version": 1} == before.content()


def test_rewordings_come_along(app, client, numbers):
    guide_id, other = numbers
    made = int(str(bring(client, other, exported(client, guide_id)).location).rpartition("/")[2])
    item = read(app, made).items[0]
    words = "Tell me about it.\n\n- as a list\n## and a heading\\n"
    client.post(f"/guides/{made}/items/{item.id}/reword", data={"prompt": words, "minutes": "7"})
    text = exported(client, made)
    assert "### Question in the library" in text
    again = bring(client, other, text)
    item = read(app, int(str(again.location).rpartition("/")[2])).items[0]
    assert item.prompt == words
    assert item.is_reworded


# --- refused ---


def lines_named(page) -> list[int]:
    return [int(number) for number in re.findall(r"Lines? (\d+)", text_of(page))]


def test_any_changed_line_is_found_and_nothing_is_written(app, client, numbers):
    guide_id, other = numbers
    lines = exported(client, guide_id).splitlines()
    before = stored(app)
    numbered = [n for n, line in enumerate(lines, start=1) if line and line != "---"]
    for number in random.Random(1).sample(numbered, 25):
        changed = [*lines]
        changed[number - 1] = lines[number - 1] + "x"
        answer = bring(client, other, "\n".join(changed))
        assert answer.status_code == 422, lines[number - 1]
        assert "Nothing was taken from the file" in answer.text
        found, faults = taking.read("\n".join(changed))
        assert found is None
        first = [int(n) for fault in faults for n in re.findall(r"Lines? (\d+)", fault)]
        assert first, lines[number - 1]
        assert min(first) <= number, (number, faults)
    assert stored(app) == before


@pytest.mark.parametrize("seed", range(8))
def test_any_line_left_out_doubled_or_moved_is_found(client, numbers, seed):
    lines = exported(client, numbers[0]).splitlines()
    chance = random.Random(seed)
    number = chance.choice([n for n, line in enumerate(lines) if line and n > 10])
    for changed in (
        [*lines[:number], *lines[number + 1 :]],
        [*lines[:number], lines[number], *lines[number:]],
        lines[:number],
    ):
        found, faults = taking.read("\n".join(changed))
        assert found is None
        assert faults


def test_the_sentence_names_the_item_and_its_lines(client, numbers):
    text = exported(client, numbers[0])
    lines = text.splitlines()
    at = next(n for n, line in enumerate(lines, start=1) if line.startswith("## Item 2"))
    title = lines[at - 1].removeprefix("## ")
    end = next(n for n, line in enumerate(lines, start=1) if line.startswith("## Item 3")) - 2
    place = next(n for n, line in enumerate(lines) if n > at and line.startswith("> "))
    lines[place] += " And why?"
    (fault,) = taking.read("\n".join(lines))[1]
    assert fault.startswith(f"Lines {at} to {end}: “{title}” is not as it was exported.")


def forged(text: str, *changes: tuple[str, str]) -> str:
    """The file with other content and with checks and hash that fit: only its sense is wrong."""
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    parts = files.parts_of(text)[:-1]
    for part in parts:
        list(files.take_apart(part))
    content, _ = taking._content(parts)
    text = re.sub(r"hash: \w+", f"hash: {rules.content_hash(content)}", text, count=1)
    parts = files.parts_of(text)[:-1]
    checks = "\n".join(f"- {files._check(p.lines)} {p.title}" for p in parts)
    return f"{text.partition('## Checks')[0]}## Checks\n\n{checks}\n"


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("key: T03\n", "key: T77\n", "“T77” is not a trait we know."),
        ("key: T08\n", "key: T03\n", "T03 is there twice."),
        ("weight: 1.0", "weight: 0.0", "Civility, and civility alone, has the weight 0."),
        ("weight: 1.0", "weight: 99", "“99” is not a weight from 0 to 10."),
        ("weight: 1.0", "weight: nan", "“nan” is not a weight"),
        ("trait: T03", "trait: T05", "T05 is not a trait of this guide."),
        ("trait: T03", "trait: T99", "“T99” is not a trait we know."),
        ("kind: behavioural", "kind: odd", "“odd” is not a kind of question we know."),
        ("label: behavioural question", "label: <b>", "“<b>” is not a label we know."),
        ("key: T03-S1", "key: T03-B1", "T03-B1 is there twice."),
        ("key: T03-S1", "key: ../x", "“../x” is not the key of a question or probe."),
        ("minutes: 60", "minutes: 5000", "“5000” is not a whole number from 1 to 480."),
        ("minutes: 60", "minutes: 9", "The minutes are 9; a guide has 15 to 480."),
        ("minutes: 4\n", "minutes: 61\n", "An item takes at most 60 minutes."),
        ("version: 1", "version: one", "“one” is not a whole number"),
        ("kind: behavioural\n", "", "The line “kind:” is missing here."),
        ("### Level 3\n", "### Level 4\n", "The section “Level 3” is missing here."),
        ("> Welcome.\n", "", "Write 1 to 4,000 characters there."),
        ("> Welcome.", "> Welcome\\x.", "there is a backslash that stands for no sign."),
        ("> Welcome.", "> Welcome\\u0000.", "there is a backslash that stands for no sign."),
        ("> Welcome.", "Welcome.", "“Welcome.” is neither a paragraph nor a bullet."),
        ("## Read out at the end", "## Read out", "“Read out at the end” is missing."),
    ],
)
def test_a_file_whose_checks_fit_is_still_held_to_what_a_guide_may_be(
    app, client, numbers, old, new, sentence
):
    guide_id, other = numbers
    text = forged(exported(client, guide_id), (old, new))
    before = stored(app)
    answer = bring(client, other, text)
    assert answer.status_code == 422
    assert sentence in text_of(answer).replace(" .", "."), taking.read(text)[1]
    assert stored(app) == before
    assert "<b>” is not" not in answer.text


def test_another_hash_is_found_even_when_the_checks_fit(client, numbers):
    text = exported(client, numbers[0])
    bad = re.sub(
        r"hash: \w", lambda m: m[0][:-1] + ("0" if m[0][-1] != "0" else "1"), text, count=1
    )
    parts = files.parts_of(bad)[:-1]
    bad = bad.replace(re.search(r"- (\w+) head", text)[1], files._check(parts[0].lines), 1)
    _, faults = taking.read(bad)
    assert faults == ["Line 5: This is not the hash of what stands below. Export the guide again."]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "This is not a guide exported by Fifteen."),
        (b"hello", "This is not a guide exported by Fifteen."),
        (b"%PDF-1.7\n%\xe2\xe3", "Line 2: The file is not UTF-8 text."),
        (b"---\nformat: fifteen guide 2\n---\n", "This is not a guide exported by Fifteen."),
        (b"---\nformat: fifteen guide 1\n---\n", "The file ends without its section “Checks”"),
        (b"x" * (LARGEST + 1), "A guide has at most 500 kB; this file is larger."),
    ],
)
def test_what_is_no_guide_is_refused(app, client, numbers, content, sentence):
    before = stored(app)
    answer = bring(client, numbers[1], content)
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert stored(app) == before


def test_nothing_sent_is_named(client, numbers):
    answer = client.post(f"/openings/{numbers[1]}/guide-file", data={})
    assert answer.status_code == 422
    assert "Choose a file. Nothing was sent." in answer.text


@given(st.text(max_size=200) | st.binary(max_size=200).map(lambda b: b.decode("latin-1")))
@example("## Checks")
@example("---\nformat: fifteen guide 1\n---\n## Checks\n- x\n- ")
def test_no_text_breaks_the_reader(text):
    for tried in (text, f"---\nformat: fifteen guide 1\n{text}\n## Checks\n\n- {text}"):
        found, faults = taking.read(tried)
        assert found is None
        assert faults


def test_who_may(app, client, numbers):
    guide_id, other = numbers
    text = exported(client, guide_id)
    signed_in(app, client, Role.HR)
    assert exported(client, guide_id) == text
    assert bring(client, other, text).status_code == 403
    signed_in(app, client, Role.INTERVIEWER)
    assert client.get(f"/guides/{guide_id}/text").status_code == 403
    assert client.get("/guides/99/text").status_code in {403, 404}
