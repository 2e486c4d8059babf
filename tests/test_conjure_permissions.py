"""The command that prints who may do what, and compares it with a file."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core.management import CommandError, call_command
from django.http import HttpRequest

from tests.conftest import Configure
from tests.testapp.models.shop import Tag


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("conjure_permissions", *arguments, stdout=out)
    return out.getvalue()


def check(file: Path, *arguments: str) -> tuple[int, str, str]:
    """The exit code, what was printed, and the error."""
    out = io.StringIO()
    try:
        call_command("conjure_permissions", "--check", str(file), *arguments, stdout=out)
    except CommandError as error:
        return error.returncode, out.getvalue(), str(error)
    return 0, out.getvalue(), ""


@pytest.fixture
def lock(tmp_path: Path, configure: Configure) -> Path:
    """The lock file of the test project as it is, with the models that are connected with tags."""
    configure(Tag)
    file = tmp_path / "permissions.json"
    file.write_text(run("--format", "json"), encoding="utf-8")
    return file


def test_the_table_is_printed_without_a_database() -> None:
    printed = run()
    assert "testapp.Tag\n  view: superuser, testapp.change_tag, testapp.view_tag  [testapp.view_tag]\n" in printed
    assert "  rows: those that NoteConfig.get_queryset gives\n" in printed
    assert "  read api_token: nobody  [CustomerConfig.exclude]\n" in printed
    assert "  delete: nobody  [VaultConfig.has_delete_permission, a check that fails]\n" in printed


@pytest.mark.django_db
def test_a_user_and_a_group_have_tables_of_their_own(clerk: User) -> None:
    right = Permission.objects.get(codename="view_tag", content_type__app_label="testapp")
    clerk.user_permissions.add(right)
    Group.objects.create(name="tagging").permissions.add(right)
    for option, name in (("--user", "clerk"), ("--group", "tagging")):
        printed = run(option, name)
        assert printed.startswith(f"What {option[2:]} {name} may do\n")
        assert "testapp.Tag\n  view: yes  [testapp.view_tag]\n  add: no  [testapp.add_tag]\n" in printed
        tag = json.loads(run(option, name, "--format", "json"))["models"]["testapp.Tag"]
        assert tag["view"]["allowed"] == [f"{option[2:]} {name}"]
        assert tag["add"]["allowed"] == []


def test_a_file_that_agrees_passes(lock: Path) -> None:
    assert check(lock) == (0, f"{lock} is up to date.\n", "")


def test_what_is_newly_allowed_fails_and_says_so(lock: Path, configure: Configure) -> None:
    configure(Tag, has_delete_permission=lambda self, request, obj=None: True)
    code, printed, error = check(lock)
    assert code == 1
    assert "Newly allowed:\n  testapp.Tag: delete: staff\n" in printed
    assert error.endswith(f"If this is meant, accept it: manage.py conjure_permissions --format json > {lock}")


def test_what_is_no_longer_allowed_fails_and_says_so(lock: Path, configure: Configure) -> None:
    configure(Tag, exclude=("slug",))
    code, printed, error = check(lock)
    assert code == 1
    assert "Newly allowed" not in printed
    assert "No longer allowed:\n  testapp.Tag: add slug: add, superuser\n" in printed
    assert "accept it" in error


def test_another_rule_alone_fails_too(lock: Path, configure: Configure) -> None:
    def has_change_permission(self: Any, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("testapp.change_tag")

    configure(Tag, has_change_permission=has_change_permission)
    code, printed, _ = check(lock)
    assert code == 1
    line = "testapp.Tag: change: by TagConfig.has_change_permission, before by testapp.change_tag"
    assert printed == f"Decided by other rules:\n  {line}\n"


@pytest.mark.django_db
def test_the_way_to_accept_names_the_user(clerk: User, tmp_path: Path) -> None:
    file = tmp_path / "clerk.json"
    file.write_text(run("--user", "clerk", "--format", "json"), encoding="utf-8")
    assert check(file, "--user", "clerk")[0] == 0
    clerk.user_permissions.add(Permission.objects.get(codename="add_tag", content_type__app_label="testapp"))
    code, printed, error = check(file, "--user", "clerk")
    assert (code, "testapp.Tag: add: user clerk" in printed) == (1, True)
    assert error.endswith(f"conjure_permissions --user clerk --format json > {file}")


def test_the_file_of_somebody_else_is_not_compared(lock: Path) -> None:
    lock.write_text(lock.read_text("utf-8").replace('"each permission"', '"user anna"'), "utf-8")
    assert check(lock) == (1, "", f"{lock} says what user anna may do, not what each permission may do.")


@pytest.mark.django_db
def test_unknown_names_are_told_as_such() -> None:
    with pytest.raises(CommandError, match="There is no user 'nobody'"):
        run("--user", "nobody")
    with pytest.raises(CommandError, match="There is no group 'nobody'"):
        run("--group", "nobody")
    with pytest.raises(CommandError, match="not allowed with"):
        run("--user", "a", "--group", "b")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "cannot be read: No such file"),
        (b"\xff\xfe", "it is not UTF-8"),
        (b"", "it is not JSON"),
        (b"{}", "it is not a permission table of version 1"),
        (b'{"version": 1}', "a part of it is missing or of the wrong type"),
    ],
)
def test_a_file_that_is_no_table_is_told_as_such(tmp_path: Path, content: bytes | None, reason: str) -> None:
    file = tmp_path / "permissions.json"
    if content is not None:
        file.write_bytes(content)
    code, printed, error = check(file)
    assert (code, printed) == (1, "")
    assert reason in error
    assert error.startswith(str(file))
