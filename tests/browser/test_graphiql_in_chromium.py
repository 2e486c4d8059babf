"""GraphiQL in a real browser: it runs a query, and asks nobody but the server that it came from."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.auth.models import User

from tests.browser.conftest import Browser
from tests.conftest import Api, connected_models, restored_registry, unregister_all_but
from tests.testapp.factories import make_shop
from tests.testapp.models import Order

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

RESPONSE = ".graphiql-response .view-lines"
EXPLORER = ".graphiql-explorer-root"


def text_of(browser: Browser, selector: str) -> str:
    """What a person reads there; Monaco writes its spaces as non-breaking ones."""
    text: str = browser.driver.execute_script("return document.querySelector(arguments[0])?.innerText ?? ''", selector)
    return text.replace("\xa0", " ")


def wait_for_text(browser: Browser, selector: str, text: str) -> None:
    from selenium.webdriver.support.wait import WebDriverWait

    WebDriverWait(browser.driver, 30).until(
        lambda _: text in text_of(browser, selector), f"{text!r} did not appear in {selector}"
    )


def click(browser: Browser, selector: str) -> None:
    browser.driver.find_element("css selector", selector).click()


def type_into(browser: Browser, editor: str, text: str) -> None:
    """Replace the content of a Monaco editor by typing, as a person does."""
    from selenium.webdriver import ActionChains, Keys

    click(browser, f"{editor} .view-lines")
    select_all = ActionChains(browser.driver).key_down(Keys.CONTROL).send_keys("a").key_up(Keys.CONTROL)
    select_all.send_keys(Keys.DELETE).perform()
    ActionChains(browser.driver).send_keys(text).perform()


def run(browser: Browser) -> None:
    """Run the query from where the cursor is, past any list of suggestions, once GraphiQL has noted what was typed."""
    from selenium.webdriver import ActionChains, Keys

    ActionChains(browser.driver).send_keys(Keys.ESCAPE).pause(0.5).perform()
    click(browser, ".graphiql-execute-button")


def keep_screenshot(browser: Browser, name: str) -> None:
    """Write what is on the screen to the folder that CONJURE_SCREENSHOTS names, if it does."""
    if folder := os.environ.get("CONJURE_SCREENSHOTS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        browser.driver.save_screenshot(str(Path(folder) / f"{name}.png"))


def complaints(browser: Browser) -> list[str]:
    """What the browser's console holds against the page: errors, and violations of its policy."""
    return [entry["message"] for entry in browser.driver.get_log("browser") if entry["level"] == "SEVERE"]


@pytest.fixture(autouse=True)
def _the_models_of_the_shop() -> Iterator[None]:
    """GraphiQL reads the whole schema, which for all models of the tests takes seconds."""
    with restored_registry():
        unregister_all_but(*connected_models(Order))
        yield


@pytest.fixture
def page(browser: Browser, live_server: Any, api: Api, admin: User) -> str:
    """The address of the endpoint, where the browser is logged in as a superuser of a shop."""
    make_shop()
    cookie = api(admin).cookies[settings.SESSION_COOKIE_NAME].value
    session = {"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}
    browser.driver.execute_cdp_cmd("Network.setCookie", session)
    return str(live_server.url + "/conjure/graphql/")


def test_the_first_query_runs_and_the_explorer_is_open(browser: Browser, page: str) -> None:
    browser.driver.get(page)
    wait_for_text(browser, ".graphiql-query-editor", "testappCategories(pagination: {limit: 5})")
    wait_for_text(browser, EXPLORER, "testappCategories")

    run(browser)
    wait_for_text(browser, RESPONSE, '"totalCount": 4')

    assert browser.driver.title == "Conjure · GraphiQL"
    keep_screenshot(browser, "graphiql")
    assert complaints(browser) == []


def test_a_field_picked_in_the_explorer_comes_into_the_query(browser: Browser, page: str) -> None:
    browser.driver.get(page)
    wait_for_text(browser, EXPLORER, "conjureModels")

    click(browser, f"{EXPLORER} .graphiql-explorer-conjureModels > span")

    wait_for_text(browser, ".graphiql-query-editor", "conjureModels")


def test_headers_can_be_given_and_are_not_kept(browser: Browser, page: str, settings: Any) -> None:
    settings.CONJURE = {"AUTH": "jwt"}
    browser.driver.get(page)
    wait_for_text(browser, ".graphiql-query-editor", "testappCategories")

    type_into(browser, ".graphiql-query-editor", "query Second { me")
    click(browser, ".graphiql-editor-tools button[data-name='headers']")
    type_into(
        browser, ".graphiql-editor-tool .graphiql-editor:not(.hidden)", '{"Authorization": "Bearer secret-of-mine"'
    )
    run(browser)
    # The session alone would do: the token was sent, and is not valid.
    wait_for_text(browser, RESPONSE, "UNAUTHENTICATED")

    keep_screenshot(browser, "headers")
    stored = browser.driver.execute_script("return JSON.stringify(localStorage)")
    assert "query Second" in stored
    assert "secret-of-mine" not in stored


def test_nothing_is_asked_of_any_other_origin(browser: Browser, page: str, live_server: Any) -> None:
    browser.driver.get(page)
    wait_for_text(browser, EXPLORER, "testappCategories")
    type_into(browser, ".graphiql-query-editor", "query Second { testappCat")
    wait_for_text(browser, ".suggest-widget", "testappCategories")
    keep_screenshot(browser, "suggestions")
    assert complaints(browser) == []
    run(browser)
    wait_for_text(browser, RESPONSE, "errors")

    browser.close()

    urls = browser.requested_urls()
    assert {urlsplit(url).netloc for url in urls} == {urlsplit(live_server.url).netloc}
    loaded = {urlsplit(url).path.rpartition("/")[2].partition("-")[0] for url in urls}
    assert loaded >= {"graphiql", "graphql.worker", "json.worker", "editor.worker"}


def test_the_record_would_show_a_request_to_another_origin(browser: Browser, live_server: Any) -> None:
    browser.driver.get(live_server.url + "/absent/")
    browser.driver.execute_async_script(
        "const [done] = arguments, image = new Image();"
        "image.onerror = () => done(); image.src = 'http://elsewhere.invalid/pixel.png';"
    )

    browser.close()

    assert "http://elsewhere.invalid/pixel.png" in browser.requested_urls()
