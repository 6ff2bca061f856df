"""Repairs of the tags that WeasyPrint 70 writes, so that a screen reader hears what is there."""

from collections.abc import Iterator
from typing import Any

import pydyf

PRINT = 4  # annotation flag; readers may leave a link out of print without it


def repair(document: Any, pdf: Any) -> None:
    """WeasyPrint's `finisher`: works on the objects of the file before they are written."""
    if "StructTreeRoot" in pdf.catalog:
        tree = _Tree(pdf)
        tree.set_aside_page_margins()
        tree.join_tables()
        tree.drop_empty(tree.top)
        tree.give_scopes()
        tree.flag_links()
        tree.write_artifacts()


class _Tree:
    """The structure tree of one file. References are bytes such as `b"12 0 R"`."""

    def __init__(self, pdf: Any) -> None:
        self.objects: list[Any] = [thing for thing in pdf.objects if isinstance(thing, dict)]
        self.by_reference = {thing.reference: thing for thing in pdf.objects if thing.number}
        self.root = self.by_reference[pdf.catalog["StructTreeRoot"]]
        self.top = self.by_reference[self.root["K"][0]]
        self.pages = {reference: at for at, reference in enumerate(pdf.page_references)}
        self.artifacts: dict[int, set[int]] = {}  # page -> marked contents

    def children(self, element: Any) -> Iterator[Any]:
        for kid in element["K"]:
            child = self.by_reference.get(kid) if isinstance(kid, bytes) else None
            if isinstance(child, dict) and "S" in child:
                yield child

    def descend(self, element: Any) -> Iterator[Any]:
        yield element
        for child in self.children(element):
            yield from self.descend(child)

    def kinds(self, element: Any, kind: str) -> list[Any]:
        return [below for below in self.descend(element) if below["S"] == kind]

    def set_aside(self, element: Any) -> None:
        """Take an element out of what is read; its marks on the page become an artifact."""
        for below in list(self.descend(element)):
            for kid in below["K"]:
                if isinstance(kid, int):
                    self.artifacts.setdefault(self.pages[below["Pg"]], set()).add(kid)
            below["K"] = pydyf.Array([])

    def set_aside_page_margins(self) -> None:
        """Footers name the document as their parent, which doesn't know of them."""
        known = set(self.top["K"])
        for thing in self.objects:
            is_element = thing.get("Type") == "/StructElem"
            if is_element and thing["P"] == self.top.reference and thing.reference not in known:
                self.set_aside(thing)

    def join_tables(self) -> None:
        """A table over several pages is one table, and its header row is read once.

        What follows a table on the next page with a header row and nothing in between is taken for
        its rest, so two tables never stand together in our templates without a heading between.
        """
        before: Any = None
        for element in list(self._blocks(self.top)):
            if element["S"] != "/Table":
                before = None
            elif before is not None and self._goes_on(before, element):
                self._append(before, element)
            else:
                before = element

    def _blocks(self, element: Any) -> Iterator[Any]:
        """Tables, and all else that holds marked content, in the order of reading."""
        if element["S"] == "/Table" or any(isinstance(kid, int) for kid in element["K"]):
            yield element
        else:
            for child in self.children(element):
                yield from self._blocks(child)

    def _goes_on(self, first: Any, rest: Any) -> bool:
        last_page = max(self.pages[below["Pg"]] for below in self.descend(first))
        return (
            self.pages[rest["Pg"]] == last_page + 1
            and bool(self.kinds(first, "/THead"))
            and bool(self.kinds(rest, "/THead"))
        )

    def _append(self, first: Any, rest: Any) -> None:
        body = self.kinds(first, "/TBody")[-1]
        repeated = self.kinds(rest, "/THead")[0]
        headers = zip(
            self.kinds(self.kinds(first, "/THead")[0], "/TH"),
            self.kinds(repeated, "/TH"),
            strict=False,
        )
        names = {again["ID"].string: kept["ID"] for kept, again in headers}
        self.set_aside(repeated)
        for part in self.kinds(rest, "/TBody"):
            for row in self.children(part):
                row["P"] = body.reference
                body["K"].append(row.reference)
            for cell in self.kinds(part, "/TD"):
                cell["A"]["Headers"] = pydyf.Array(
                    names.get(header.string, header) for header in cell["A"].get("Headers", ())
                )
            part["K"] = pydyf.Array([])
        self.by_reference[rest["P"]]["K"].remove(rest.reference)

    def drop_empty(self, element: Any) -> None:
        """Boxes to tick are empty to a screen reader. An empty cell still has its place."""
        for child in list(self.children(element)):
            self.drop_empty(child)
            if not child["K"] and child["S"] not in ("/TD", "/TH"):
                element["K"].remove(child.reference)

    def give_scopes(self) -> None:
        """A header cell in the head of a table speaks for its column, any other for its row."""
        for table in self.kinds(self.top, "/Table"):
            heads = {
                id(cell) for head in self.kinds(table, "/THead") for cell in self.descend(head)
            }
            for cell in self.kinds(table, "/TH"):
                cell["A"]["Scope"] = "/Column" if id(cell) in heads else "/Row"

    def flag_links(self) -> None:
        for thing in self.objects:
            if thing.get("Subtype") == "/Link":
                thing.setdefault("F", PRINT)

    def write_artifacts(self) -> None:
        """Say so in the content of the pages too, and in the list from marks to elements."""
        numbers = self.by_reference[self.root["ParentTree"]]["Nums"]
        for reference, page in self.pages.items():
            marks = self.artifacts.get(page, set())
            content = self.by_reference[self.by_reference[reference]["Contents"]].stream
            for at, operator in enumerate(content):
                if operator == b"BDC" and content[at - 1].get("MCID") in marks:
                    content[at - 2] = "/Artifact"
                    content[at - 1] = pydyf.Dictionary({"Type": "/Pagination"})
            elements = numbers[numbers.index(page) + 1]
            for mark in marks:
                elements[mark] = "null"
