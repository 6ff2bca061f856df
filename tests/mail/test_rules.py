"""Settings of mail, addresses that can stand in a header, and when a mail is tried again."""

import datetime as dt
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import example, given
from hypothesis import strategies as st

from hiring.mail import post, rules
from hiring.mail.models import Mail
from hiring.mail.rules import Console, Folder, Kind, Message, Server

HERE = Path("/srv/fifteen")
NOW = dt.datetime(2026, 11, 2, 9, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("setting", "meant"),
    [
        ("file:", Folder(HERE / "mail")),
        ("file:/var/mail/fifteen", Folder(Path("/var/mail/fifteen"))),
        ("file:///var/mail/a%20b", Folder(Path("/var/mail/a b"))),
        ("console:", Console()),
        ("smtp://mail.example.org", Server("mail.example.org", 587)),
        ("smtp://localhost:25", Server("localhost", 25)),
        ("smtp://mail.example.org:25?tls=no", Server("mail.example.org", 25, is_plain=True)),
        ("smtps://mail.example.org", Server("mail.example.org", 465, is_tls=True)),
        (
            "smtp://ada%40example.org:p%2Fw:d@mail.example.org:2525",
            Server("mail.example.org", 2525, "ada@example.org", "p/w:d"),
        ),
    ],
)
def test_the_setting_names_a_mailbox(setting, meant):
    assert rules.mailbox(setting, HERE) == meant


@pytest.mark.parametrize(
    "setting",
    [
        "",
        "mail.example.org",
        "smtp://",
        "smtp://host:port",
        "http://host",
        "smtp://host?starttls=1",
    ],
)
def test_a_setting_that_names_none_is_told_with_what_to_write(setting):
    with pytest.raises(rules.Unsettable, match=r"HIRING_MAIL can't be used\. Write smtp://"):
        rules.mailbox(setting, HERE)


def test_a_server_is_spoken_to_in_secret_unless_it_is_this_machine_or_plain_is_asked_for():
    needs = {
        setting: rules.mailbox(setting, HERE).needs_starttls
        for setting in ("smtp://a.org", "smtp://a.org?tls=no", "smtp://localhost", "smtps://a.org")
    }
    assert [setting for setting, is_needed in needs.items() if is_needed] == ["smtp://a.org"]


def test_the_password_is_in_no_log():
    assert "secret" not in repr(rules.mailbox("smtp://ada:secret@mail.example.org", HERE))


@pytest.mark.parametrize(
    "setting", ["fifteen.example.org", "ftp://a.org", "https://", "https://a.org?x=1", "//a.org"]
)
def test_an_address_that_people_cannot_reach_is_refused(setting):
    with pytest.raises(rules.Unsettable, match="HIRING_URL can't be used"):
        rules.base_url(setting)


@pytest.mark.parametrize(
    ("setting", "meant"),
    [
        ("", "Fifteen <fifteen@fifteen.example.org>"),
        ("jobs@example.org", "Fifteen <jobs@example.org>"),
        ("Our Jobs <jobs@example.org>", "Our Jobs <jobs@example.org>"),
    ],
)
def test_who_mails_come_from(setting, meant):
    assert str(rules.sender(setting, "https://fifteen.example.org")) == meant


@pytest.mark.parametrize("setting", ["jobs", "Jobs <jobs>", "a@b.org, c@d.org", "a@b.org\nTo: c@d"])
def test_a_sender_that_is_no_address_is_refused(setting):
    with pytest.raises(rules.Unsettable, match="HIRING_MAIL_FROM can't be used"):
        rules.sender(setting, "https://fifteen.example.org")


@pytest.fixture(scope="module")
def written():
    """The bytes of a message as they go out."""
    app = Flask("mail")
    app.config.update(URL="https://fifteen.example.org", MAIL_FROM="")

    def write(message: Message) -> bytes:
        with app.app_context():
            mail = Mail.new(Kind.TRIAL, message.address, NOW)
            mail.id = 7
            return post.written(message, mail).as_bytes()

    return write


HEADERS = {
    *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted"),
    *("Content-Type", "Content-Transfer-Encoding", "MIME-Version"),
}
EVIL = st.text() | st.lists(
    st.sampled_from(["a@b.org", "\r\n", "\n", "\0", ",", ";", "<", ">", '"', ":", "Bcc: c@d.org"])
).map("".join)


@given(EVIL, EVIL, EVIL)
@example("a@b.org\r\nBcc: c@d.org", "x", "y")
@example("a@b.org", "Hello\r\nBcc: c@d.org", "y")
@example("a@b.org,c@d.org", "x", "y")
@example("a@b.org", "x", "\r\n.\r\nMAIL FROM:<c@d.org>")
@example("a@xn--\u00fc.org", "x", "y")
def test_nothing_typed_becomes_a_header_or_another_recipient(written, address, subject, text):
    try:
        sent = message_from_bytes(written(Message(address, subject, text)), policy=default)
    except ValueError:
        return  # refused, so not sent
    assert set(sent.keys()) == HEADERS | ({"Content-Transfer-Encoding"} & set(sent.keys()))
    assert len(sent.keys()) == len(set(sent.keys()))
    assert len(sent["To"].addresses) == 1
    assert not sent["To"].addresses[0].display_name
    assert sent.get_content_type() == "text/plain"


def test_a_usual_message_says_what_it_is(written):
    sent = message_from_bytes(
        written(Message("ada@example.org", "Due: Ötzi’s card", "Grüße\n")), policy=default
    )
    assert sent["Auto-Submitted"] == "auto-generated"
    assert sent["Message-ID"] == "<2026-11-02-090000-trial-7@fifteen.example.org>"
    assert sent["Subject"] == "Due: Ötzi’s card"
    assert sent.get_content() == "Grüße\r\n"
    assert sent["Date"].datetime == NOW


@given(st.text())
@example("Ann\r\n\r\nhttps://evil.example")
@example("Ann\u2028Lee")
def test_a_name_stays_in_its_line(name):
    said = rules.one_line(name)
    assert len(said.splitlines()) <= 1
    assert said == said.strip()


@given(st.integers(1, 200))
def test_pauses_grow_and_stay_below_two_hours(tries):
    assert rules.pause(tries) <= rules.pause(tries + 1) <= dt.timedelta(hours=2)
