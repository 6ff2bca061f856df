"""Mails on their way: files, a server, what goes wrong, who is at it, and what is sent twice."""

import datetime as dt
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
import sqlalchemy as sa

from hiring import create_app, db, tasks
from hiring.mail import post, rules, work
from hiring.mail.models import Mail
from hiring.mail.rules import Kind
from tests.mail.server import CERTIFICATE, server

URL = "https://fifteen.example.org/hiring"


@pytest.fixture
def made(database_url, tmp_path, monkeypatch):
    """Makes an app with these settings, inside whose context the test goes on."""
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    contexts = []

    def make(**given):
        app = create_app(
            DATABASE_URL=database_url,
            INSTANCE=str(tmp_path / "instance"),
            SECRET_KEY="of the tests",
            TESTING=True,
            URL=URL,
            **given,
        )
        contexts.append(app.app_context())
        contexts[-1].push()
        return app

    yield make
    for context in reversed(contexts):
        context.pop()
        context.app.extensions["database"].engine.dispose()


def new(address: str = "ada@example.org", kind: Kind = Kind.TRIAL) -> Mail:
    mail = Mail.new(kind, address, db.now())
    db.session().add(mail)
    db.session().commit()
    return mail


def make_due(mail: Mail) -> None:
    mail.due_at = db.now()
    db.session().commit()


def waiting() -> list[int]:
    found = [mail_id for _, mail_id in work.overdue(db.session())]
    db.session().commit()
    return found


def is_sent(mail: Mail) -> bool:
    return mail.sent_at is not None


# --- the mailbox of files ---


def test_a_mail_is_a_file_that_only_its_owner_reads(made):
    app = made()
    mail = new()
    assert waiting() == [mail.id]
    work.work(mail.id)
    folder = Path(app.instance_path) / "mail"
    (file,) = folder.iterdir()
    assert (file.stat().st_mode & 0o777, folder.stat().st_mode & 0o777) == (0o600, 0o700)
    assert file.name == f"{mail.made_at:%Y-%m-%d-%H%M%S}-trial-{mail.id}.eml"
    sent = message_from_bytes(file.read_bytes(), policy=default)
    assert sent["To"] == "ada@example.org"
    assert f"{URL}/" in sent.get_content().splitlines(), (
        "a whole address, below the folder we are at"
    )
    assert mail.sent_at is not None
    assert waiting() == []


def test_work_twice_sends_once(made):
    app = made()
    mail = new()
    work.work(mail.id)
    (file,) = (Path(app.instance_path) / "mail").iterdir()
    file.unlink()
    work.work(mail.id)
    work.work(9_999)
    assert list((Path(app.instance_path) / "mail").iterdir()) == []


def test_a_folder_that_cannot_be_written_loses_nothing(made, tmp_path):
    (tmp_path / "file").write_text("in the way")
    made(MAIL=f"file:{tmp_path}/file/mail")
    mail = new()
    work.work(mail.id)
    assert mail.sent_at is None
    assert "Not a directory" in mail.problem
    (tmp_path / "file").unlink()
    make_due(mail)
    work.work(mail.id)
    assert (mail.sent_at is not None, mail.problem, mail.tries) == (True, "", 2)


def test_the_console(made, capsys):
    made(MAIL="console:")
    work.work(new().id)
    said = capsys.readouterr().out
    assert "To: ada@example.org\n" in said
    assert f"\n{URL}/\n" in said


# --- a server ---


def test_a_server_gets_it_encrypted_and_signed_in_to(made):
    with server() as seen:
        made(MAIL=f"smtp://ada:pass%20word@localhost:{seen.port}")
        mail = new()
        work.work(mail.id)
    assert mail.sent_at is not None
    assert seen.logins == ["\0ada\0pass word"]
    assert seen.was_tls == [True]
    ((to, text),) = seen.mails
    assert to == "ada@example.org"
    assert f"{URL}/" in text


def test_a_server_that_speaks_tls_from_the_start(made):
    with server(is_tls=True) as seen:
        made(MAIL=f"smtps://localhost:{seen.port}")
        work.work(new().id)
    assert seen.was_tls == [True]
    assert len(seen.mails) == 1


def test_a_server_elsewhere_that_speaks_no_tls_gets_nothing(made, monkeypatch):
    monkeypatch.setattr(rules, "LOOPBACK", set())
    with server() as seen:
        seen.offers = ()
        made(MAIL=f"smtp://localhost:{seen.port}")
        mail = new()
        work.work(mail.id)
        assert (mail.sent_at, seen.mails) == (None, [])
        assert "STARTTLS" in mail.problem
        assert mail.due_at is not None, "it is tried again"


def test_a_server_that_shows_a_certificate_nobody_vouches_for_gets_nothing(made, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")
    with server() as seen:
        made(MAIL=f"smtp://ada:secret@localhost:{seen.port}")
        mail = new()
        work.work(mail.id)
    assert (mail.sent_at, seen.mails, seen.logins) == (None, [], [])
    assert "certificate verify failed" in mail.problem
    assert "secret" not in mail.problem


def test_an_address_in_letters_of_ones_own(made):
    with server() as seen:
        made(MAIL=f"smtp://localhost:{seen.port}?tls=no")
        for address in ("ada@bücher.example", "übung@bücher.example"):
            work.work(new(address).id)
    assert [to for to, _ in seen.mails] == [
        "ada@xn--bcher-kva.example",
        "übung@xn--bcher-kva.example",
    ]


@pytest.mark.parametrize(
    ("command", "answer", "is_tried_again"),
    [
        ("RCPT", "550 nobody of that name", False),
        ("RCPT", "451 come back later", True),
        ("TEXT", "554 not this", False),
        ("TEXT", "452 full", True),
        ("AUTH", "535 who are you", True),
        ("MAIL", "553 not from there", True),
    ],
)
def test_what_a_server_says_is_kept_and_decides_whether_it_is_tried_again(
    made, command, answer, is_tried_again
):
    with server() as seen:
        seen.answers[command] = answer
        made(MAIL=f"smtp://a:b@localhost:{seen.port}?tls=no")
        mail = new()
        work.work(mail.id)
        assert not is_sent(mail)
        assert answer.partition(" ")[2] in mail.problem
        assert (mail.due_at is not None) is is_tried_again
        if is_tried_again:
            assert waiting() == []
            work.work(mail.id)  # before its time
            del seen.answers[command]
            make_due(mail)
            work.work(mail.id)
            assert is_sent(mail)
            assert mail.tries == 2


def test_a_dropped_connection_puts_it_off(made):
    with server() as seen:
        seen.hangs_up_at = "DATA"
        made(MAIL=f"smtp://localhost:{seen.port}?tls=no")
        mail = new()
        work.work(mail.id)
    assert mail.sent_at is None
    assert mail.due_at is not None


def test_a_server_that_does_not_answer_is_asked_once_for_all(made):
    with server() as seen:
        pass  # its port is closed now
    made(MAIL=f"smtp://localhost:{seen.port}")
    first, second = new(), new("ben@example.org")
    work.work(first.id)
    assert "Connection refused" in first.problem
    assert waiting() == []
    db.session().refresh(second)
    assert second.tries == 0
    assert second.due_at == first.due_at


def test_after_days_of_trying_it_is_left_with_the_reason(made):
    with server() as seen:
        pass
    made(MAIL=f"smtp://localhost:{seen.port}")
    mail = new()
    mail.made_at -= rules.PATIENCE
    db.session().commit()
    work.work(mail.id)
    assert (mail.sent_at, mail.due_at) == (None, None)
    assert "Connection refused" in mail.problem


def test_an_address_that_cannot_stand_in_a_header_is_never_sent(made):
    app = made()
    mail = new("ada@example.org\nBcc: eve@example.org")
    work.work(mail.id)
    assert (mail.sent_at, mail.due_at) == (None, None)
    assert "no address" in mail.problem
    assert not (Path(app.instance_path) / "mail").exists()


def test_a_text_that_cannot_be_written_is_tried_again_later(made, monkeypatch):
    app = made()
    mail = new()
    with monkeypatch.context() as patch:
        patch.setitem(work.WRITERS, Kind.TRIAL, "operator:truediv")
        with pytest.raises(TypeError):
            work.work(mail.id)
    db.session().refresh(mail)
    assert "It could not be written: unsupported operand" in mail.problem
    assert waiting() == []
    make_due(mail)
    work.work(mail.id)
    assert is_sent(mail)
    assert len(list((Path(app.instance_path) / "mail").iterdir())) == 1


# --- leases ---


def test_nobody_takes_what_another_holds(made):
    app = made()
    mail = new()
    mail.lease_until = db.now() + dt.timedelta(minutes=1)
    db.session().commit()
    assert waiting() == []
    work.work(mail.id)
    assert mail.sent_at is None
    assert not (Path(app.instance_path) / "mail").exists()


class Killed(BaseException):
    """As when the process ends."""


@pytest.mark.parametrize("is_needed", [True, False])
def test_after_a_kill_a_needed_mail_is_sent_again_and_another_is_not(made, monkeypatch, is_needed):
    if not is_needed:
        monkeypatch.setattr(rules, "NEEDED", frozenset())
    with server() as seen:
        made(MAIL=f"smtp://localhost:{seen.port}?tls=no")
        mail = new()

        def killed(*_):
            raise Killed

        with monkeypatch.context() as patch:
            patch.setattr(Mail, "sent", killed)  # right after the server has taken it
            with pytest.raises(Killed):
                work.work(mail.id)
        db.session().rollback()
        assert len(seen.mails) == 1
        assert waiting() == [], "its lease has not run out"
        db.session().execute(sa.update(Mail).values(lease_until=db.now()))
        db.session().commit()
        assert waiting() == [mail.id]
        work.work(mail.id)
    assert len(seen.mails) == 1 + is_needed
    assert len({text.partition("Message-ID")[2].split("\r\n")[0] for _, text in seen.mails}) == 1
    assert (mail.sent_at is not None) is is_needed
    assert mail.due_at is None
    assert ("It may have gone out" in mail.problem) is not is_needed


# --- settings ---


def test_a_server_needs_to_know_what_links_begin_with(database_url, tmp_path):
    with pytest.raises(rules.Unsettable, match="so set HIRING_URL as well"):
        create_app(
            DATABASE_URL=database_url, INSTANCE=str(tmp_path), MAIL="smtp://mail.example.org"
        )


def test_without_settings_mail_goes_to_files_and_links_lead_here(app):
    assert app.config["URL"] == post.EMBEDDED_URL
    assert app.extensions["mailbox"] == rules.Folder(Path(app.instance_path) / "mail")


# --- the command line ---


def test_a_trial_mail(app):
    result = app.test_cli_runner().invoke(args=["mail", "try", "ada@example.org"])
    assert result.exit_code == 0, result.output
    assert "Sent: " in result.output
    assert len(list((Path(app.instance_path) / "mail").iterdir())) == 1


def test_a_trial_mail_that_fails_says_why_and_is_listed(made):
    with server() as seen:
        pass
    app = made(MAIL=f"smtp://localhost:{seen.port}")
    result = app.test_cli_runner().invoke(args=["mail", "try", "ada@example.org"])
    assert result.exit_code == 1
    assert "It was not sent: " in result.output
    listed = app.test_cli_runner().invoke(args=["mail", "unsent"]).output
    assert "Connection refused" in listed
    assert "trial: again at" in listed
    result = app.test_cli_runner().invoke(args=["mail", "try", "ada"])
    assert "ada is not an e-mail address." in result.output


# --- names ---


def test_every_name_that_the_worker_looks_up_is_there():
    assert set(work.WRITERS) == set(Kind)
    for path in (*work.WRITERS.values(), *tasks.WORK.values(), *tasks.OVERDUE):
        assert callable(tasks.named(path)), path


def test_the_minutes_task_sends_what_waits(app):
    """What the worker runs once a minute hands waiting mails to the queue, and the queue to us."""
    with app.app_context():
        mail = new()
    queue = tasks.queue(app)
    (every_minute,) = queue._registry.periodic_tasks
    every_minute.execute()
    while (task := queue.dequeue()) is not None:
        queue.execute(task)
    with app.app_context():
        assert is_sent(db.session().get_one(Mail, mail.id))
