"""GraphiQL in a real browser: it runs a query, and asks nobody but the server that it came from."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.browser.conftest import Browser

pytestmark = [
    pytest.mark.browser,
    pytest.mark.urls("tests.graphql.graphiql_urls"),
    pytest.mark.django_db(transaction=True),
]

PAGE = "/mount/graphql/"
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


def test_the_first_query_runs_and_the_explorer_is_open(browser: Browser, live_server: Any) -> None:
    browser.driver.get(live_server.url + PAGE)
    wait_for_text(browser, ".graphiql-query-editor", "query First")
    wait_for_text(browser, EXPLORER, "hello")

    run(browser)
    wait_for_text(browser, RESPONSE, '"hello": "hello world"')

    assert browser.driver.title == "Conjure · GraphiQL"
    keep_screenshot(browser, "graphiql")
    assert complaints(browser) == []


def test_a_field_picked_in_the_explorer_comes_into_the_query(browser: Browser, live_server: Any) -> None:
    browser.driver.get(live_server.url + PAGE)
    wait_for_text(browser, EXPLORER, "authorization")

    click(browser, f"{EXPLORER} .graphiql-explorer-authorization > span")

    wait_for_text(browser, ".graphiql-query-editor", "authorization")


def test_headers_can_be_given_and_are_not_kept(browser: Browser, live_server: Any) -> None:
    browser.driver.get(live_server.url + PAGE)
    wait_for_text(browser, ".graphiql-query-editor", "query First")

    type_into(browser, ".graphiql-query-editor", "query Second { authorization")
    click(browser, ".graphiql-editor-tools button[data-name='headers']")
    type_into(
        browser, ".graphiql-editor-tool .graphiql-editor:not(.hidden)", '{"Authorization": "Bearer secret-of-mine"'
    )
    run(browser)
    wait_for_text(browser, RESPONSE, "Bearer secret-of-mine")

    keep_screenshot(browser, "headers")
    stored = browser.driver.execute_script("return JSON.stringify(localStorage)")
    assert "query Second" in stored
    assert "graphiql:queries" in stored
    assert "secret-of-mine" not in stored


def test_nothing_is_asked_of_any_other_origin(browser: Browser, live_server: Any) -> None:
    browser.driver.get(live_server.url + PAGE)
    wait_for_text(browser, EXPLORER, "hello")
    type_into(browser, ".graphiql-query-editor", "query Second { hel")
    wait_for_text(browser, ".suggest-widget", "hello")
    keep_screenshot(browser, "suggestions")
    run(browser)
    wait_for_text(browser, RESPONSE, "errors")
    assert complaints(browser) == []

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
