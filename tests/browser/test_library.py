"""The library and the builder's rules in a real browser, with script and without."""

from pathlib import Path

from playwright.sync_api import expect

from hiring import config
from hiring.guides.models import Guide
from hiring.openings.models import Opening
from hiring.people.models import Person
from hiring.people.rules import Role
from tests import factories
from tests.browser import sites
from tests.browser.conftest import Visit
from tests.browser.sites import Site, Template
from tests.browser.test_accessibility import faults
from tests.library import sample


def an_own_folder(folder: Path) -> Path:
    """Files of an organisation: a new probe, another briefing, and one with faults."""
    shipped = config.ROOT / "traits" / "CIV-civility" / "P01-the-one-third-figure.md"
    text = shipped.read_text()
    for name, content in {
        "CIV-ours/P01-our-figure.md": text.replace("# The one-third", "# Our one-third")
        .replace(
            "- What makes you say so?", "- What makes you say so?\n- Is there anything to add?"
        )
        .replace("- What, if anything, would you say or do about either remark?\n", ""),
        "T14-ours/P906-somewhere-else.md": sample.text_of(sample.LOOK_FOR),
        "T03-ours/briefing.md": sample.text_of(sample.BRIEFING),
        "CIV-ours/P02-x.md": text.replace("key: P01", "key: P02").replace(
            "## Sources", "## Sauces"
        ),
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    return folder


def test_own_files_and_what_they_say_otherwise(
    demo_template: Template, tmp_path: Path, visit: Visit
):
    own = an_own_folder(tmp_path / "own")
    with sites.serving(demo_template, tmp_path, demo=True, LIBRARY=str(own)) as site:
        page = visit(site.account(Role.RECRUITER), at=site)
        page.goto("/library/own")
        assert faults(page) == []
        card = page.locator("section.card", has_text="Our one-third figure")
        expect(card).to_contain_text("in the place of the shipped one")
        expect(card.locator(".in ins").first).to_have_text("# Our one-third figure")
        expect(card.locator(".out del").first).to_have_text("# The one-third figure")
        page.goto("/library")
        expect(page.get_by_text("'Sauces' is not a section of a probe")).to_be_visible()
        assert faults(page) == []


def draft(site: Site) -> Guide:
    with site.rows() as session:
        by = session.get_one(Person, session.get_one(Opening, 1).made_by_id)
        return factories.guide(session, by, ["T03", "CIV"], published=False)


def test_the_rules_are_told_while_a_question_is_worded(site: Site, visit: Visit):
    guide = draft(site)
    address = f"/guides/{guide.id}/items/{guide.items[0].id}/reword"
    page = visit(site.account(Role.RECRUITER))
    page.goto(address)
    told = page.locator("[data-lint]")
    expect(told).to_have_attribute("role", "status")
    expect(told).to_be_empty()
    page.get_by_label("Question", exact=True).fill(
        "Did you ever calm somebody? <b>How old are you?"
    )
    expect(told).to_contain_text("open-form: “Did you” can be answered with yes or no.")
    expect(told).to_contain_text("protected: age: “How old are you” asks about", ignore_case=True)
    assert faults(page) == []
    page.get_by_label("Question", exact=True).fill(
        "Tell me about a time when somebody was upset. What did you do?"
    )
    expect(told).to_have_text("Sound: no rule is broken by this wording.")
    page.context.set_offline(True)
    page.get_by_label("Question", exact=True).fill("Is it?")
    page.wait_for_timeout(900)
    expect(told).to_have_text("Sound: no rule is broken by this wording.")
    page.context.set_offline(False)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("What the rules say about this wording")).to_be_visible()
    assert faults(page) == []


def test_without_script_they_are_told_after_saving(site: Site, visit: Visit):
    guide = draft(site)
    page = visit(site.account(Role.RECRUITER), java_script_enabled=False)
    page.goto(f"/guides/{guide.id}/items/{guide.items[0].id}/reword")
    page.get_by_label("Question", exact=True).fill("Is it right to shout?")
    page.get_by_role("button", name="Save").click()
    told = page.get_by_text("What the rules say about this wording")
    expect(told).to_be_visible()
    expect(page.get_by_text("“Is it” can be answered with yes or no.")).to_be_visible()
