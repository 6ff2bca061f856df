"""A small mail server for tests: it keeps what it is sent, and answers as it is told to."""

import socketserver
import ssl
import threading
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

# Its key opens nothing: this certificate is for `localhost` and trusted by these tests alone.
CERTIFICATE = Path(__file__).parent / "localhost.pem"


@dataclass
class Seen:
    """What came, and what is answered instead of the usual."""

    port: int = 0
    mails: list[tuple[str, str]] = field(default_factory=list)  # the recipient and the text
    logins: list[str] = field(default_factory=list)
    was_tls: list[bool] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)  # by command
    offers: tuple[str, ...] = ("STARTTLS", "AUTH PLAIN", "SMTPUTF8")
    hangs_up_at: str = ""


@contextmanager
def server(*, is_tls: bool = False) -> Iterator[Seen]:
    """The server, listening on a port of its own until the end."""
    seen = Seen()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with suppress(OSError):  # a client that doesn't trust us hangs up
                if is_tls:
                    self.request = context.wrap_socket(self.request, server_side=True)
                _talk(self, seen, context, is_tls=is_tls)
            self.request.close()

    class Listener(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

    with Listener(("127.0.0.1", 0), Handler) as listener:
        seen.port = listener.server_address[1]
        thread = threading.Thread(target=listener.serve_forever, args=(0.01,))
        thread.start()
        yield seen
        listener.shutdown()
        thread.join()


def _talk(  # noqa: C901 - a command, an answer
    handler: socketserver.BaseRequestHandler,
    seen: Seen,
    context: ssl.SSLContext,
    *,
    is_tls: bool,
) -> None:
    lines = handler.request.makefile("rb")
    to = ""

    def say(*answer: str) -> None:
        handler.request.sendall("".join(f"{line}\r\n" for line in answer).encode())

    say("220 here")
    while line := lines.readline().decode().strip():
        command = line.split()[0].upper()
        if command == seen.hangs_up_at:
            return
        if command in seen.answers:
            say(seen.answers[command])
        elif command == "EHLO":
            say("250-localhost", *(f"250-{offer}" for offer in seen.offers), "250 HELP")
        elif command == "STARTTLS":
            say("220 go on")
            handler.request = context.wrap_socket(handler.request, server_side=True)
            lines, is_tls = handler.request.makefile("rb"), True
        elif command == "AUTH":
            seen.logins.append(b64decode(line.split()[-1]).decode())
            say("235 welcome")
        elif command == "RCPT":
            to = line.partition("<")[2].partition(">")[0]
            say("250 fine")
        elif command == "DATA":
            say("354 go on")
            text = b""
            while (part := lines.readline()) != b".\r\n":
                text += part.removeprefix(b".") if part.startswith(b"..") else part
            seen.mails.append((to, text.decode()))
            seen.was_tls.append(is_tls)
            say(seen.answers.get("TEXT", "250 kept"))
        elif command == "QUIT":
            say("221 goodbye")
            return
        else:
            say("250 fine")
