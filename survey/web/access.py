"""Who may see a route: every view says so with a decorator, and one that does not is never served."""

from collections.abc import Callable
from typing import Final, TypeVar

from flask import Flask, abort, current_app, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from survey.domain.staff import ROLES, Role

View = TypeVar("View", bound=Callable[..., object])
EVERY_ROLE: Final[tuple[Role, ...]] = ROLES
READERS: Final[tuple[Role, ...]] = ("head", "analyst", "admin")
PUBLIC: Final = frozenset({"public"})


def public(view: View) -> View:
    """Anyone may call this view."""
    view.access = PUBLIC  # type: ignore[attr-defined]
    return view


def staff_only(*roles: Role) -> Callable[[View], View]:
    """Only signed-in staff of these roles may call this view; others get a 404, as for someone else's office."""

    def mark(view: View) -> View:
        view.access = frozenset(roles)  # type: ignore[attr-defined]
        return view

    return mark


def access_of(endpoint: str) -> frozenset[str] | None:
    """The roles that may call an endpoint, PUBLIC for anyone, None where nothing was declared."""
    if endpoint == "static":
        return PUBLIC
    return getattr(current_app.view_functions[endpoint], "access", None)


def guard(app: Flask) -> None:
    """Check every request against what its view declares."""
    app.before_request(_check)


def _check() -> Response | None:
    if request.endpoint is None:
        return None  # an unknown address: the 404 follows
    allowed = access_of(request.endpoint)
    if allowed is None:
        raise RuntimeError(f"{request.endpoint} declares no access: add @public or @staff_only")
    if allowed is PUBLIC:
        return None
    if not current_user.is_authenticated:
        wanted = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for("account.sign_in", next=wanted))
    if current_user.one_time and request.endpoint != "account.change_password":
        return redirect(url_for("account.change_password"))
    if current_user.role not in allowed:
        abort(404)
    return None
