"""Many documents at once, each in a worker process that may be killed without harm to others."""

import multiprocessing
import sys
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from types import TracebackType
from typing import Any, Literal, Self

from pebble import ProcessExpired, ProcessPool

from hiring.summaries.rules import Summary
from hiring.summaries.sheet import FormSheet, GuideSheet

MEMORY = 1_200 * 2**20  # of addresses; a worker needs a third of it
DOCUMENTS_PER_WORKER = 100  # what a renderer leaks goes with its process

Document = Summary | GuideSheet | FormSheet
Kind = Literal["summary", "guide", "form"]


class Failed(Exception):  # noqa: N818 - it is told to a person, document by document
    """A document could not be made; the sentence names it and says why."""

    def __init__(self, document: str, reason: str) -> None:
        super().__init__(f"{document} could not be made: {reason}.")
        self.document = document
        self.reason = reason


class Renderer:
    """Worker processes with everything loaded. Use it as a context; leaving it waits for the rest.

    Workers come from a fork server that has the renderer imported and warm: a plain fork would
    copy this process's threads and connections in whatever state they are.
    """

    def __init__(self, workers: int = 2, timeout: float = 30.0) -> None:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["hiring.summaries.warm"])
        self.timeout = timeout
        self._pool = ProcessPool(
            max_workers=workers,
            max_tasks=DOCUMENTS_PER_WORKER,
            initializer=_begin,
            context=context,
        )

    def render(self, kind: Kind, document: Document) -> Future[bytes]:
        """The bytes, or `Failed`. The time a document may take runs from its own start."""
        promised: Future[bytes] = Future()
        promised.set_running_or_notify_cancel()
        work = self._pool.schedule(_render, args=(kind, document), timeout=self.timeout)
        work.add_done_callback(self._tell(document.name, promised))
        return promised

    def _tell(self, name: str, promised: Future[bytes]) -> Callable[[Future[bytes]], None]:
        def tell(work: Future[bytes]) -> None:
            try:
                promised.set_result(work.result())
            except (Exception, CancelledError) as error:  # noqa: BLE001 - each is told
                failed = Failed(name, self._reason(error))
                failed.__cause__ = error
                promised.set_exception(failed)

        return tell

    def _reason(self, error: BaseException) -> str:
        if isinstance(error, TimeoutError):
            return f"it took longer than {self.timeout:g} seconds"
        if isinstance(error, MemoryError):
            return "it needed more memory than a document may take"
        if isinstance(error, ProcessExpired):
            return "its process ended unexpectedly"
        if isinstance(error, CancelledError):
            return "the work was stopped"
        return str(error).rstrip(".") or type(error).__name__

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            self._pool.close()  # type: ignore[no-untyped-call]
        else:
            self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()


def _begin() -> None:
    """In a new worker: a limit on memory where the system keeps it."""
    if sys.platform == "linux":
        import resource  # noqa: PLC0415 - other systems don't have it

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _render(kind: Kind, document: Any) -> bytes:
    from hiring.summaries import pdf  # noqa: PLC0415 - who hands out the work needs none

    if kind == "summary":
        return pdf.summary_pdf(document)
    return pdf.guide_pdf(document) if kind == "guide" else pdf.form_pdf(document)
