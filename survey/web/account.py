"""Signing in and out of the workspace, and choosing a password."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Final

from flask import (
    Blueprint,
    Flask,
    Request,
    Response,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_babel import lazy_gettext as _
from flask_login import LoginManager, current_user, login_user
from flask_wtf import FlaskForm
from flask_wtf.csrf import generate_csrf
from itsdangerous import URLSafeTimedSerializer
from werkzeug.wrappers import Response as AnyResponse
from wtforms import EmailField, HiddenField, PasswordField
from wtforms.validators import DataRequired, EqualTo, Length

from survey.domain.message import Message, message
from survey.domain.staff import LONGEST_EMAIL, LONGEST_PASSWORD, SHORTEST_PASSWORD, Role, Staff
from survey.journeys.sign_in import (
    Guard,
    PasswordRefused,
    SignInRefused,
    TooManyAttempts,
    account_of,
    change_password,
    session_of,
    sign_in,
)
from survey.store.staff import Account
from survey.web.access import EVERY_ROLE, public, staff_only
from survey.web.address import client_address_of_request
from survey.web.context import installation

pages = Blueprint("account", __name__)

WORKING_DAY: Final = timedelta(hours=12)
STALE_PAGE: Final = message(
    "Trang này đã mở quá lâu hoặc trình duyệt đang chặn cookie. Xin bấm lại một lần nữa; nếu vẫn gặp câu này, "
    "xin cho phép cookie của trang."
)
_WRONG_PASSWORD: Final = message("Mật khẩu đang dùng không đúng. Xin nhập lại.")


def register(app: Flask) -> None:
    """Add the pages of this module, and who is signed in."""
    # The cookie stays inside the workspace: a citizen's page can neither receive nor set it.
    app.config.update(
        SESSION_COOKIE_PATH="/staff",
        PERMANENT_SESSION_LIFETIME=WORKING_DAY,
        SESSION_REFRESH_EACH_REQUEST=False,
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.session_interface = StaffSessions()
    _remember_who(app)
    app.jinja_env.globals.update(current_user=current_user, csrf_token=generate_csrf, version_of=_version_of)
    app.register_blueprint(pages)


class StaffSessions(SecureCookieSessionInterface):
    """Flask's signed cookie, its serializer made once instead of at every request, a citizen's among them."""

    def __init__(self) -> None:
        self._serializer: URLSafeTimedSerializer | None = None

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The session of a page of the workspace; a citizen's page has none to look for."""
        return super().open_session(app, request) if request.path.startswith("/staff") else self.session_class()

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """The serializer under the installation's key."""
        if self._serializer is None:
            self._serializer = super().get_signing_serializer(app)
        return self._serializer


def _remember_who(app: Flask) -> None:
    # Not init_app: its after_request and its context processor read the session on every page, which would make
    # each citizen's page vary by cookie. What they serve (a "remember me" cookie) does not exist here.
    manager = LoginManager()
    manager.session_protection = None  # it hashes the address, which changes while a phone walks through the office
    manager.user_loader(_load)
    app.login_manager = manager  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The member of staff behind a request, as Flask-Login wants to see one."""

    account: Account
    is_authenticated: bool = True
    is_active: bool = True
    is_anonymous: bool = False

    def get_id(self) -> str:
        """What the session keeps."""
        return session_of(self.account)

    @property
    def staff(self) -> Staff:
        """The account without its secrets."""
        return self.account.staff

    @property
    def role(self) -> Role:
        """The role, for the guard of every route."""
        return self.staff.role

    @property
    def one_time(self) -> bool:
        """Whether the password is still the printed one."""
        return self.staff.one_time


def _load(kept: str) -> SignedIn | None:
    account = account_of(installation().database, kept)
    return None if account is None else SignedIn(account)


@lru_cache
def _version_of(filename: str) -> str:
    """A short hash of a static file: its address changes with its content, so that browsers may keep it."""
    content = (Path(str(current_app.static_folder)) / filename).read_bytes()
    return hashlib.sha256(content).hexdigest()[:12]


# --- forms ------------------------------------------------------------------------------------------------


class SignInForm(FlaskForm):  # type: ignore[misc]
    """E-mail and password."""

    email = EmailField(
        _("E-mail công vụ"),
        [
            DataRequired(_("Xin nhập e-mail.")),
            Length(max=LONGEST_EMAIL, message=_("E-mail quá dài.")),
        ],
    )
    password = PasswordField(
        _("Mật khẩu"),
        [
            DataRequired(_("Xin nhập mật khẩu.")),
            Length(max=LONGEST_PASSWORD, message=_("Mật khẩu quá dài.")),
        ],
    )
    next = HiddenField()


class PasswordForm(FlaskForm):  # type: ignore[misc]
    """The password in use, and the new one twice."""

    current = PasswordField(
        _("Mật khẩu đang dùng"),
        [
            DataRequired(_("Xin nhập mật khẩu đang dùng.")),
            Length(max=LONGEST_PASSWORD, message=_("Mật khẩu quá dài.")),
        ],
    )
    new = PasswordField(_("Mật khẩu mới"), [DataRequired(_("Xin nhập mật khẩu mới."))])
    again = PasswordField(
        _("Nhập lại mật khẩu mới"),
        [
            DataRequired(_("Xin nhập lại mật khẩu mới.")),
            EqualTo("new", _("Hai lần nhập không giống nhau. Xin nhập lại.")),
        ],
    )


# --- pages ------------------------------------------------------------------------------------------------


@pages.route("/staff/sign-in", methods=["GET", "POST"], endpoint="sign_in")
@public
def sign_in_page() -> AnyResponse:
    """The form, and what comes of it: to the page that was asked for, or back with a sentence."""
    form = SignInForm()
    if request.method == "GET":
        if current_user.is_authenticated:
            return redirect(_local(request.args.get("next")))
        form.next.data = request.args.get("next", "")
        return _sign_in_form(form)
    if not form.validate():
        return _sign_in_form(form, problem=_form_problem(form.errors), status=422)
    try:
        account = sign_in(
            installation().database, email=form.email.data or "", password=form.password.data or "", guard=_guard()
        )
    except SignInRefused as refused:
        return _sign_in_form(form, problem=refused.message, status=422)
    except TooManyAttempts as throttled:
        return _throttled(_sign_in_form(form, problem=throttled.message, status=429), throttled)
    _open_session(account)
    return redirect(_local(form.next.data))


def _sign_in_form(form: SignInForm, *, problem: Message | None = None, status: int = 200) -> Response:
    return make_response(render_template("staff/sign_in.html", form=form, problem=problem), status)


def _form_problem(errors: Mapping[str, object]) -> Message | None:
    """A stale page is said above the form; everything else stands at its field."""
    return STALE_PAGE if "csrf_token" in errors else None


def _guard() -> Guard:
    secret = installation().config.secret_key
    return Guard(secret=secret, address=client_address_of_request(), now=installation().clock())


def _throttled(response: Response, throttled: TooManyAttempts) -> Response:
    response.headers["Retry-After"] = str(int(throttled.wait.total_seconds()))
    return response


def _open_session(account: Account) -> None:
    """A session of its own: nothing that was planted before signing in survives, except the language."""
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language
    session.permanent = True
    login_user(SignedIn(account))


def _local(wanted: str | None) -> str:
    """Where to go after signing in: only to a page of the workspace, whatever the address says."""
    home = url_for("offices.home")
    if not wanted or not wanted.startswith("/staff/") or "\\" in wanted or not wanted.isprintable():
        return home
    return wanted


@pages.post("/staff/sign-out")
@public  # a session that has ended meanwhile may sign out as well
def sign_out() -> AnyResponse:
    """End this session."""
    if FlaskForm().validate():
        session.clear()
    return redirect(url_for("account.sign_in"))


@pages.route("/staff/password", methods=["GET", "POST"], endpoint="change_password")
@staff_only(*EVERY_ROLE)
def password_page() -> AnyResponse:
    """Choose a password; with a one-time password this comes before anything else."""
    form = PasswordForm()
    if request.method == "GET":
        return _password_form(form)
    if not form.validate():
        return _password_form(form, problem=_form_problem(form.errors), status=422)
    try:
        account = change_password(
            installation().database,
            current_user.staff,
            current=form.current.data or "",
            new=form.new.data or "",
            guard=_guard(),
        )
    except SignInRefused:
        return _password_form(form, problem=_WRONG_PASSWORD, status=422)
    except PasswordRefused as refused:
        return _password_form(form, problem=refused.message, status=422)
    except TooManyAttempts as throttled:
        return _throttled(_password_form(form, problem=throttled.message, status=429), throttled)
    _open_session(account)
    return redirect(url_for("offices.home"))


def _password_form(form: PasswordForm, *, problem: Message | None = None, status: int = 200) -> Response:
    page = render_template("staff/password.html", form=form, problem=problem, least=SHORTEST_PASSWORD)
    return make_response(page, status)


@pages.get("/staff/accent.css")
@public
def accent() -> Response:
    """The province's one colour: the workspace's style sheet is a file that everybody shares."""
    response = Response(f":root {{ --accent: {installation().config.accent}; }}\n", mimetype="text/css")
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response
