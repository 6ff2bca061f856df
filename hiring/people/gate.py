"""Who is asking, and the @may decorator that every route carries."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa
from flask import (
    Flask,
    Response,
    abort,
    after_this_request,
    current_app,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_login import current_user
from flask_principal import identity_loaded  # type: ignore[import-untyped]
from flask_security import Security, SQLAlchemySessionUserDatastore, UserMixin
from flask_security.utils import set_request_attr
from werkzeug.local import LocalProxy

from hiring import db, web
from hiring.fields import strip
from hiring.people import rules, throttle
from hiring.people.forms import SignInForm
from hiring.people.models import NoRole, Person
from hiring.people.rules import BROUGHT, Action, Door, Role

# Tells our scripts whose words a page may show: a number, which opens nothing. It ends with the
# session, so that a browser that was closed shows nothing without a connection.
HERE = "person"
NO_MATCH = (
    "This e-mail address and password don't belong together. Check both, or ask an administrator "
    "for a new link."
)
SECURITY = {
    "SECURITY_PASSWORD_HASH": "argon2",
    "SECURITY_PASSWORD_SCHEMES": ["argon2"],
    "SECURITY_PASSWORD_SINGLE_HASH": ["argon2"],
    "SECURITY_LOGIN_URL": "/sign-in",
    "SECURITY_LOGOUT_URL": "/sign-out",
    "SECURITY_LOGOUT_METHODS": ["POST"],
    "SECURITY_FRESHNESS": timedelta(-1),  # no page asks for the password once more
    "SECURITY_POST_LOGIN_VIEW": "/",
    "SECURITY_POST_LOGOUT_VIEW": "/sign-in",
    "SECURITY_STATIC_FOLDER": None,
    "SECURITY_API_ENABLED_METHODS": ["session"],
    "SECURITY_JOIN_USER_ROLES": False,  # they are a column
    "SECURITY_REGISTERABLE": False,
    "SECURITY_RECOVERABLE": False,
    "SECURITY_CHANGEABLE": False,
    "SECURITY_TRACKABLE": False,
    "SECURITY_SEND_REGISTER_EMAIL": False,
    "SECURITY_CLI_USERS_NAME": None,
    "SECURITY_CLI_ROLES_NAME": None,
    "SECURITY_RETURN_GENERIC_RESPONSES": True,
    "SECURITY_FLASH_MESSAGES": False,
    "SECURITY_DEFAULT_REMEMBER_ME": False,
    "SECURITY_MSG_GENERIC_AUTHN_FAILED": (NO_MATCH, "error"),
}


@dataclass(frozen=True, slots=True)
class SignedIn(UserMixin):
    """The person asking, as one SELECT brings them: enough for every check."""

    id: int
    name: str
    email: str
    roles: frozenset[Role]  # type: ignore[assignment] # a set, and of ours
    fs_uniquifier: str
    active: bool = True

    @property
    def is_guest(self) -> bool:
        return Role.GUEST in self.roles

    def may(self, action: Action) -> bool:
        return rules.may(self.roles, action)


_BY_UNIQUIFIER = sa.select(
    Person.id, Person.name, Person.email, Person.roles, Person.fs_uniquifier
).where(Person.fs_uniquifier == sa.bindparam("uniquifier"), Person.active)


def init_app(app: Flask) -> None:
    app.config.update(SECURITY)
    # Argon2 salts by itself; Flask-Security asks for a second salt all the same.
    app.config.setdefault("SECURITY_PASSWORD_SALT", app.config["SECRET_KEY"])
    datastore = SQLAlchemySessionUserDatastore(
        LocalProxy(db.session),  # type: ignore[arg-type] # one session per request, as it wants
        Person,
        NoRole,
    )
    security = Security(app, datastore, login_form=SignInForm, render_template=_render)
    # What one may do stands in our table; the needs of Flask-Principal would only repeat it.
    security.principal.identity_loaders.clear()
    for receiver in list(identity_loaded.receivers_for(app)):
        identity_loaded.disconnect(receiver, app)
    # Its own loader maps a row and its roles for every request; ours takes one plain SELECT.
    app.login_manager.user_loader(_load)  # type: ignore[attr-defined]
    app.login_manager.request_loader(lambda _request: None)  # type: ignore[attr-defined]
    app.before_request(_check)
    app.after_request(_tell_scripts)
    app.view_functions["security.login"] = _counted(app.view_functions["security.login"])


def _counted(view: Callable[[], Any]) -> Callable[[], Any]:
    """Flask-Security's way in, with the tries at it counted."""

    def sign_in() -> Any:
        if request.method != "POST" or person() is not None:
            return view()
        if request.is_json:
            abort(400)  # no page of ours sends it
        account = _looked_up(request.form.get("email", ""))
        throttle.knock(Door.SIGN_IN, account)
        answer = view()
        if current_user.is_authenticated:
            after_this_request(partial(_forgiven, account))  # after what signing in may write
        return answer

    return sign_in


def _looked_up(typed: str) -> str:
    """The address that Flask-Security looks for, so that all spellings of it count as one."""
    address: str = strip(typed)
    with suppress(ValueError):
        address = current_app.extensions["security"].mail_util.normalize(address)
    return address


def _forgiven(account: str, response: Response) -> Response:
    throttle.forgive(Door.SIGN_IN, account)
    return response


def _render(template: str, **given: Any) -> Any:
    """A page of Flask-Security. After a post it shows what has to be mended, as our forms do."""
    return render_template(template, **given), 422 if request.method == "POST" else 200


def _load(uniquifier: str) -> SignedIn | None:
    with db.database().reader.connect() as connection:
        row = connection.execute(_BY_UNIQUIFIER, {"uniquifier": uniquifier}).first()
    if row is None:
        return None
    set_request_attr("fs_authn_via", "session")
    return SignedIn(*row)


def person() -> SignedIn | None:
    """The person asking, or None."""
    found = current_user._get_current_object()  # noqa: SLF001 - the proxy has no other way
    return found if isinstance(found, SignedIn) else None


def asking() -> SignedIn:
    """The person asking, in a route that only people who are signed in reach."""
    found = person()
    if found is None:
        abort(401)
    return found


def may(action: Action) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare what a route does. `_check` refuses whoever may not, before the route runs."""

    def declare(view: Callable[..., Any]) -> Callable[..., Any]:
        view.action = action  # type: ignore[attr-defined]
        return view

    return declare


def action_of(endpoint: str) -> Action | None:
    """What a route declares, or None when it declares nothing (and so lets nobody in)."""
    view = current_app.view_functions[endpoint]
    return BROUGHT.get(endpoint) or getattr(view, "action", None)


def _tell_scripts(response: Response) -> Response:
    if "_login_user" not in g:
        return response  # nobody was asked for, or asking is what failed
    found = person()
    number = str(found.id) if found else None
    if number == request.cookies.get(HERE):
        return response
    app = current_app._get_current_object()  # type: ignore[attr-defined] # noqa: SLF001
    secure = app.session_interface.get_cookie_secure(app)
    if number is None:
        response.delete_cookie(HERE, secure=secure, samesite="Lax")
    else:
        response.set_cookie(HERE, number, secure=secure, samesite="Lax")
    return response


def _check() -> Any:
    """Refuse a request that the person asking may not make; None lets it through."""
    if request.endpoint in {None, "static"}:
        return None  # a 404 follows, or a style sheet, which needs no SELECT
    action = action_of(str(request.endpoint))
    if action is None:
        abort(403)
    found = person()
    if rules.may(found.roles if found else (), action):
        return None
    if found is None and request.method == "GET" and not web.wants_json():
        return redirect(url_for("security.login", next=request.full_path.rstrip("?")), 303)
    return abort(401 if found is None else 403)
