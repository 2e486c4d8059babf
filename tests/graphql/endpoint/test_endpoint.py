"""The endpoint as HTTP clients meet it: who may use it, what they may send, and what every answer looks like."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, OperationalError, connection
from django.test import Client
from django.test.client import FakePayload

from conjure.conf import settings as settings_of_conjure
from tests.conftest import Api, Gql
from tests.testapp.factories import png
from tests.testapp.models.field_types import Pictures
from tests.testapp.models.shop import Attachment, Tag

URL = "/conjure/graphql/"
JSON = "application/json"
HTML = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
ME = {"query": "{ me }"}

pytestmark = pytest.mark.django_db


def post(client: Client, body: Any, content_type: str = JSON, **options: Any) -> Any:
    raw = body if isinstance(body, bytes | str) else json.dumps(body)
    return client.post(URL, raw, content_type=content_type, **options)


def code_of(response: Any) -> str:
    code: str = response.json()["errors"][0]["extensions"]["code"]
    return code


# Who asks


def test_staff_get_data(api: Api, admin: Any) -> None:
    response = post(api(admin), ME)

    assert response.status_code == 200
    assert response["Content-Type"] == JSON
    assert response.json()["data"]["me"]["username"] == "admin"


def test_nobody_is_told_to_log_in(api: Api) -> None:
    response = post(api(), ME)

    assert response.status_code == 401
    assert response["WWW-Authenticate"] == "Session"
    assert response.json() == {
        "errors": [
            {
                "message": "Authentication credentials were not provided or are not valid.",
                "extensions": {"code": "UNAUTHENTICATED"},
            }
        ]
    }


def test_who_is_not_staff_is_refused(api: Api, outsider: Any) -> None:
    response = post(api(outsider), ME)

    assert response.status_code == 403
    assert code_of(response) == "FORBIDDEN"


@pytest.mark.parametrize("body", [ME, {"query": "{ nonsense }"}, {"query": "{"}, "[", {"query": "{ __typename }"}])
def test_nobody_learns_whether_what_they_sent_is_valid(api: Api, body: Any) -> None:
    assert post(api(), body).status_code == 401


def test_a_cookie_without_a_csrf_token_is_refused(api: Api, admin: Any) -> None:
    response = post(api(admin, enforce_csrf_checks=True), ME)

    assert response.status_code == 403
    assert code_of(response) == "FORBIDDEN"
    assert "CSRF" in response.json()["errors"][0]["message"]


def test_a_cookie_with_a_csrf_token_is_taken(api: Api, admin: Any) -> None:
    client = api(admin, enforce_csrf_checks=True)
    client.get("/conjure/auth/me/")

    response = post(client, ME, headers={"X-CSRFToken": client.cookies["csrftoken"].value})

    assert response.status_code == 200


def test_another_sites_page_is_refused(api: Api, admin: Any) -> None:
    response = post(api(admin), ME, headers={"Origin": "https://evil.example"})

    assert response.status_code == 403


def test_a_multipart_request_of_another_sites_form_is_refused(api: Api, admin: Any) -> None:
    client = api(admin, enforce_csrf_checks=True)

    response = client.post(URL, {"operations": json.dumps(ME), "map": "{}"})

    assert response.status_code == 403


def test_a_bearer_token_needs_no_csrf_token(api: Api, admin: Any, settings: Any) -> None:
    settings.CONJURE = {"AUTH": "jwt"}
    login = api().post("/conjure/auth/login/", {"username": "admin", "password": "admin"}, content_type=JSON)
    headers = {"Authorization": f"Bearer {login.json()['access']}"}

    response = post(api(enforce_csrf_checks=True), ME, headers=headers)

    assert response.json()["data"]["me"]["username"] == "admin"


def test_a_bad_token_is_401(api: Api, admin: Any, settings: Any) -> None:
    settings.CONJURE = {"AUTH": "jwt"}

    response = post(api(admin), ME, headers={"Authorization": "Bearer nonsense"})

    assert response.status_code == 401
    assert response["WWW-Authenticate"] == "Bearer"


# What they send


@pytest.mark.parametrize(
    "body",
    [
        " ",
        "nonsense",
        b"\xff\xfe",
        "{",
        "5",
        "null",
        '"{ me }"',
        "[]",
        json.dumps([ME, ME]),
        "{}",
        {"query": None},
        {"query": 5},
        {"query": ["{ me }"]},
        {"query": "{ me }", "variables": []},
        {"query": "{ me }", "variables": "{}"},
        {"query": "{ me }", "variables": 5},
        {"query": "{ me }", "operationName": 5},
        {"query": "{ me }", "operationName": {}},
        {"query": "{ me }", "extensions": []},
        {"query": "{ me }", "extensions": {"persistedQuery": 5}},
        '{"query": "{ me }", "variables": {"x": NaN}}',
        '{"query": "{ me }", "variables": {"x": 1e999}}',
        '{"query": "{ me }", "variables": {"x": %s}}' % ("1" * 5_000),
        '{"query": "{ me }", "variables": {"x": "\\u0000"}}',
        '{"query": "{ me }", "variables": {"x": "\\ud800"}}',
        '{"query": "{ me }", "variables": {"\\udfff": 1}}',
        '{"query": "{ me } # \\u0000"}',
        '{"query": "{ me } # \\ud800"}',
        {"query": '{ testappOrders(search: "\\u0000") { totalCount } }'},
        '{"query": "{ me }", "variables": {"x": %s1%s}}' % ("[" * 200, "]" * 200),
        '{"query": "{ me }", "variables": {"x": %s1%s}}' % ("[" * 100_000, "]" * 100_000),
        '{"query": "{ me }", "variables": %s1%s}' % ('{"x":' * 100_000, "}" * 100_000),
    ],
    ids=lambda body: str(body)[:60],
)
def test_a_body_that_is_no_operation_is_400(api: Api, admin: Any, body: Any) -> None:
    response = post(api(admin), body)

    assert response.status_code == 400
    assert code_of(response) == "INVALID"


def test_a_pair_of_surrogates_is_a_character(api: Api, admin: Any) -> None:
    query = "query($s: String) { testappTags(search: $s) { totalCount } }"
    body = '{"query": "%s", "variables": {"s": "\\ud83d\\ude00"}}' % query

    assert post(api(admin), body).json() == {"data": {"testappTags": {"totalCount": 0}}}


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "application/graphql", "", "text/html"]
)
def test_any_other_content_type_is_415(api: Api, admin: Any, content_type: str) -> None:
    response = post(api(admin), "query=%7Bme%7D", content_type=content_type)

    assert response.status_code == 415
    assert code_of(response) == "INVALID"


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "trace"])
def test_any_other_method_is_405(api: Api, admin: Any, method: str) -> None:
    response = getattr(api(admin), method)(URL)

    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD, POST"
    assert response.json()["errors"]


@pytest.mark.parametrize("limit", [100, 10_000])
def test_a_body_over_the_cap_is_413(api: Api, admin: Any, settings: Any, limit: int) -> None:
    settings.CONJURE = {"MAX_BODY_SIZE": limit}

    response = post(api(admin), {"query": "{ me }", "variables": {"x": "x" * limit}})

    assert response.status_code == 413
    assert code_of(response) == "LIMITED"


@pytest.mark.parametrize("content_type", ["application/json", "multipart/form-data; boundary=x"])
def test_a_body_that_says_that_it_is_over_the_cap_is_not_read(api: Api, admin: Any, content_type: str) -> None:
    said = settings_of_conjure.MAX_BODY_SIZE + settings_of_conjure.MAX_UPLOAD_SIZE + 1
    body = FakePayload(b"{}")

    response = api(admin).post(URL, **{"wsgi.input": body, "CONTENT_LENGTH": said, "CONTENT_TYPE": content_type})

    assert response.status_code == 413
    assert len(body) == 2


def test_a_body_over_djangos_own_cap_is_413(api: Api, admin: Any, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100

    assert post(api(admin), {"query": "{ me }", "variables": {"x": "x" * 100}}).status_code == 413


@pytest.mark.parametrize("length", ["nonsense", "-1", "9" * 30])
def test_a_length_that_is_none_is_refused(api: Api, admin: Any, length: str) -> None:
    assert post(api(admin), ME, CONTENT_LENGTH=length).status_code in {400, 413}


def test_a_query_by_get_is_answered(api: Api, admin: Any) -> None:
    parameters = {
        "query": "query A { me } query B($n: Int) { testappOrders(pagination: {limit: $n}) { pageInfo { limit } } }",
        "operationName": "B",
        "variables": '{"n": 7}',
    }

    response = api(admin).get(URL, parameters)

    assert response.json() == {"data": {"testappOrders": {"pageInfo": {"limit": 7}}}}


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"query": ""},
        {"query": "{ me }", "variables": "nonsense"},
        {"query": "{ me }", "variables": "[]"},
        {"query": "{ me }", "extensions": "5"},
        {"query": "{ me } # \0"},
        {"query": "{ me }", "operationName": "\0"},
        {"query": "{ me }", "operationName": "Absent"},
    ],
)
def test_a_get_that_is_no_query_is_400(api: Api, admin: Any, parameters: dict[str, str]) -> None:
    assert api(admin).get(URL, parameters).status_code == 400


def test_head_is_get_without_a_body(api: Api, admin: Any) -> None:
    response = api(admin).head(URL, {"query": "{ me }"})

    assert response.status_code == 200
    assert response.content == b""


def test_one_of_several_operations_must_be_named(api: Api, admin: Any) -> None:
    text = "query A { me } query B { __typename }"

    assert post(api(admin), {"query": text, "operationName": "B"}).json() == {"data": {"__typename": "Query"}}
    assert post(api(admin), {"query": text}).status_code == 400
    assert post(api(admin), {"query": text, "operationName": "C"}).status_code == 400
    assert post(api(admin), {"query": text, "operationName": ""}).status_code == 400


MUTATION = 'mutation { createTestappTag(data: {name: "a", slug: "a"}) { result { name } } }'


def test_a_mutation_by_get_is_405_and_has_no_effect(api: Api, admin: Any) -> None:
    for text, name in ((MUTATION, None), (f"query A {{ me }} {MUTATION.replace('mutation', 'mutation B')}", "B")):
        parameters = {"query": text} if name is None else {"query": text, "operationName": name}
        for method in ("get", "head"):
            response = getattr(api(admin), method)(URL, parameters)
            assert response.status_code == 405
            assert response["Allow"] == "POST"
            assert not Tag.objects.exists()


def test_a_mutation_by_post_is_executed(api: Api, admin: Any) -> None:
    assert post(api(admin), {"query": MUTATION}).json()["data"]["createTestappTag"]["result"] == {"name": "a"}
    assert Tag.objects.exists()


@pytest.mark.parametrize("who", ["nobody", "outsider", "clerk", "viewer"])
def test_who_may_not_add_adds_nothing(api: Api, request: pytest.FixtureRequest, who: str) -> None:
    user = None if who == "nobody" else request.getfixturevalue(who)

    response = post(api(user), {"query": MUTATION})

    assert code_of(response) in {"UNAUTHENTICATED", "FORBIDDEN"}
    assert not Tag.objects.exists()


# What is answered


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("", "GRAPHQL_PARSE_FAILED"),
        ("{ nonsense }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ testappOrders }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { me }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ me @skip }", "GRAPHQL_VALIDATION_FAILED"),
        ('{ testappOrders(pagination: {limit: "x"}) { totalCount } }', "GRAPHQL_VALIDATION_FAILED"),
        ("type Query { me: String }", "GRAPHQL_VALIDATION_FAILED"),
        ("fragment a on Query { me }", "GRAPHQL_VALIDATION_FAILED"),
    ],
)
def test_a_document_that_is_not_valid_is_400_with_a_code(api: Api, admin: Any, query: str, code: str) -> None:
    response = post(api(admin), {"query": query})

    assert response.status_code == 400
    assert code_of(response) == code
    assert "data" not in response.json()


@pytest.mark.parametrize("value", ["x", 1.5, [], {}, True, 10**23, None])
def test_a_variable_of_the_wrong_type_is_400_with_a_code(api: Api, admin: Any, value: Any) -> None:
    query = "query($n: Int!) { testappOrders(pagination: {limit: $n}) { totalCount } }"

    response = post(api(admin), {"query": query, "variables": {"n": value}})

    assert response.status_code == 400
    assert code_of(response) == "INVALID"


def test_a_missing_variable_is_400_with_a_code(api: Api, admin: Any) -> None:
    response = post(api(admin), {"query": "query($n: Int!) { testappOrders(pagination: {limit: $n}) { totalCount } }"})

    assert response.status_code == 400
    assert code_of(response) == "INVALID"


def test_an_operation_that_was_executed_is_200_with_its_errors(gql: Gql, api: Api, clerk: Any) -> None:
    response = post(api(clerk), {"query": "{ me testappOrders { totalCount } }"})

    assert response.status_code == 200
    error = response.json()["errors"][0]
    assert error["path"] == ["testappOrders"]
    assert error["locations"] == [{"line": 1, "column": 6}]
    assert error["extensions"] == {"code": "FORBIDDEN"}


@pytest.mark.parametrize(
    "accept", ["application/graphql-response+json", "application/graphql-response+json, */*;q=0.1"]
)
def test_the_response_type_of_the_specification_is_spoken(api: Api, admin: Any, accept: str) -> None:
    response = post(api(admin), ME, headers={"Accept": accept})

    assert response["Content-Type"] == "application/graphql-response+json; charset=utf-8"


def test_no_answer_is_kept_or_sniffed(api: Api, admin: Any, outsider: Any, settings: Any) -> None:
    settings.LOGIN_URL = "/conjure/config/"
    client = api(admin)
    responses = [
        post(client, ME),
        post(client, "nonsense"),
        post(client, "x", content_type="text/plain"),
        post(client, {"query": "{ nonsense }"}),
        post(api(), ME),
        post(api(outsider), ME),
        client.put(URL),
        client.get(URL),
        client.get(URL, headers={"Accept": HTML}),
        client.get(URL, {"query": "{ me }"}),
        api().get(URL, headers={"Accept": HTML}),
    ]

    for response in responses:
        assert response["Cache-Control"] == ("no-cache" if response.status_code == 401 else "no-store")
        assert response["X-Content-Type-Options"] == "nosniff"


def test_an_unexpected_failure_is_masked_and_logged_under_an_id(
    gql: Gql, admin: Any, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.CONJURE = {"USER_PAYLOAD": "tests.graphql.endpoint.test_endpoint.failing_payload"}

    answer = gql(admin, "{ me }")

    (error,) = answer["errors"]
    assert error["message"] == "Something went wrong."
    assert error["extensions"]["code"] == "INTERNAL"
    assert error["extensions"]["id"] in caplog.text
    assert "the secret" in caplog.text
    assert "the secret" not in json.dumps(answer)


def failing_payload(user: Any) -> dict[str, Any]:
    """A project's own function that fails."""
    raise RuntimeError("the secret of the server")


def refusing(error: DatabaseError, *, but: str = "") -> Any:
    """A wrapper of all queries that fail, but for those that hold a text."""

    def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if but and but in sql:
            return execute(sql, params, many, context)
        raise error

    return connection.execute_wrapper(wrapper)


def test_a_database_that_cannot_answer_is_503(api: Api, admin: Any) -> None:
    client = api(admin)

    with refusing(OperationalError("the secret host refused"), but="testapp_tag"):
        response = post(client, ME)

    assert response.status_code == 503
    assert response["Retry-After"]
    assert code_of(response) == "UNAVAILABLE"
    assert "secret" not in response.content.decode()
    assert post(client, ME).status_code == 200


def test_an_operation_that_the_database_cannot_answer_is_503(api: Api, admin: Any, settings: Any) -> None:
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
    client = api(admin)

    with refusing(OperationalError("the secret host refused"), but="auth_user"):
        response = post(client, {"query": "{ testappTags { totalCount } }"})

    assert response.status_code == 503
    assert code_of(response) == "UNAVAILABLE"
    assert "secret host" not in response.content.decode()


def test_what_was_answered_before_the_database_went_away_is_given(api: Api, admin: Any, settings: Any) -> None:
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
    client = api(admin)

    with refusing(OperationalError("gone"), but="auth_user"):
        response = post(client, {"query": "{ me a: testappTag(pk: 1) { id } }"})

    assert response.status_code == 200
    assert response.json()["data"]["me"]["username"] == "admin"
    assert code_of(response) == "UNAVAILABLE"


# Browsers


def test_a_browser_gets_graphiql_with_a_query_that_works(api: Api, gql: Gql, admin: Any) -> None:
    response = api(admin).get(URL, headers={"Accept": HTML})

    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/html")
    config = json.loads(response.content.decode().split('type="application/json">')[1].split("</script>")[0])
    assert config["endpoint"] == URL
    assert "testappCategories(pagination: {limit: 5})" in config["defaultQuery"]
    assert gql(admin, config["defaultQuery"]) == {"data": {"testappCategories": {"totalCount": 0, "results": []}}}


def test_the_first_query_is_of_a_model_that_the_user_may_view(api: Api, gql: Gql, clerk: Any) -> None:
    from django.contrib.auth.models import Permission

    def first_query() -> str:
        content = api(clerk).get(URL, headers={"Accept": HTML}).content.decode()
        return str(json.loads(content.split('type="application/json">')[1].split("</script>")[0])["defaultQuery"])

    assert gql(clerk, first_query())["data"]["me"]["username"] == "clerk"
    clerk.user_permissions.add(Permission.objects.get(codename="view_shipment"))
    clerk = type(clerk).objects.get(pk=clerk.pk)
    answer = gql(clerk, first_query())
    assert answer == {"data": {"testappShipments": {"totalCount": 0, "results": []}}}


@pytest.mark.parametrize("accept", ["*/*", "application/json, text/html;q=0.5", ""])
def test_a_program_gets_json(api: Api, admin: Any, accept: str) -> None:
    response = api(admin).get(URL, {"query": "{ me }"}, headers={"Accept": accept})

    assert response["Content-Type"] == JSON


def test_graphiql_is_for_staff(api: Api, outsider: Any) -> None:
    response = api(outsider).get(URL, headers={"Accept": HTML})

    assert response.status_code == 403
    assert code_of(response) == "FORBIDDEN"


def test_graphiql_can_be_switched_off(api: Api, admin: Any, settings: Any) -> None:
    settings.CONJURE = {"GRAPHIQL": False}

    assert api(admin).get(URL, headers={"Accept": HTML}).status_code == 400
    assert api(admin).get(URL, {"query": "{ me }"}, headers={"Accept": HTML}).status_code == 200


def test_a_browser_of_nobody_is_led_to_the_login_of_the_project(api: Api, settings: Any) -> None:
    settings.LOGIN_URL = "/conjure/config/"

    response = api().get(URL, headers={"Accept": HTML})

    assert response.status_code == 302
    assert response["Location"] == f"/conjure/config/?next={URL}"
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize("login", ["/accounts/login/", "absent-name"])
def test_a_browser_of_nobody_gets_401_where_there_is_no_login(api: Api, settings: Any, login: str) -> None:
    settings.LOGIN_URL = login

    response = api().get(URL, headers={"Accept": HTML})

    assert response.status_code == 401


# Uploads


def parts(operations: Any, places: Any, **files: Any) -> dict[str, Any]:
    return {"operations": json.dumps(operations), "map": json.dumps(places), **files}


def file(size: int = 3) -> SimpleUploadedFile:
    return SimpleUploadedFile("a.txt", b"x" * size)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"operations": json.dumps(ME)},
        {"map": "{}"},
        {"query": "{ me }"},
        {"operations": "nonsense", "map": "{}"},
        {"operations": json.dumps(ME), "map": "nonsense"},
        parts([ME], {}),
        parts(ME, []),
        parts(5, {}),
        parts(ME, {"0": ["variables.x"]}),
        parts({**ME, "variables": {"x": None}}, {"0": "variables.x"}, **{"0": file()}),
        parts({**ME, "variables": {"x": None}}, {"0": []}, **{"0": file()}),
        parts({**ME, "variables": {"x": None}}, {"0": [5]}, **{"0": file()}),
        parts({**ME, "variables": {"x": None}}, {"0": ["query"]}, **{"0": file()}),
        parts({**ME, "variables": {"x": None}}, {"0": ["variables"]}, **{"0": file()}),
        parts({**ME, "variables": {"x": None}}, {"0": ["variables."]}, **{"0": file()}),
        parts({**ME, "variables": {"x": None}}, {"0": ["variables.y"]}, **{"0": file()}),
        parts({**ME, "variables": {"x": None}}, {"0": ["variables.x.y"]}, **{"0": file()}),
        parts({**ME, "variables": {"x": "taken"}}, {"0": ["variables.x"]}, **{"0": file()}),
        parts({**ME, "variables": {"x": [None]}}, {"0": ["variables.x.1"]}, **{"0": file()}),
        parts({**ME, "variables": {"x": [None]}}, {"0": ["variables.x.-1"]}, **{"0": file()}),
        parts({**ME, "variables": {"x": [None]}}, {"0": ["variables.x.²"]}, **{"0": file()}),
        parts({**ME, "variables": {"x": None}}, {"0": ["variables.x"], "1": ["variables.x"]}, **{"0": file()}),
        parts({**ME, "variables": {"x": None}}, {"0": ["variables.x", "variables.x"]}, **{"0": file()}),
    ],
    ids=str,
)
def test_a_multipart_body_that_is_not_by_the_specification_is_400(api: Api, admin: Any, body: Any) -> None:
    response = api(admin).post(URL, body)

    assert response.status_code == 400
    assert code_of(response) == "INVALID"


@pytest.mark.parametrize(
    "body", [b" ", b"nonsense", b"--x\r\nnonsense", b'--x\r\nContent-Disposition: form-data; name="a']
)
def test_a_multipart_body_that_cannot_be_parsed_is_400(api: Api, admin: Any, body: bytes) -> None:
    for content_type in ("multipart/form-data; boundary=x", "multipart/form-data", "multipart/form-data; boundary=é"):
        assert post(api(admin), body, content_type=content_type).status_code == 400


def test_a_multipart_body_without_files_is_an_operation(api: Api, admin: Any) -> None:
    response = api(admin).post(URL, parts(ME, {}))

    assert response.json()["data"]["me"]["username"] == "admin"


UPLOAD = """
    mutation($data: TestappAttachmentInput!) {
        createTestappAttachment(data: $data) { result { title file } errors { field messages } }
    }
"""


@pytest.mark.usefixtures("media_root")
def test_a_file_comes_where_the_map_says(api: Api, admin: Any) -> None:
    operation = {"query": UPLOAD, "variables": {"data": {"title": "A", "file": None}}}

    response = api(admin).post(URL, parts(operation, {"0": ["variables.data.file"]}, **{"0": file()}))

    answer = response.json()["data"]["createTestappAttachment"]
    assert answer["errors"] == []
    assert answer["result"]["file"].startswith("http://testserver/media/attachments/a")
    stored = Attachment.objects.get()
    with stored.file.open() as content:
        assert content.read() == b"xxx"


TWICE = """
    mutation($a: TestappPicturesInput!, $b: TestappPicturesInput!) {
        a: createTestappPictures(data: $a) { errors { field messages } }
        b: createTestappPictures(data: $b) { errors { field messages } }
    }
"""


@pytest.mark.usefixtures("media_root")
@pytest.mark.parametrize("in_memory", [0, 10_000])
def test_one_upload_may_be_named_by_several_variables(api: Api, admin: Any, settings: Any, in_memory: int) -> None:
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = in_memory
    variables = {name: {"picture": None, "requiredDocument": None, "document": None} for name in "ab"}
    places = [f"variables.{name}.{field}" for name in "ab" for field in ("picture", "requiredDocument")]
    # Their names must differ.
    documents = {name: SimpleUploadedFile(f"{name}.txt", b"x") for name in "ab"}
    operation = {"query": TWICE, "variables": variables}
    content = png().read()
    upload = SimpleUploadedFile("a.png", content, "image/png")

    places_of_documents = {name: [f"variables.{name}.document"] for name in "ab"}

    response = api(admin).post(
        URL, parts(operation, {"0": places, **places_of_documents}, **{"0": upload}, **documents)
    )

    answer = response.json()["data"]
    assert answer["a"]["errors"] == answer["b"]["errors"] == []
    stored = [file for row in Pictures.objects.all() for file in (row.picture, row.required_document)]
    assert len({file.name for file in stored}) == 4
    for file in stored:
        with file.open() as opened:
            assert opened.read() == content


JSON_FIELD = """
    mutation($values: Values!) { createTestappKeywords(values: $values) { result { data } } }
"""


def test_values_beside_a_file_are_read_as_json_not_as_a_form(api: Api, admin: Any) -> None:
    """The text of a JSON field is that text, where a form's would be parsed."""
    operation = {"query": JSON_FIELD, "variables": {"values": {"data": "{}"}}}

    by_json = post(api(admin), operation).json()
    by_multipart = api(admin).post(URL, parts(operation, {})).json()

    assert by_json["data"]["createTestappKeywords"]["result"] == {"data": "{}"}
    assert by_multipart == by_json


def test_a_mutation_that_fails_is_null_beside_the_one_that_was_saved(gql: Gql, admin: Any) -> None:
    text = """mutation {
        first: createTestappTag(data: {name: "A", slug: "a"}) { result { name } }
        second: deleteTestappTag(pk: "0") { deleted }
        third: createTestappTag(data: {name: "C", slug: "c"}) { result { name } }
    }"""

    answer = gql(admin, text)

    assert answer["data"] == {
        "first": {"result": {"name": "A"}},
        "second": None,
        "third": {"result": {"name": "C"}},
    }
    assert [(error["path"], error["extensions"]["code"]) for error in answer["errors"]] == [(["second"], "NOT_FOUND")]
    assert set(Tag.objects.values_list("name", flat=True)) == {"A", "C"}


@pytest.mark.usefixtures("media_root")
def test_what_is_sent_in_place_of_a_file_is_refused(api: Api, admin: Any) -> None:
    for value in ("a.txt", "../../a.txt", 5, {}, []):
        body = {"query": UPLOAD, "variables": {"data": {"title": "A", "file": value}}}
        response = post(api(admin), body)
        assert response.status_code < 500
        answer = response.json()
        assert "errors" in answer or answer["data"]["createTestappAttachment"]["errors"]

    assert not Attachment.objects.exists()


@pytest.mark.parametrize("csrf", [False, True])
def test_files_over_the_cap_are_413(api: Api, admin: Any, settings: Any, csrf: bool) -> None:
    settings.CONJURE = {"MAX_UPLOAD_SIZE": 1_000, "MAX_BODY_SIZE": 2_000}
    operation = {**ME, "variables": {"x": [None, None]}}
    places = {"0": ["variables.x.0"], "1": ["variables.x.1"]}
    client = api(admin, enforce_csrf_checks=csrf)

    for sizes in ([1_001, 1], [600, 600], [4_000, 1]):
        files = {str(number): file(size) for number, size in enumerate(sizes)}
        response = client.post(URL, parts(operation, places, **files))
        assert response.status_code == (413 if not csrf or sum(sizes) > 3_000 else 403)


def test_too_many_parts_are_413(api: Api, admin: Any, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_NUMBER_FILES = 2

    response = api(admin).post(URL, parts(ME, {}, **{str(number): file() for number in range(3)}))

    assert response.status_code == 413
    assert code_of(response) == "LIMITED"
