"""Every route declares who may see it; this is the list a person checks."""

from flask import Flask

from survey.web.access import PUBLIC, access_of

OPEN_IN_THE_WORKSPACE = {"account.sign_in", "account.sign_out", "account.accent"}


def endpoints(app: Flask) -> dict[str, set[str]]:
    """Every endpoint with its addresses."""
    found: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        found.setdefault(rule.endpoint, set()).add(rule.rule)
    return found


def test_every_route_declares_who_may_see_it(app: Flask) -> None:
    with app.app_context():
        undeclared = [each for each in endpoints(app) if access_of(each) is None]
    assert undeclared == []


def test_the_workspace_is_closed_and_everything_else_is_open(app: Flask) -> None:
    with app.app_context():
        public = {each for each in endpoints(app) if access_of(each) is PUBLIC}
    staff = {each for each, rules in endpoints(app).items() if any(rule.startswith("/staff") for rule in rules)}
    assert public & staff == OPEN_IN_THE_WORKSPACE
    assert set(endpoints(app)) == public | staff


def test_nobody_may_call_a_view_that_declares_nothing(app: Flask) -> None:
    app.add_url_rule("/undeclared", "undeclared", lambda: "secret")
    app.testing = False
    assert b"secret" not in app.test_client().get("/undeclared").data


def test_officers_reach_no_figures(app: Flask) -> None:
    with app.app_context():
        theirs = {each for each in endpoints(app) if "officer" in (access_of(each) or ())}
    assert theirs == {
        "account.change_password",
        "desks.desk_list",
        "desks.desk_qr",
        "desks.posters",
        "offices.home",
    }
