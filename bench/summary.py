"""One candidate's summary, against the same words on an ordinary page.

The baseline takes the very markup of our page and dresses it as such pages usually are: Bootstrap
by a link, each trait one of its cards with two columns inside, web fonts as woff2, all of it read
in the one call that writes the PDF, and no tags. Ours is tagged. That both say the same is checked
with pdftotext before anything is timed. Flex boxes inside the columns would double the baseline's
time; leaving out the cards halves it, which is printed too.
"""

import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

from fontTools.ttLib import TTFont

from bench import place
from bench.measure import Call, Row, against, in_turn, shown
from tests.summaries import sample

AIM = 1 / 6
HERE = Path(__file__).parent
STYLES = ("bootstrap.min.css", "ordinary.css")
DRESS = {
    "trait": "trait card p-2 mb-3",
    "flag": "flag card p-2 mb-2",
    "facts": "facts table table-sm",
    "profile": "profile table table-sm",
    "quiet": "text-secondary",
}
ABOVE_FOOTERS = ("-x", "0", "-y", "0", "-W", "596", "-H", "791")  # points, of A4


def run(*, quick: bool) -> Iterator[Row]:
    from hiring.summaries import pdf  # noqa: PLC0415 - no other measurement shall carry WeasyPrint

    with place.folder() as files:
        _lay_out(files, pdf.FONTS)
        pdf.warm()
        summary = sample.summary()
        ours, ordinary = pdf.summary_pdf(summary), _ordinary(pdf, files, "card")(summary)
        _check_words(files, ours, ordinary)
        found = in_turn(
            {
                "ours": _turns(pdf.summary_pdf),
                "ordinary": _turns(_ordinary(pdf, files, "card")),
                "plain": _turns(_ordinary(pdf, files, "border")),
            },
            rounds=2 if quick else 6,
            calls=1 if quick else 3,
        )
    (seconds,), (baseline,), (plain,) = found.values()
    print(f"  without the cards: {shown(plain)}, so ours takes {seconds / plain:.2f} of it")
    yield against("summary of six traits and civility", seconds, baseline, AIM)


def _turns(render: Callable[[Any], bytes]) -> Callable[[], Call]:
    """The same summary for one person after another."""
    people = count(1000)

    def prepare() -> Call:
        summary = sample.summary(reference=f"C-{next(people)}")
        return lambda: render(summary)

    return prepare


def _lay_out(files: Path, fonts: Path) -> None:
    for name in STYLES:
        shutil.copy(HERE / name, files)
    for file in fonts.glob("*.ttf"):
        font = TTFont(file)
        font.flavor = "woff2"
        font.save(files / f"{file.stem.partition('-')[2]}.woff2")


def _ordinary(pdf: Any, files: Path, frame: str) -> Callable[[Any], bytes]:
    from weasyprint import HTML  # noqa: PLC0415 - after ours, which sets it up

    links = "".join(f'<link rel="stylesheet" href="{name}">' for name in STYLES)
    dress = {name: classes.replace("card", frame) for name, classes in DRESS.items()}

    def dressed(found: re.Match[str]) -> str:
        return f'class="{" ".join(dress.get(name, name) for name in found[1].split())}"'

    def render(summary: Any) -> bytes:
        markup = pdf._markup("summary.html", summary=summary).replace("</head>", f"{links}</head>")
        markup = re.sub('class="([^"]*)"', dressed, markup)
        made: bytes = HTML(string=markup, base_url=f"{files}/").write_pdf()
        return made

    return render


def _check_words(files: Path, ours: bytes, ordinary: bytes) -> None:
    """Both say the same, apart from where their pages end."""
    said = [_words(files / "said.pdf", pdf) for pdf in (ours, ordinary)]
    if said[0] != said[1]:
        raise RuntimeError(f"Words differ: {said[0] - said[1]} and {said[1] - said[0]}")


def _words(file: Path, pdf: bytes) -> Counter[str]:
    file.write_bytes(pdf)
    text = subprocess.run(
        ("pdftotext", *ABOVE_FOOTERS, file, "-"), check=True, capture_output=True, text=True
    ).stdout
    return Counter(re.findall(r"\w+", re.sub(r"\(page \d+\)", "", text)))
