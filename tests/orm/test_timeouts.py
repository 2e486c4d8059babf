"""``STATEMENT_TIMEOUT``: a statement that takes too long is a 503, undoes its write, and leaves nothing behind."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError, connection, transaction
from django.db.models import BigIntegerField
from django.db.models.expressions import RawSQL
from django.test import Client
from django.test.utils import CaptureQueriesContext

from conjure import action
from conjure.checks import check_settings
from conjure.models import AdminAuditLog
from conjure.orm import timeouts
from conjure.orm.refusals import is_timeout
from conjure.orm.timeouts import limit_statements
from tests.conftest import Api, Configure
from tests.related.models import Account
from tests.testapp.models import Tag
from tests.testapp.models.metadata import UnmanagedTable

pytestmark = pytest.mark.django_db(transaction=True)

URL = "/conjure/r/testapp.Tag/"


@pytest.mark.parametrize("sql", ["INSERT INTO t SELECT 1", "EXPLAIN SELECT 1", "UPDATE t SET note = 'a SELECT b'"])
def test_mysqls_hint_leaves_other_statements_as_they_are(sql: str) -> None:
    limit = timeouts._MySQLLimit(SimpleNamespace(mysql_is_mariadb=False), 2)
    assert limit(lambda sql, *rest: sql, sql, (), False, {}) == sql
    hinted = limit(lambda sql, *rest: sql, "(SELECT a FROM t)", (), False, {})
    assert hinted == "(SELECT /*+ MAX_EXECUTION_TIME(2000) */ a FROM t)"


# A number, after more seconds than a statement is allowed here: without a timeout, these tests get other answers.
SLOW = {
    "postgresql": "(SELECT -1 FROM pg_sleep(4))",
    "mysql": "(SELECT -1 - SLEEP(4))",
    "sqlite": "(WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 30000000) SELECT -max(x) FROM c)",
}
TIMEOUT = 0.3
TEXT = "The database takes too long for this: ask for less, or try again later."


def slow_sql() -> str:
    return SLOW[connection.vendor]


def run_slow_statement() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {slow_sql()}")
        cursor.fetchall()


@pytest.fixture(autouse=True)
def _timeout(settings: Any) -> None:
    settings.CONJURE = {"STATEMENT_TIMEOUT": TIMEOUT}
    # The login's own statements are not what is tested.
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"


@pytest.fixture
def client(api: Api, admin: User) -> Client:
    return api(admin)


def ask(client: Client, query: str) -> Any:
    return client.post("/conjure/graphql/", {"query": query}, content_type="application/json")


def post(client: Client, url: str, body: Any) -> Any:
    return client.post(url, body, content_type="application/json")


def require_timeout(answer: Any) -> None:
    assert (answer.status_code, answer.headers.get("Retry-After")) == (503, "1"), answer.content
    body = answer.json()
    if "errors" in body:
        [error] = body["errors"]
        assert (error["message"], error["extensions"]) == (TEXT, {"code": "UNAVAILABLE", "retryAfter": 1})
    else:
        assert body == {"detail": TEXT}


@pytest.fixture
def slow_rows(configure: Configure) -> None:
    def get_queryset(self: Any, request: Any) -> Any:
        condition = RawSQL(slow_sql(), [], output_field=BigIntegerField())
        return Tag.objects.alias(least=condition).filter(pk__gt=condition)

    configure(Tag, get_queryset=get_queryset)


@pytest.mark.usefixtures("slow_rows")
def test_a_list_that_takes_too_long_is_503_on_both_faces(client: Client) -> None:
    Tag.objects.create(name="a", slug="a")
    require_timeout(client.get(URL))
    require_timeout(ask(client, "{ testappTags { results { id } } }"))


@pytest.mark.usefixtures("slow_rows")
def test_what_was_answered_before_is_given(client: Client) -> None:
    tag = Tag.objects.create(name="a", slug="a")
    answer = ask(client, f"{{ me testappTag(pk: {tag.pk}) {{ id }} b: me }}")
    assert answer.status_code == 200
    assert (answer.json()["data"]["b"]["username"], answer.json()["errors"][0]["message"]) == ("admin", TEXT)


@pytest.fixture
def slow_saves(configure: Configure) -> None:
    def save_model(self: Any, request: Any, obj: Any, *args: Any) -> None:
        obj.save()
        run_slow_statement()

    configure(Tag, save_model=save_model)


@pytest.mark.usefixtures("slow_saves")
def test_a_write_that_takes_too_long_is_503_and_undone_on_both_faces(client: Client) -> None:
    create = 'mutation { createTestappTag(data: {name: "a", slug: "a"}) { result { id } errors { messages } } }'
    require_timeout(post(client, URL, {"name": "a", "slug": "a"}))
    require_timeout(ask(client, create))
    assert (Tag.objects.count(), AdminAuditLog.objects.count()) == (0, 0)


def test_an_action_that_takes_too_long_is_503_and_undone(client: Client, configure: Configure) -> None:
    @action(label="Wait")
    def wait(self: Any, request: Any, queryset: Any) -> None:
        queryset.update(name="changed")
        run_slow_statement()

    configure(Tag, actions=("wait",), wait=wait)
    tag = Tag.objects.create(name="a", slug="a")
    require_timeout(post(client, f"{URL}action/wait/", {"ids": [tag.pk]}))
    tag.refresh_from_db()
    assert tag.name == "a"


def test_a_timeout_outlives_a_savepoint_that_is_rolled_back() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite rolls back the whole transaction of a statement that it interrupts")
    with limit_statements(), transaction.atomic():
        for _ in range(2):
            with pytest.raises(OperationalError) as error, transaction.atomic():
                run_slow_statement()
            assert is_timeout(error.value)


def test_what_only_the_database_refuses_is_explained_as_without_it(client: Client, settings: Any) -> None:
    values = {"badge": "b0", "email": "a@example.com", "number": 7, "slug": "a", "owner": None}
    Account.objects.create(badge="b1", email="b@example.com", number=7, slug="b")
    Account.objects.update(deleted=True)  # The default manager, and so validation, does not see it.
    settings.CONJURE = {"STATEMENT_TIMEOUT": 30}
    answer = post(client, "/conjure/r/related.Account/", values)
    errors = {"non_field_errors": ["Account with this Tenant and Number already exists."]}
    assert (answer.status_code, answer.json()) == (400, errors)


def test_a_timeout_of_an_unmanaged_table_is_not_taken_for_a_refusal(client: Client, configure: Configure) -> None:
    def save_model(self: Any, request: Any, obj: Any, *args: Any) -> None:
        run_slow_statement()

    configure(UnmanagedTable, save_model=save_model)
    require_timeout(post(client, "/conjure/r/testapp.UnmanagedTable/", {"code": "a", "name": "a"}))


def test_ordinary_requests_are_answered_as_without_it(client: Client, settings: Any) -> None:
    def answers() -> list[Any]:
        Tag.objects.all().delete()
        created = post(client, URL, {"name": "a", "slug": "a"}).json()
        url = f"{URL}{created['id']}/"
        twice = post(client, URL, {"name": "a", "slug": "a"})
        changed = client.patch(url, {"name": "b"}, content_type="application/json").json()
        rows = ask(client, "{ testappTags { totalCount results { name slug } } }").json()
        related = client.get(f"{url}related/").json()
        export = post(client, f"{URL}action/export/", {"all_filtered": True, "params": {}})
        history = ask(client, '{ conjureWidget(name: "model-counts") }').status_code
        return [
            sorted(created),
            (twice.status_code, twice.json()),
            changed["name"],
            rows,
            related,
            export.status_code,
            history,
            client.delete(url).status_code,
        ]

    settings.CONJURE = {"STATEMENT_TIMEOUT": 30}
    limited = answers()
    settings.CONJURE = {}
    assert limited == answers()
    assert (limited[1][0], limited[-1]) == (400, 204)


def test_nothing_is_left_behind_on_the_connection(client: Client) -> None:
    """A pooler such as PgBouncer gives the connection to another client after each transaction."""
    before = _read_timeout()
    with CaptureQueriesContext(connection) as queries:
        assert client.get(URL).status_code == 200
        assert post(client, URL, {"name": "a", "slug": "a"}).status_code == 201
    assert _read_timeout() == before
    statements = [query["sql"] for query in queries.captured_queries]
    if connection.vendor == "postgresql":
        assert "SET LOCAL statement_timeout = 300" in statements
        assert [sql for sql in statements if sql.startswith("SET ") and "LOCAL" not in sql] == []
    elif connection.vendor == "mysql":
        selects = [sql for sql in statements if "SELECT" in sql]
        assert selects
        assert [sql for sql in selects if not sql.startswith("SET STATEMENT max_statement_time=0.3 FOR")] == []
    else:
        connection.cursor().execute(
            "SELECT 1 FROM (WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c "
            "LIMIT 9000000) SELECT max(x) FROM c)"
        ).fetchall()


def _read_timeout() -> Any:
    names = {"postgresql": "SHOW statement_timeout", "mysql": "SELECT @@max_statement_time"}
    with connection.cursor() as cursor:
        cursor.execute(names.get(connection.vendor, "SELECT 1"))
        return cursor.fetchone()


def test_a_transaction_is_limited_once(client: Client) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL has the timeout in a statement of its own")
    with CaptureQueriesContext(connection) as queries:
        assert post(client, URL, {"name": "a", "slug": "a"}).status_code == 201
    statements = [query["sql"] for query in queries.captured_queries]
    write = next(number for number, sql in enumerate(statements) if sql.startswith("INSERT"))
    begin = max(number for number, sql in enumerate(statements[:write]) if sql.startswith("BEGIN"))
    ends = [number for number, sql in enumerate(statements) if sql.startswith("COMMIT") and number > write]
    assert sum(sql.startswith("SET LOCAL") for sql in statements[begin : ends[0]]) == 1


def test_exports_are_limited_while_they_are_sent(client: Client, configure: Configure) -> None:
    def get_queryset(self: Any, request: Any) -> Any:
        return Tag.objects.all()

    configure(Tag, get_queryset=get_queryset, actions=("export",))
    Tag.objects.create(name="a", slug="a")
    answer = post(client, f"{URL}action/export/", {"all_filtered": True, "params": {}})
    with CaptureQueriesContext(connection) as queries:
        assert b"a" in b"".join(answer.streaming_content)
    if connection.vendor == "postgresql":
        assert any(query["sql"].startswith("SET LOCAL") for query in queries.captured_queries)
    elif connection.vendor == "mysql":
        assert all(query["sql"].startswith("SET STATEMENT") for query in queries.captured_queries)


def test_without_the_setting_statements_take_what_they_need(settings: Any) -> None:
    settings.CONJURE = {}
    with limit_statements(), CaptureQueriesContext(connection) as queries:
        Tag.objects.count()
    assert len(queries.captured_queries) == 1


def test_rows_are_read_in_chunks_as_without_it() -> None:
    slugs = [f"slug-{number}" for number in range(250)]
    Tag.objects.bulk_create(Tag(name=slug, slug=slug) for slug in slugs)
    with limit_statements():
        assert [tag.slug for tag in Tag.objects.order_by("pk").iterator(chunk_size=100)] == slugs


def test_one_limit_within_another_changes_nothing() -> None:
    with limit_statements(), limit_statements(), CaptureQueriesContext(connection) as queries:
        assert Tag.objects.count() == 0
    assert sum("timeout" in query["sql"] or "SET STATEMENT" in query["sql"] for query in queries.captured_queries) <= 1


def test_a_database_without_timeouts_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [message.id for message in check_settings()] == []
    monkeypatch.setattr(type(connection._connections[connection._alias]), "vendor", "oracle")  # type: ignore[attr-defined]
    [warning] = check_settings()
    assert (warning.id, "oracle" in warning.msg) == ("conjure.W009", True)


@pytest.mark.parametrize("value", [0, -1, True, "5s"])
def test_anything_but_a_number_of_seconds_is_of_the_wrong_type(value: Any, settings: Any) -> None:
    settings.CONJURE = {"STATEMENT_TIMEOUT": value}
    assert [message.id for message in check_settings()] == ["conjure.E002"]
