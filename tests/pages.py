"""A client that refuses a page a person should not get: every page test is also a page-quality test."""

import gzip
import re
from collections.abc import Sequence
from typing import Any

import brotli
import html5lib
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

XHTML = "{http://www.w3.org/1999/xhtml}"
FORM_FIELDS = ("input", "select", "textarea")


class PageClient(FlaskClient):
    """Flask's test client; each HTML answer is checked before the test sees it."""

    def __init__(self, app: Flask, **options: Any) -> None:
        super().__init__(app, app.response_class, use_cookies=options.get("use_cookies", True))

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        response = super().open(*args, **kwargs)
        check_headers(response)
        if response.mimetype == "text/html" and response.data and not 300 <= response.status_code < 400:
            check_page(opened(response).decode())
        return response


def opened(response: TestResponse) -> bytes:
    """The body as a browser sees it after undoing its compression."""
    coding = response.headers.get("Content-Encoding", "identity")
    return {"identity": bytes, "gzip": gzip.decompress, "br": brotli.decompress}[coding](response.data)


def check_headers(response: TestResponse) -> None:
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "Cache-Control" in response.headers


def check_page(html: str, languages: Sequence[str] = ("vi", "en")) -> None:
    parser = html5lib.HTMLParser(namespaceHTMLElements=True)
    root = parser.parse(html)
    assert not parser.errors, f"invalid HTML: {parser.errors[:5]}"
    elements = [each for each in root.iter() if isinstance(each.tag, str)]
    assert root.get("lang") in languages
    assert sum(each.tag == f"{XHTML}h1" for each in elements) == 1, "a page has one h1"
    ids = [each.get("id") for each in elements if each.get("id")]
    assert len(ids) == len(set(ids)), "ids are unique"
    assert not [each for each in elements if each.get("style") is not None], "no inline style"
    assert not [name for each in elements for name in each.attrib if name.startswith("on")], "no inline handler"
    for script in (each for each in elements if each.tag == f"{XHTML}script"):
        assert script.get("src", "").startswith("/static/"), "no inline or foreign script"
    check_labels(elements, html)
    foreign = re.findall(r"""(?:src|href|action)=["'](?:https?:)?//[^"']+""", html)
    assert not foreign, f"nothing is fetched from outside (promise 10): {foreign}"


def check_labels(elements: list[Any], html: str) -> None:
    labelled = {each.get("for") for each in elements if each.tag == f"{XHTML}label"}
    wrapped = {id(child) for each in elements if each.tag == f"{XHTML}label" for child in each.iter()}
    for each in elements:
        if each.tag.removeprefix(XHTML) not in FORM_FIELDS or each.get("type") in ("hidden", "submit"):
            continue
        named = each.get("id") in labelled or id(each) in wrapped or each.get("aria-label")
        assert named or each.get("aria-labelledby"), f"a field without a label: {each.attrib}"
