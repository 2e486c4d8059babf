"""The start page of the tutorial's project, in a real browser."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from tests.browser.flags import FLAGS

START = "http://127.0.0.1:8000/conjure/"


def look_at_the_start_page(folder: Path, picture: Path | None) -> None:
    """Log in by the form and read the page, which must name both models; keep a picture of it where one is asked for.

    Without Chromium this says so, and does nothing.
    """
    chromium, chromedriver = shutil.which("chromium"), shutil.which("chromedriver")
    if chromium is None or chromedriver is None:
        print("Chromium is not installed: the start page was not looked at.")
        return
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in [*FLAGS, f"--user-data-dir={folder / 'profile'}", "--window-size=1000,640"]:
        options.add_argument(flag)
    driver: Any = webdriver.Chrome(options=options, service=webdriver.ChromeService(chromedriver))
    try:
        driver.get(START)
        driver.find_element("name", "username").send_keys("admin")
        driver.find_element("name", "password").send_keys("open-sesame")
        driver.find_element("css selector", "form button").click()
        text = driver.find_element("css selector", "main").text
        assert driver.current_url == START, driver.current_url
        assert "Author" in text, text
        assert "Book" in text, text
        if picture is not None:
            driver.save_screenshot(str(picture.resolve()))
    finally:
        driver.quit()
