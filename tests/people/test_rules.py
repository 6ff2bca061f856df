"""The table of who may do what, links and accounts, without a database."""

import datetime as dt
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.engine.default import DefaultDialect

from hiring.people.models import LINK_DAYS, Invitation, Person, RoleSet, digest, normal_email
from hiring.people.rules import MAY, Action, Role, check_keeps_administrator, may
from hiring.refusal import Refused

NOW = dt.datetime(2026, 11, 2, 9, 0, tzinfo=dt.UTC)
roles = st.sets(st.sampled_from(Role))


# Written out once more, so that a change of the table is a change of two places.
@pytest.mark.parametrize(
    ("role", "actions"),
    [
        (
            Role.RECRUITER,
            {"PLAN", "READ_PLANS", "READ_PANEL", "COMPARE", "DECIDE", "EXPORT"}
            | {"OBSERVE", "OVERRIDE", "REOPEN", "PRINT", "FETCH", "TRANSCRIBE"},
        ),
        (
            Role.INTERVIEWER,
            {"RATE", "READ_PANEL", "OBSERVE", "DEBRIEF", "REOPEN", "TAKE_SEAT"}
            | {"PRINT", "FETCH", "HAND_IN", "TRANSCRIBE"},
        ),
        (
            Role.HR,
            {"READ_PLANS", "READ_PANEL", "COMPARE", "EXPORT", "OBSERVE", "OVERRIDE", "FETCH"},
        ),
        (Role.ADMINISTRATOR, {"MANAGE_PEOPLE"}),
    ],
)
def test_what_each_role_may_do(role, actions):
    everybody = {"VISIT", "SIGN_IN", "OWN_ACCOUNT", "READ_LIBRARY"}
    assert {action.name for action in Action if may([role], action)} == actions | everybody


def test_a_guest_may_do_what_belongs_to_a_seat_and_nothing_else():
    assert {action.name for action in Action if may([Role.GUEST], action)} == {
        *("VISIT", "SIGN_IN", "TAKE_SEAT", "RATE", "READ_PANEL", "DEBRIEF", "REOPEN"),
        *("PRINT", "FETCH", "HAND_IN", "TRANSCRIBE"),
    }


def test_without_an_account_one_can_only_visit_and_sign_in():
    assert {action for action in Action if may((), action)} == {Action.VISIT, Action.SIGN_IN}


def test_administrators_read_no_ratings():
    for action in (Action.RATE, Action.READ_PANEL, Action.COMPARE, Action.EXPORT):
        assert not may([Role.ADMINISTRATOR], action)


def test_every_action_is_open_to_somebody():
    assert all(allowed is None or allowed for allowed in MAY.values())


@given(roles, st.sampled_from(Action))
def test_several_roles_may_what_any_one_of_them_may(several, action):
    expected = may((), action) or any(may([role], action) for role in several)
    assert may(several, action) == expected


@given(roles)
def test_roles_come_back_from_the_column_as_they_went_in(several):
    column, dialect = RoleSet(), DefaultDialect()
    stored = column.process_bind_param(several, dialect)
    assert column.process_result_value(stored, dialect) == several


def test_a_role_that_is_none_is_not_stored():
    with pytest.raises(ValueError, match="owner"):
        RoleSet().process_bind_param(["owner"], DefaultDialect())  # type: ignore[list-item]


@dataclass
class Someone:
    id: int
    name: str = "Ada"


ADA, BEN = Someone(1), Someone(2, "Ben")


def test_the_last_administrator_keeps_the_role():
    with pytest.raises(Refused, match="Ada is the only administrator"):
        check_keeps_administrator([ADA], ADA, {"recruiter"})


@pytest.mark.parametrize(
    ("administrators", "person", "given_roles"),
    [
        ([ADA], ADA, {"administrator"}),
        ([ADA], ADA, {"recruiter", "administrator"}),
        ([ADA, BEN], ADA, {"recruiter"}),
        ([ADA, BEN], ADA, set()),
        ([ADA], BEN, set()),
        ([], BEN, set()),
    ],
)
def test_others_may_lose_it(administrators, person, given_roles):
    check_keeps_administrator(administrators, person, given_roles)


def test_a_link_opens_once_and_for_a_week():
    person = Person.new("Ada", "ada@example.org", [Role.HR], NOW)
    invitation, _ = Invitation.make(person, None, NOW)
    assert LINK_DAYS == 7
    assert invitation.is_open(NOW)
    assert invitation.is_open(NOW + dt.timedelta(days=7, seconds=-1))
    assert not invitation.is_open(NOW + dt.timedelta(days=7))
    invitation.used_at = NOW
    assert not invitation.is_open(NOW)


def test_a_link_cannot_be_guessed_and_is_not_kept():
    person = Person.new("Ada", "ada@example.org", [Role.HR], NOW)
    made = [Invitation.make(person, None, NOW) for _ in range(100)]
    secrets = {secret for _, secret in made}
    assert len(secrets) == 100
    assert all(len(secret) >= 32 for secret in secrets)  # 24 random bytes
    for invitation, secret in made:
        assert invitation.digest == digest(secret)
        assert secret not in vars(invitation).values()


def test_a_new_password_is_a_new_session():
    person = Person.new("Ada", "ada@example.org", [Role.HR], NOW)
    before = person.fs_uniquifier
    person.set_password("a hash")
    assert person.fs_uniquifier != before
    assert person.password == "a hash"


@given(st.emails())
def test_an_address_is_one_however_it_is_written(email):
    assert normal_email(f" {email.upper()} ") == normal_email(normal_email(email.upper()))
    assert Person.new("Ada", f" {email}", [], NOW).email == normal_email(email)
