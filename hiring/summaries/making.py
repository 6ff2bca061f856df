"""Summary, GuideSheet and FormSheet made of what was read: plain values for a renderer."""

import datetime as dt
from collections.abc import Mapping, Sequence

from hiring.comparison.compare import CandidateScore
from hiring.comparison.intervals import USUAL_SD
from hiring.comparison.intervals import Kind as Precision
from hiring.comparison.models import Outcome
from hiring.comparison.queries import Compared
from hiring.comparison.rules import Flag as FoundFlag
from hiring.comparison.rules import Trait, TraitScore, shares
from hiring.debrief.models import Revision
from hiring.debrief.rules import Cause
from hiring.guides.models import Guide, GuideItem, GuideTrait
from hiring.interviews.models import Interview, Scorecard
from hiring.library.rules import Briefing
from hiring.scorecards.rules import Stored, evidence, ticked, why_hidden
from hiring.summaries import code, rules, sheet
from hiring.summaries.ninety_days import suggestions

Answers = Mapping[tuple[int, int], Stored]


class Made:
    """Summaries of one comparison, made by one person at one moment."""

    def __init__(
        self,
        found: Compared,
        answers: Answers,
        revised: Mapping[tuple[int, int], Revision],
        made: tuple[str, dt.datetime],
        briefings: Mapping[str, Briefing],
    ) -> None:
        self.found, self.answers, self.revised = found, answers, revised
        self.briefings = briefings
        self.made_by, self.made_at = made
        self.guide = found.guide
        self.shares = shares(Trait(t.key, t.name, t.weight) for t in found.guide.traits)

    def summary(self, interview: Interview, row: CandidateScore) -> rules.Summary:
        """The summary of somebody whose panel is complete, or was closed."""
        cards = [card for card in interview.counted_cards if card.is_submitted]
        results = {
            trait.key: self._result(trait, cards, row.traits.get(trait.key))
            for trait in self.guide.traits
        }
        numbers = {card.person_id: number for number, card in enumerate(cards)}
        return self._filled(
            interview,
            cards,
            results=results,
            flags=tuple(self._flag(flag, results, numbers) for flag in row.flags),
            composite=self._composite(row),
            why_no_composite=row.why_not or "",
            incomplete=(row.why_not,) if row.why_not else (),
            closing=_closing(interview),
            first_ninety_days=(
                suggestions(results.values(), self.briefings)
                if self._is_made_an_offer(interview.candidate_id)
                else ()
            ),
        )

    def _is_made_an_offer(self, candidate_id: int) -> bool:
        standing = self.found.decisions.get(candidate_id)
        return standing is not None and standing.outcome == Outcome.OFFER

    def unopened(self, interview: Interview) -> rules.Summary:
        """The summary of somebody whose panel is still scoring: no rating is in it."""
        why = why_hidden(interview.panel)
        return self._filled(
            interview,
            interview.counted_cards,
            results={trait.key: self._result(trait, [], None) for trait in self.guide.traits},
            flags=(),
            composite=None,
            why_no_composite=why,
            incomplete=(why,),
        )

    def _filled(
        self,
        interview: Interview,
        cards: Sequence[Scorecard],
        *,
        results: Mapping[str, rules.TraitResult],
        **rest: object,
    ) -> rules.Summary:
        candidate = interview.candidate
        decision = self.found.decisions.get(candidate.id)
        return rules.Summary(
            candidate=candidate.name,
            reference=candidate.reference or "",
            opening=self.guide.opening.title,
            guide=rules.GuideVersion(self.guide.version, self.guide.content_hash or ""),
            panel=tuple(
                rules.Interviewer(_letter(number), card.person.name)
                for number, card in enumerate(cards)
            ),
            interview=rules.Interview(interview.starts_at, interview.zone, interview.place),
            traits=tuple(results[t.key] for t in self.guide.traits if not t.is_civility),
            civility=next((results[t.key] for t in self.guide.traits if t.is_civility), None),
            decisions=(
                (
                    rules.Decision(
                        decision.outcome.capitalize(),
                        decision.decided_by.name,
                        decision.decided_at,
                        decision.reason,
                    ),
                )
                if decision
                else ()
            ),
            scoring_rules=self.found.comparison.scoring_version,
            made_at=self.made_at,
            made_zone=interview.zone,
            made_by=self.made_by,
            **rest,  # type: ignore[arg-type]
        )

    def _result(
        self, trait: GuideTrait, cards: Sequence[Scorecard], score: TraitScore | None
    ) -> rules.TraitResult:
        by_rater = score.by_rater if score else {}
        return rules.TraitResult(
            key=trait.key,
            name=trait.name,
            definition=trait.definition,
            weight=self.shares.get(trait.key),
            scores=tuple(by_rater.get(card.person_id) for card in cards),
            mean=score.mean if score else None,
            lowest=score.lowest if score else None,
            highest=score.highest if score else None,
            sd=score.spread if score else None,
            anchors=tuple(
                rules.Anchor(level, trait.anchors[level])
                for level in (rules.most_like(score.mean) if score else ())
            ),
            items=tuple(
                self._item(item, cards) for item in self.guide.items if item.trait_key == trait.key
            ),
        )

    def _item(self, item: GuideItem, cards: Sequence[Scorecard]) -> rules.Item:
        return rules.Item(
            number=item.position,
            title=item.title,
            kind=item.label,
            question=item.prompt,
            ratings=tuple(
                self._rating(item, _letter(number), card.id) for number, card in enumerate(cards)
            ),
        )

    def _rating(self, item: GuideItem, letter: str, card_id: int) -> rules.Rating:
        stored = self.answers.get((card_id, item.id))
        revision = self.revised.get((card_id, item.id))
        if stored is None:
            return rules.Rating(letter, None)
        answer = stored.answer
        return rules.Rating(
            letter=letter,
            level=answer.level,
            not_observed=answer.reason if answer.not_observed else "",
            note=evidence(answer),
            look_fors=tuple(ticked(item.look_fors, answer.look_fors)),
            warnings=tuple(ticked(item.warnings, answer.warnings)),
            debriefed=revision.level if revision else None,
            debriefed_why=f"{Cause[revision.cause].value}. {revision.words}" if revision else "",
        )

    def _flag(
        self,
        flag: FoundFlag,
        results: Mapping[str, rules.TraitResult],
        numbers: Mapping[int, int],
    ) -> rules.Flag:
        """The flag with the ratings of those who saw it, at the first item where it was seen."""
        items = {item.id: item for item in self.guide.items}
        first = items[flag.items[0]]
        item = next(i for i in results[flag.trait].items if i.number == first.position)
        letters = {_letter(numbers[rater]) for rater in flag.raters}
        seen = tuple(rating for rating in item.ratings if rating.letter in letters)
        return rules.Flag(flag.about(results[flag.trait].name), item.number, item.title, seen)

    def _composite(self, row: CandidateScore) -> rules.Composite | None:
        if row.score is None or row.line is None or row.bar is None:
            return None
        precision = self.found.comparison.precision
        if precision.kind is Precision.PLANNING:
            kind = "assumed" if precision.sd == USUAL_SD else "past candidates"
        else:
            kind = "estimated"
        return rules.Composite(
            value=row.score,
            unadjusted=row.composite if row.adjusted is not None else None,
            lower=row.line.low,
            upper=row.line.high,
            bar=row.bar.half,
            precision=kind,
            compared=precision.n_c,
            debriefed=row.debriefed,
        )


def _closing(interview: Interview) -> rules.Closing | None:
    if interview.closed_by is None or interview.closed_at is None:
        return None
    return rules.Closing(
        by=interview.closed_by.name,
        at=interview.closed_at,
        reason=interview.close_reason,
        missing=tuple(c.person.name for c in interview.counted_cards if not c.is_submitted),
    )


def _letter(number: int) -> str:
    return chr(ord("A") + number)


def guide_sheet(guide: Guide) -> sheet.GuideSheet:
    """A guide as it is printed for the room."""
    names = {trait.key: trait.name for trait in guide.traits}
    return sheet.GuideSheet(
        opening=guide.opening.title,
        guide=rules.GuideVersion(guide.version, guide.content_hash) if guide.content_hash else None,
        minutes=guide.minutes_used,
        introduction=guide.introduction,
        closing=guide.closing,
        items=tuple(
            sheet.GuideItem(
                number=item.position,
                trait=names[item.trait_key],
                title=item.title,
                kind=item.label,
                minutes=item.minutes,
                question=item.prompt,
                shown=item.shown,
                follow_ups=item.follow_ups,
                look_fors=item.look_fors,
                warnings=item.warnings,
                anchors=tuple(rules.Anchor(level, item.anchors[level]) for level in (1, 3, 5)),
            )
            for item in guide.items
        ),
    )


def whose(card: Scorecard) -> code.Whose:
    """What the code of a card's form says."""
    guide = card.interview.guide
    return code.Whose(
        card.id, guide.content_hash or "", guide.version, card.person_id, card.candidate_id
    )


def form_sheet(card: Scorecard, keys: Sequence[str], *, is_fillable: bool) -> sheet.FormSheet:
    """A card's form: nothing of what is on the card is in it."""
    interview = card.interview
    token = code.token(whose(card), keys)
    return sheet.FormSheet(
        guide=guide_sheet(interview.guide),
        candidate=interview.candidate.name,
        reference=interview.candidate.reference or "",
        interviewer=card.person.name,
        starts_at=interview.starts_at,
        zone=interview.zone,
        place=interview.place,
        token=token,
        code=code.short(card.id, token),
        is_fillable=is_fillable,
    )
