"""The language of a page: named in its address, so that it works without a cookie.

A language may be written, or only recorded: then the page is in Vietnamese and its play buttons speak that language.
"""

from io import BytesIO
from pathlib import Path
from typing import cast

from babel.support import NullTranslations, Translations
from flask import Flask, current_app, g, has_request_context, request, session
from flask_babel import Babel, Domain, get_locale
from markupsafe import Markup
from werkzeug.exceptions import HTTPException

from survey.domain.languages import SOURCE, locale_of, spoken_name
from survey.domain.questionnaire import Text, language_in, text_in
from survey.domain.translation_file import compiled, words_in
from survey.installation import Installation, catalogue_of


class Languages:
    """What a person may choose from: fixed when the application starts."""

    def __init__(self, installation: Installation, recorded: tuple[str, ...]) -> None:
        known = installation.languages
        self.written = {code: each for code, each in known.items() if each.written}
        self.staff = tuple(code for code, each in known.items() if code == SOURCE or each.promise == "all")
        self.recorded = recorded
        self.names = {
            code: known[code].name if code in known else spoken_name(code) for code in {*self.written, *recorded}
        }

    def __contains__(self, code: object) -> bool:
        return code in self.names


def register(app: Flask, installation: Installation, *, recorded: tuple[str, ...]) -> None:
    """Have Flask-Babel translate into the language of the request; Vietnamese is the source."""
    app.config["BABEL_DEFAULT_LOCALE"] = SOURCE
    babel = Babel(app, locale_selector=_locale)
    babel.domain_instance = _Catalogues()
    app.extensions["languages"] = found = Languages(installation, recorded)
    app.jinja_env.filters["foreign"] = foreign
    app.jinja_env.globals.update(
        language=language,
        text_language=text_language,
        direction=direction,
        languages=tuple(found.written),
        staff_languages=found.staff,
        language_names=found.names,
    )


def language() -> str:
    """What the address or the form asks for, else what signed-in staff chose last: a written or a recorded one."""
    if "language" not in g:
        g.language = _chosen()
    return str(g.language)


def text_language() -> str:
    """The language the page is written in: Vietnamese where the one chosen is only recorded."""
    return code if (code := language()) in offered().written else SOURCE


def is_offered(code: str) -> bool:
    """Whether pages or recordings may be asked for in it."""
    return code in offered()


def direction() -> Markup:
    """What the <html> of a page in a language written from right to left needs beside it."""
    return Markup(' dir="rtl"') if offered().written[text_language()].rtl else Markup("")


def foreign(text: str) -> Markup:
    """What an element needs whose text is not in the page's language, so that a screen reader changes its voice."""
    own = getattr(text, "language", "")
    return Markup(' lang="{}"').format(own) if own and own != text_language() else Markup("")


class Worded(str):
    """A text of a questionnaire, and the language it is in."""

    language: str

    def __new__(cls, text: str, language: str) -> "Worded":
        """The text, which knows its language."""
        made = super().__new__(cls, text)
        made.language = language
        return made


def worded(text: Text, language: str) -> Worded:
    """A questionnaire's text as ``text_in`` gives it."""
    return Worded(text_in(text, language), language_in(text, language))


def offered() -> Languages:
    """What a person may choose from."""
    return cast(Languages, current_app.extensions["languages"])


def _chosen() -> str:
    asked = _asked()
    if not request.path.startswith("/staff"):
        return asked if asked in offered() else SOURCE
    staff = offered().staff
    if asked in staff:
        session["language"] = asked
        return asked
    # Reading the session makes a page vary by cookie; the citizen's pages never do.
    remembered = str(session.get("language", SOURCE))
    return remembered if remembered in staff else SOURCE


def _asked() -> str:
    if request.method == "GET":
        return request.args.get("lang", "")
    try:
        # A form half filled in one language goes on in another: its switch outweighs the language it was shown in.
        return request.form.get("switch", "") or request.values.get("lang", "")
    except HTTPException:  # a form too large is refused again whenever it is read, also for its own error page
        return request.args.get("lang", "")


# ---- what Flask-Babel asks


def _locale() -> str:
    """Dates and numbers of languages that CLDR does not know are written as in Vietnamese."""
    code = text_language()
    return code if locale_of(code) else SOURCE


class _Catalogues(Domain):  # type: ignore[misc]
    """Sentences by our own codes: Flask-Babel's know only languages of CLDR, which has few of those of Vietnam.

    They are read from their text when a page first needs them (some 30 ms, once): nothing has to be compiled.
    """

    def get_translations(self) -> NullTranslations:
        """The catalogue of the page's language, or of the one a command was told to speak."""
        code = text_language() if has_request_context() else str(get_locale() or SOURCE)
        if code not in self.cache:
            self.cache[code] = _loaded(catalogue_of(code))
        return cast(NullTranslations, self.cache[code])


def _loaded(path: Path) -> NullTranslations:
    if not path.exists():
        return Translations()
    words, _ = words_in(path.read_text(encoding="utf-8"))
    return Translations(BytesIO(compiled(words)))
