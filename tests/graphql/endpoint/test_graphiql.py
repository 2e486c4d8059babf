"""GraphiQL's page and its files, as any project's server gives them."""

from __future__ import annotations

import gzip
import html
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

import conjure
from conjure.graphql.endpoint.graphiql import ASSETS
from tests.graphql.endpoint.graphiql_urls import FIRST_QUERY

PAGE = "/mount/graphql/"
ASSET = "/mount/graphql/assets/"
MANIFEST = json.loads((ASSETS / "manifest.json").read_text("utf-8"))

pytestmark = [pytest.mark.urls("tests.graphql.endpoint.graphiql_urls"), pytest.mark.django_db]


def config_of(body: str) -> dict[str, Any]:
    found = re.search(r'<script id="graphiql-config" type="application/json">(.*?)</script>', body, re.DOTALL)
    assert found is not None
    config: dict[str, Any] = json.loads(found[1])
    return config


def policy_of(response: Any) -> dict[str, list[str]]:
    directives = [part.split() for part in response["Content-Security-Policy"].split(";")]
    return {name: sources for name, *sources in directives}


# The page


def test_the_page_tells_the_script_its_endpoint_and_first_query(client: Client) -> None:
    response = client.get(PAGE)

    assert response.status_code == 200
    assert response["Content-Type"] == "text/html; charset=utf-8"
    config = config_of(response.content.decode())
    assert config["endpoint"] == PAGE
    assert config["defaultQuery"] == FIRST_QUERY


def test_the_page_is_neither_stored_nor_framed_nor_sniffed(client: Client) -> None:
    response = client.get(PAGE)

    assert response["Cache-Control"] == "no-store"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert policy_of(response)["frame-ancestors"] == ["'none'"]


def test_the_policy_lets_the_page_load_and_ask_nothing_but_its_own_origin(client: Client) -> None:
    policy = policy_of(client.get(PAGE))

    assert policy["default-src"] == ["'none'"]
    assert policy["script-src"] == policy["connect-src"] == policy["worker-src"] == ["'self'"]
    assert {source for sources in policy.values() for source in sources} == {
        "'none'",
        "'self'",
        "'unsafe-inline'",
        "data:",
    }
    assert [name for name, sources in policy.items() if "'unsafe-inline'" in sources] == ["style-src"]


def test_the_page_has_no_inline_script_and_names_no_other_host(client: Client) -> None:
    body = client.get(PAGE).content.decode()

    for attributes, content in re.findall(r"<script([^>]*)>(.*?)</script>", body, re.DOTALL):
        assert not content or 'type="application/json"' in attributes
    assert "//" not in html.unescape(body).replace(json.dumps(FIRST_QUERY), "")


def test_the_token_in_the_page_opens_the_endpoint() -> None:
    client = Client(enforce_csrf_checks=True)
    config = config_of(client.get(PAGE).content.decode())
    query = {"query": "{ hello }"}

    refused = client.post(PAGE, query, content_type="application/json")
    header = {config["csrfHeader"]: config["csrfToken"]}
    answered = client.post(PAGE, query, content_type="application/json", headers=header)

    assert refused.status_code == 403
    assert answered.json() == {"data": {"hello": "hello world"}}


@pytest.mark.parametrize(
    "project",
    [
        {"CSRF_COOKIE_NAME": "other", "CSRF_HEADER_NAME": "HTTP_X_OTHER", "CSRF_COOKIE_HTTPONLY": True},
        {"CSRF_USE_SESSIONS": True},
    ],
    ids=["renamed", "in the session"],
)
def test_the_token_works_wherever_the_project_keeps_it(settings: Any, project: dict[str, Any]) -> None:
    for name, value in project.items():
        setattr(settings, name, value)
    client = Client(enforce_csrf_checks=True)
    config = config_of(client.get(PAGE).content.decode())

    header = {config["csrfHeader"]: config["csrfToken"]}
    answered = client.post(PAGE, {"query": "{ hello }"}, content_type="application/json", headers=header)

    assert answered.status_code == 200


def test_the_cookie_is_set_without_the_csrf_middleware(settings: Any, client: Client) -> None:
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "Csrf" not in name]

    assert "csrftoken" in client.get(PAGE).cookies


def test_the_page_needs_no_templates_setting_and_no_staticfiles(settings: Any, client: Client) -> None:
    settings.TEMPLATES = []
    settings.STATIC_URL = "https://cdn.example.com/"
    assert "django.contrib.staticfiles" not in settings.INSTALLED_APPS

    response = client.get(PAGE)

    assert response.status_code == 200
    assert "cdn.example.com" not in response.content.decode()


def test_the_title_is_the_brand_and_is_escaped(settings: Any, client: Client) -> None:
    settings.CONJURE = {"BRAND": {"name": "Bits & </script><b>"}}

    body = client.get(PAGE).content.decode()

    assert "<title>Bits &amp; &lt;/script&gt;&lt;b&gt; · GraphiQL</title>" in body
    assert ">Bits &amp; &lt;/script&gt;&lt;b&gt;</a>" in body


def test_each_user_has_a_storage_of_their_own(client: Client, admin: Any) -> None:
    nobody = config_of(client.get(PAGE).content.decode())["storagePrefix"]
    client.force_login(admin)

    assert config_of(client.get(PAGE).content.decode())["storagePrefix"] != nobody


# The files


def test_everything_that_the_page_links_is_served(client: Client) -> None:
    body = client.get(PAGE).content.decode()
    linked = re.findall(rf'(?:src|href)="({ASSET}[^"]+)"', body)

    assert len(linked) == 2
    assert [client.get(url).status_code for url in linked] == [200, 200]


@pytest.mark.parametrize("name", MANIFEST["files"])
def test_a_file_has_its_type_and_may_be_kept_for_ever(client: Client, name: str) -> None:
    response = client.get(ASSET + name)

    assert response.status_code == 200
    assert response.content == (ASSETS / name).read_bytes()
    expected = "text/css; charset=utf-8" if name.endswith(".css") else "text/javascript; charset=utf-8"
    assert response["Content-Type"] == expected
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert policy_of(response)["default-src"] == ["'none'"]


def test_a_file_is_compressed_for_browsers_that_can(client: Client) -> None:
    url = ASSET + MANIFEST["script"]
    response = client.get(url, headers={"Accept-Encoding": "gzip"})

    assert response["Content-Encoding"] == "gzip"
    assert gzip.decompress(response.content) == client.get(url).content
    assert len(response.content) < 2_000_000


@pytest.mark.parametrize(
    "path",
    [
        "missing.js",
        "manifest.json",
        "LICENSES",
        "../../../conf.py",
        "..%2f..%2f..%2fconf.py",
        "%2e%2e/%2e%2e/%2e%2e/conf.py",
        "/etc/passwd",
        "%2fetc%2fpasswd",
        "..\\..\\..\\conf.py",
        "%00",
        f"./{MANIFEST['script']}",
        f"{MANIFEST['script']}%00.css",
        f"{MANIFEST['script']}/",
    ],
)
def test_any_other_path_is_absent(client: Client, path: str) -> None:
    assert client.get(ASSET + path).status_code == 404


def test_files_are_only_read(client: Client) -> None:
    url = ASSET + MANIFEST["script"]

    assert client.head(url).status_code == 200
    assert client.post(url).status_code == 405


def test_no_file_is_served_where_graphiql_is_switched_off(settings: Any, client: Client) -> None:
    settings.CONJURE = {"GRAPHIQL": False}

    assert client.get(ASSET + MANIFEST["script"]).status_code == 404


# The vendored folder


def test_the_folder_holds_what_the_manifest_lists_and_the_licences() -> None:
    names = {file.name for file in ASSETS.iterdir()}

    assert names == {*MANIFEST["files"], "manifest.json", "LICENSES"}
    licences = (ASSETS / "LICENSES").read_text("utf-8")
    for package in ("graphiql", "@graphiql/plugin-explorer", "react", "react-dom", "graphql", "monaco-editor"):
        assert re.search(rf"^{re.escape(package)} \d", licences, re.MULTILINE), package


def test_the_versions_are_locked_without_the_addresses_of_a_registry() -> None:
    scripts = Path(conjure.__file__).parent.parent / "scripts" / "vendor_graphiql"
    lock = json.loads((scripts / "package-lock.json").read_text("utf-8"))

    assert lock["packages"]["node_modules/graphiql"]["integrity"]
    assert not [name for name, package in lock["packages"].items() if "resolved" in package]
