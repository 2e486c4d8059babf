"""The login page: a form without scripts, for projects that have no login page of their own."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import include, path

pytestmark = pytest.mark.django_db

LOGIN = "/conjure/login/"
LOGOUT = "/conjure/logout/"

urlpatterns = [path("", include("conjure.urls"))]


@pytest.fixture
def browser() -> Client:
    """A client that is asked for CSRF tokens, as browsers are."""
    return Client(enforce_csrf_checks=True, headers={"accept": "text/html"})


def token_in(page: Any) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.content.decode())
    assert found is not None
    return found.group(1)


def log_in(browser: Client, url: str = LOGIN, **sent: str) -> Any:
    return browser.post(url, {"csrfmiddlewaretoken": token_in(browser.get(url)), **sent})


@pytest.fixture
def ada() -> User:
    return User.objects.create_user("ada", password="engine-1843", is_staff=True)


def test_a_staff_user_logs_in_and_comes_to_where_they_wanted_to_go(browser: Client, ada: User) -> None:
    sent = browser.get("/conjure/?a=1")
    answer = log_in(browser, sent["Location"], username="ada", password="engine-1843")
    assert (answer.status_code, answer["Location"]) == (302, "/conjure/?a=1")
    assert browser.get("/conjure/auth/me/").json()["username"] == "ada"


def test_the_next_page_is_taken_from_the_form_that_was_sent(browser: Client, ada: User) -> None:
    answer = log_in(browser, username="ada", password="engine-1843", next="/conjure/graphql/")
    assert answer["Location"] == "/conjure/graphql/"


@pytest.mark.parametrize("target", ["https://example.com/", "//example.com/", "javascript:alert(1)", "/\\example.com"])
def test_nobody_is_led_to_another_host(browser: Client, ada: User, target: str) -> None:
    answer = log_in(browser, username="ada", password="engine-1843", next=target)
    assert answer["Location"] == "/conjure/"


@pytest.mark.parametrize(("username", "password"), [("ada", "wrong"), ("nobody", "x"), ("outsider", "outsider")])
def test_all_failures_look_alike(browser: Client, ada: User, outsider: User, username: str, password: str) -> None:
    answer = log_in(browser, username=username, password=password)
    assert answer.status_code == 401
    assert "No staff account was found with these credentials." in answer.content.decode()
    assert 'type="password" autocomplete="current-password" required aria' in answer.content.decode()  # No value in it.
    assert "_auth_user_id" not in browser.session


def test_what_was_typed_is_shown_again_as_text(browser: Client) -> None:
    page = log_in(browser, username='"><script>', password="x").content.decode()
    assert 'value="&quot;&gt;&lt;script&gt;"' in page


def test_a_form_without_its_token_logs_nobody_in(browser: Client, ada: User) -> None:
    answer = browser.post(LOGIN, {"username": "ada", "password": "engine-1843"})
    assert answer.status_code == 403
    assert "_auth_user_id" not in browser.session
    assert token_in(answer)  # The page can be sent again.


def test_a_form_from_another_site_logs_nobody_in(browser: Client, ada: User) -> None:
    sent = {"csrfmiddlewaretoken": token_in(browser.get(LOGIN)), "username": "ada", "password": "engine-1843"}
    answer = browser.post(LOGIN, sent, headers={"origin": "https://evil.example"})
    assert (answer.status_code, "_auth_user_id" in browser.session) == (403, False)


def test_guessing_is_limited_as_it_is_for_other_clients(browser: Client, ada: User, settings: Any) -> None:
    settings.CONJURE = {"LOGIN_ATTEMPTS_PER_MINUTE": 2}
    answers = [log_in(browser, username="ada", password=str(number)) for number in range(3)]
    assert [answer.status_code for answer in answers] == [401, 401, 429]
    assert int(answers[2]["Retry-After"]) > 0
    assert "Too many failed logins" in answers[2].content.decode()
    sent = {"username": "ada", "password": "engine-1843"}
    assert browser.post("/conjure/auth/login/", sent, content_type="application/json").status_code == 429


def test_access_may_refuse_a_login(browser: Client, ada: User, settings: Any) -> None:
    settings.CONJURE = {"ACCESS": "tests.pages.test_start.refuse"}
    answer = log_in(browser, username="ada", password="engine-1843")
    assert (answer.status_code, "_auth_user_id" in browser.session) == (403, False)
    assert "Not &lt;b&gt;now&lt;/b&gt;." in answer.content.decode()


def test_a_body_that_cannot_be_read_is_refused_in_the_page(browser: Client) -> None:
    for body, kind in (
        (b"x", "multipart/form-data; boundary=\xff"),
        (b"x=" + b"1&x=" * 3000, "application/x-www-form-urlencoded"),
    ):
        answer = browser.generic("POST", LOGIN, body, content_type=kind)
        assert answer.status_code in (400, 403, 413)
        assert token_in(answer)


def test_staff_who_are_in_are_led_on(browser: Client, ada: User) -> None:
    browser.force_login(ada)
    assert browser.get(LOGIN)["Location"] == "/conjure/"
    assert browser.get(f"{LOGIN}?next=/conjure/graphql/")["Location"] == "/conjure/graphql/"


@pytest.mark.parametrize("conjure", [{"AUTH": "jwt"}, {"LOGIN": False}])
def test_there_is_no_page_where_no_session_can_begin(browser: Client, settings: Any, conjure: dict[str, Any]) -> None:
    settings.CONJURE = conjure
    assert browser.get(LOGIN).status_code == 404
    assert browser.post(LOGIN, {"username": "ada"}).status_code == 404


def test_the_projects_own_page_goes_first(browser: Client, settings: Any) -> None:
    settings.LOGIN_URL = "/conjure/config/"
    assert browser.get("/conjure/")["Location"] == "/conjure/config/?next=/conjure/"


def test_a_mount_at_the_root_leads_to_its_own_page(browser: Client, settings: Any) -> None:
    settings.ROOT_URLCONF = __name__
    assert browser.get("/")["Location"] == "/login/?next=/"


def test_the_form_of_the_start_page_logs_out(browser: Client, ada: User) -> None:
    browser.force_login(ada)
    token = token_in(browser.get("/conjure/"))
    answer = browser.post(LOGOUT, {"csrfmiddlewaretoken": token})
    assert (answer.status_code, answer["Location"]) == (302, LOGIN)
    assert "_auth_user_id" not in browser.session


def test_nobody_is_logged_out_by_another_site_or_a_link(browser: Client, ada: User) -> None:
    browser.force_login(ada)
    assert browser.post(LOGOUT).status_code == 403
    assert browser.get(LOGOUT).status_code == 405
    assert "_auth_user_id" in browser.session


def test_a_login_is_in_no_log_line_and_no_error(browser: Client, ada: User, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    log_in(browser, username="ada", password="s3cret-guess")
    assert "s3cret-guess" not in caplog.text
