"""Who rated whom: panels, the largest crossed table, linked candidates.

A table of scores goes candidate -> trait -> rater -> that rater's mean level (1 to 5). It holds
the traits that have a weight and only ratings that exist; every candidate in it has at least one
rater on every trait. Weights sum to 1 over these traits.
"""

import math
from collections.abc import Mapping

Scores = Mapping[str, Mapping[int, float]]
Table = Mapping[int, Scores]
Weights = Mapping[str, float]


def raters_of(scores: Scores) -> frozenset[int]:
    """Everyone who rated the candidate on at least one trait."""
    return frozenset(rater for by_rater in scores.values() for rater in by_rater)


def full_raters(scores: Scores) -> frozenset[int]:
    """Those who rated the candidate on every trait, and so have a composite of their own."""
    return frozenset.intersection(*(frozenset(by_rater) for by_rater in scores.values()))


def rater_composite(scores: Scores, weights: Weights, rater: int) -> float:
    return math.fsum(weight * scores[trait][rater] for trait, weight in weights.items())


def panels_differ(table: Table) -> bool:
    return len({raters_of(scores) for scores in table.values()}) > 1


def is_whole(scores: Scores) -> bool:
    """Whether everyone who rated the candidate did so on every trait."""
    return full_raters(scores) == raters_of(scores)


def has_holes(table: Table) -> bool:
    """Whether the candidate x trait x rater table lacks a cell."""
    return panels_differ(table) or not all(map(is_whole, table.values()))


def linked(table: Table) -> tuple[tuple[int, ...], ...]:
    """Groups of candidates whose scores can be set side by side, in the table's order.

    One panel for all makes one group. Otherwise two candidates are linked by a rater who has a
    composite for both, directly or through others.
    """
    if not panels_differ(table):
        return (tuple(table),) if table else ()
    groups: list[tuple[frozenset[int], set[int]]] = []
    for candidate, scores in table.items():
        raters, members = full_raters(scores), {candidate}
        for group in [group for group in groups if group[0] & raters]:
            groups.remove(group)
            raters, members = raters | group[0], members | group[1]
        groups.append((raters, members))
    place = {candidate: number for number, candidate in enumerate(table)}
    ordered = (tuple(sorted(members, key=place.__getitem__)) for _, members in groups)
    return tuple(sorted(ordered, key=lambda group: place[group[0]]))


def largest_crossed(table: Table) -> tuple[list[int], list[int]]:
    """The candidates and raters of the crossed table with the most degrees of freedom.

    Its raters must be some candidate's, or what several have in common. Panels are a handful of
    people each, so there are few such sets to look at.
    """
    full = {candidate: full_raters(scores) for candidate, scores in table.items()}
    panels: set[frozenset[int]] = set()
    for raters in set(full.values()):
        panels |= {raters} | {raters & panel for panel in panels}
    sizes = {panel: sum(raters >= panel for raters in full.values()) for panel in panels if panel}
    if not sizes:
        return [], []
    best = max(sizes, key=lambda p: ((sizes[p] - 1) * (len(p) - 1), sizes[p], len(p), sorted(p)))
    return [candidate for candidate, raters in full.items() if raters >= best], sorted(best)
