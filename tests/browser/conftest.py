"""A real Chromium, driven through WebDriver, that records every request of its whole process."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.flags import FLAGS

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

# How the network log names the initiator of Chromium's own errands, and of an address that was typed.
NO_PAGE = "not an origin"


class Browser:
    """A browser to drive, and, once it is closed, the addresses that it asked."""

    def __init__(self, driver: Chrome, net_log: Path) -> None:
        self.driver = driver
        self._net_log = net_log

    def close(self) -> None:
        """End the browser; its network log is complete only then."""
        self.driver.quit()

    def requested_urls(self) -> set[str]:
        """Give every address that a page or one of its workers asked for, whether it was to be had or not."""
        log = json.loads(self._net_log.read_text("utf-8"))
        start = log["constants"]["logEventTypes"]["URL_REQUEST_START_JOB"]
        requests = [event["params"] for event in log["events"] if event["type"] == start and "params" in event]
        return {request["url"] for request in requests if request.get("initiator", NO_PAGE) != NO_PAGE}


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    """Start Chromium with an empty profile, or skip where there is none."""
    webdriver: Any = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    chromedriver = shutil.which("chromedriver")
    if chromium is None or chromedriver is None:
        pytest.skip("needs Chromium and chromedriver on the PATH")
    net_log = tmp_path / "net-log.json"
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    for flag in [*FLAGS, f"--user-data-dir={tmp_path / 'profile'}", f"--log-net-log={net_log}"]:
        options.add_argument(flag)
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(chromedriver))
    running = Browser(driver, net_log)
    try:
        yield running
    finally:
        running.close()
