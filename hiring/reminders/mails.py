"""What reminders say, and the news that all cards are in: a link, and nothing that was scored."""

from sqlalchemy.orm import Session

from hiring import db
from hiring.interviews.models import Interview
from hiring.mail import post
from hiring.mail.models import Mail
from hiring.mail.rules import Message, one_line
from hiring.people import queries as people
from hiring.reminders import queries
from hiring.web import moment


def reminder(session: Session, mail: Mail) -> Message | None:
    """To whoever has a late card, if it is still waited for."""
    interview_id, person_id, number = map(int, mail.about.split("/"))
    late = queries.waiting_card(session, interview_id, person_id)
    if late is None or not late.waiting.wants_reminder(db.now()):
        return None
    if late.last is None or late.last.number != number:
        return None  # a newer one is on its way, or this one was never claimed
    card, interview = late.card, late.interview
    what, where = f"Your scorecard for {_about(interview)}", ["It is as you left it:"]
    where.append(post.link("scorecards.show", card_id=card.id))
    if card.is_held:  # they have not been told yet who the candidate is
        what, where = "The scorecard of an interview you were asked to as a guest", []
    if card.person.is_guest:
        where += ["To come in, have a new link sent to you here:", post.link("guests.ask")]
    planner = people.person(session, interview.planned_by_id)
    whom = one_line(planner.name) if planner else "the recruiter"
    return Message(
        card.person.email,
        "A scorecard of yours is late",
        f"Hello {one_line(card.person.name)},\n\n"
        f"{what} was due on {moment(late.waiting.due_at, interview.zone)}. Please complete and "
        "submit it as long as you remember what was said.\n\n"
        + "".join(f"{line}\n\n" for line in where)
        + f"If you can't, tell {whom}, so that the others need not wait.\n",
    )


def complete(session: Session, mail: Mail) -> Message | None:
    """To the recruiter who planned the interview: the last counted card is in."""
    interview = queries.complete(session, int(mail.about))
    if interview is None or not interview.panel.is_complete:
        return None
    planner = people.person(session, interview.planned_by_id)
    if planner is None or not planner.active:
        return None
    return Message(
        planner.email,
        "All scorecards of an interview are in",
        f"Hello {one_line(planner.name)},\n\n"
        f"Everyone on the panel for {_about(interview)} has submitted. What was scored is open to "
        "the panel now:\n\n"
        f"{post.link('scorecards.panel', interview_id=interview.id)}\n",
    )


def _about(interview: Interview) -> str:
    candidate = interview.candidate
    return f"{one_line(candidate.name)} ({one_line(candidate.opening.title)})"
