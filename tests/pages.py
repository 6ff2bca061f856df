"""A page as its visitor takes it: its words, what its forms hold, what they would send."""

import html
import re
from html.parser import HTMLParser
from typing import Protocol

from werkzeug.datastructures import MultiDict


class Shown(Protocol):
    """A response, or anything else that has a text."""

    text: str


def words(markup: str) -> str:
    """What is read, with single blanks, once the mark-up is gone. A bold word is no word apart."""
    markup = re.sub(r"</?b>", "", markup)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split())


def text_of(page: Shown) -> str:
    """The words of a page."""
    return words(page.text)


def main_of(page: Shown) -> str:
    """The words of a page below its head."""
    return words(page.text.split("<main", 1)[1].partition(">")[2])


def typed(page: Shown, name: str) -> str:
    """What a field of a page's only such form shows."""
    found = re.search(rf'name="{name}"[^>]*>\n(.*?)</textarea>', page.text, re.DOTALL)
    found = found or re.search(rf'name="{name}" value="([^"]*)"', page.text)
    return html.unescape(found[1]) if found else ""


def chosen(page: Shown, name: str) -> list[str]:
    """What is selected or ticked under a name."""
    select = re.search(rf'<select [^>]*name="{name}".*?</select>', page.text, re.DOTALL)
    if select:
        return re.findall(r'value="([^"]*)" selected', select[0])
    return re.findall(rf'name="{name}" value="([^"]*)" checked', page.text)


def forms_to(page: Shown, action: str) -> list[MultiDict[str, str]]:
    """What each form to an address would send from a browser without script."""
    return [data for address, data in _Forms(page.text).forms if address == action]


def form_to(page: Shown, action: str) -> MultiDict[str, str]:
    (only,) = forms_to(page, action)
    return only


class _Forms(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[tuple[str, MultiDict[str, str]]] = []
        self.area: tuple[str, list[str]] | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append((given["action"], MultiDict()))
        elif tag == "textarea":
            self.area = (given["name"], [])
        elif tag == "input" and "name" in given:
            is_choice = given["type"] in {"radio", "checkbox"}
            if not is_choice or "checked" in given:
                self.forms[-1][1].add(given["name"], given.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self.area:
            self.area[1].append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self.area:
            name, parts = self.area
            # A browser drops the first line end, and sends two characters for each other one.
            text = "".join(parts).removeprefix("\n").replace("\n", "\r\n")
            self.forms[-1][1].add(name, text)
            self.area = None
