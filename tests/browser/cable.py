"""The network between a browser and the server, to be cut, and to lose what the server replies."""

import socket
import struct
import threading
from contextlib import suppress
from functools import partial
from typing import Self

RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Cable:
    """Listens on a port that stays, and passes everything on to one that may change.

    `set_offline` of Playwright is for pages; a service worker does not hear of it.
    """

    def __init__(self, port: int = 0) -> None:
        self.far_port = port
        self.is_cut = self.loses_replies = False
        self._ends: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._accept)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        # Closing a listener does not wake who waits for it, a connection does.
        self.cut()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()

    def cut(self) -> None:
        """No connection goes on, and no new one comes about."""
        self.is_cut = True
        self.drop()

    def drop(self) -> None:
        """Break what is connected now."""
        with self._lock:
            for end in self._ends:
                with suppress(OSError):
                    end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
                    end.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        self.is_cut = self.loses_replies = False

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            try:
                if self.is_cut:
                    raise ConnectionRefusedError
                far = socket.create_connection(("127.0.0.1", self.far_port))
            except OSError:
                near.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
                near.close()
                continue
            with self._lock:
                self._ends |= {near, far}
            left = [near, far]
            for one, other in ((near, far), (far, near)):
                work = partial(self._pass, one, other, left, is_far=one is far)
                threading.Thread(target=work, daemon=True).start()

    def _pass(
        self, one: socket.socket, other: socket.socket, left: list[socket.socket], *, is_far: bool
    ) -> None:
        with suppress(OSError):
            while piece := one.recv(65_536):
                if is_far and self.loses_replies:
                    break
                other.sendall(piece)
        with self._lock:
            for end in (one, other):
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
            left.pop()
            if not left:  # both ways have ended
                for end in (one, other):
                    self._ends.discard(end)
                    end.close()
