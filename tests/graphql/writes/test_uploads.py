"""Files: stored once the write holds, gone with what they belonged to, and none that a browser would run."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile

from conjure.exceptions import LimitedError
from conjure.models import AdminAuditLog
from tests.graphql.writes.conftest import Open, refused
from tests.testapp.factories import png
from tests.testapp.models import Pictures
from tests.testapp.models.shop import Attachment, Product

# Files go when a transaction holds, which that of a test never does.
pytestmark = pytest.mark.django_db(transaction=True)


def upload(name: str = "a.txt", content: bytes = b"content", kind: str = "text/plain") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, kind)


def picture(name: str = "p.png", width: int = 2, height: int = 3) -> SimpleUploadedFile:
    return upload(name, png(width, height).read(), "image/png")


def stored(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def attachment(media_root: Path, admin: User, writer: Open) -> Attachment:
    row = writer(admin, "testapp.Attachment").create(title="T", file=upload())
    return Attachment.objects.get(pk=row["id"])


def test_a_file_is_stored_served_by_its_whole_address_and_logged_by_name(
    media_root: Path, admin: User, writer: Open
) -> None:
    row = writer(admin, "testapp.Attachment").create(title="T", file=upload(), image=picture())
    assert row["file"] == "http://testserver/media/attachments/a.txt"
    assert (media_root / "attachments/a.txt").read_bytes() == b"content"
    diff = AdminAuditLog.objects.get().diff
    assert (diff["file"], diff["image"]) == ([None, "attachments/a.txt"], [None, "attachments/p.png"])


def test_large_files_are_stored_too(media_root: Path, admin: User, writer: Open) -> None:
    large = TemporaryUploadedFile("large.bin", "application/octet-stream", 3, None)
    large.write(b"abc")
    large.seek(0)
    writer(admin, "testapp.Attachment").create(title="T", file=large)
    assert (media_root / "attachments/large.bin").read_bytes() == b"abc"
    large.close()


def test_a_replaced_file_goes_and_one_sent_back_as_its_address_stays(
    media_root: Path, attachment: Attachment, admin: User, writer: Open
) -> None:
    client = writer(admin, "testapp.Attachment")
    url = client.get(attachment.pk)["file"]
    for same in (url, "/media/attachments/a.txt", f"{url}?signature=1"):
        assert client.update(attachment.pk, file=same, title="T")["file"] == url
    assert AdminAuditLog.objects.count() == 1
    client.update(attachment.pk, file=upload("b.txt", b"other"))
    assert stored(media_root) == {"attachments/b.txt"}
    assert AdminAuditLog.objects.latest("pk").diff == {"file": ["attachments/a.txt", "attachments/b.txt"]}


def test_a_file_of_the_same_name_gets_another_and_only_the_old_one_goes(
    media_root: Path, attachment: Attachment, admin: User, writer: Open
) -> None:
    writer(admin, "testapp.Attachment").update(attachment.pk, file=upload(content=b"new"))
    attachment.refresh_from_db()
    assert attachment.file.name != "attachments/a.txt"
    assert stored(media_root) == {attachment.file.name}


def test_a_file_that_another_row_has_too_stays(
    media_root: Path, attachment: Attachment, admin: User, writer: Open
) -> None:
    Attachment.objects.create(title="copy", file=attachment.file.name)
    writer(admin, "testapp.Attachment").delete(attachment.pk)
    assert stored(media_root) == {"attachments/a.txt"}


@pytest.mark.parametrize("empty", [None, ""], ids=repr)
def test_nothing_empties_a_blank_file_field_and_not_one_that_is_required(
    empty: Any, media_root: Path, attachment: Attachment, admin: User, writer: Open
) -> None:
    client = writer(admin, "testapp.Attachment")
    client.update(attachment.pk, image=picture())
    assert stored(media_root) == {"attachments/a.txt", "attachments/p.png"}
    assert client.update(attachment.pk, image=empty)["image"] is None
    assert stored(media_root) == {"attachments/a.txt"}
    assert list(refused(client.update, attachment.pk, file=empty)) == ["file"]
    assert list(refused(client.create, title="T", file=empty)) == ["file"]


def test_files_go_with_their_row_and_with_the_rows_that_it_takes_along(
    media_root: Path, attachment: Attachment, admin: User, writer: Open
) -> None:
    from tests.testapp.factories import make_shop

    make_shop()
    order = Attachment.objects.exclude(order=None).exclude(pk=attachment.pk)[0].order
    assert order is not None
    kept = {a.file.name for a in Attachment.objects.exclude(order=order)}
    kept |= {a.image.name for a in Attachment.objects.exclude(order=order) if a.image}
    kept |= {p.image.name for p in Product.objects.all() if p.image}
    writer(admin, "testapp.Order").delete(order.pk)
    assert stored(media_root) == kept
    writer(admin, "testapp.Attachment").bulk_delete([a.pk for a in Attachment.objects.all()])
    assert stored(media_root) == {p.image.name for p in Product.objects.all() if p.image}


def test_a_write_that_is_rolled_back_leaves_no_file(
    media_root: Path, attachment: Attachment, admin: User, writer: Open, settings: Any
) -> None:
    client = writer(admin, "testapp.Attachment")
    good = {"op": "create", "values": {"title": "good", "file": upload("good.txt"), "image": picture()}}
    bad = {"op": "create", "values": {"title": "x" * 61, "file": upload("bad.txt")}}
    assert "operation" in refused(client.apply, good, bad)
    assert list(refused(client.update, attachment.pk, file=upload("late.txt"), title="x" * 61)) == ["title"]
    assert stored(media_root) == {"attachments/a.txt"}
    assert Attachment.objects.count() == 1


def test_a_file_over_the_cap_is_too_large(media_root: Path, admin: User, writer: Open, settings: Any) -> None:
    settings.CONJURE = {"MAX_UPLOAD_SIZE": 10}
    client = writer(admin, "testapp.Attachment")
    client.create(title="T", file=upload(content=b"x" * 10))
    with pytest.raises(LimitedError):
        client.create(title="T", file=upload(content=b"x" * 11))
    assert len(stored(media_root)) == 1


ACTIVE = [
    ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>"),
    ("a.SVG", b"anything"),
    ("a.html.txt", b"anything"),
    ("a.txt", b"  \n<!-- x --><!DOCTYPE html><script>1</script>"),
    ("a.txt", b"\xef\xbb\xbf<?xml version='1.0'?>\n<svg onload=1>"),
    ("a.bin", "<html>".encode("utf-16")),
    ("a.txt", b"<!--" + b"x" * 5_000 + b"--><svg onload='1'>"),
    ("a.txt", b" " * 5_000 + b"<html>"),
    ("a.png", b"<svg:svg xmlns:svg='http://www.w3.org/2000/svg'/>"),
    ("a.png", b"<a href='javascript:1'>"),
    ("a.gif", b"<style>@import 'x'</style>"),
    ("a.xhtml", b"x"),
    ("a.js", b"x"),
]


@pytest.mark.parametrize(("name", "content"), ACTIVE)
def test_files_that_browsers_run_are_refused(
    name: str, content: bytes, media_root: Path, admin: User, writer: Open, settings: Any
) -> None:
    client = writer(admin, "testapp.Attachment")
    assert list(refused(client.create, title="T", file=upload(name, content))) == ["file"]
    assert not stored(media_root)
    settings.CONJURE = {"ALLOW_ACTIVE_UPLOADS": True}
    client.create(title="T", file=upload(name, content))


def test_ordinary_files_are_not_taken_for_active_ones(media_root: Path, admin: User, writer: Open) -> None:
    client = writer(admin, "testapp.Attachment")
    comments = b"<!--" * 1_000
    texts = [("a.txt", b"a < b"), ("c.txt", b"<address>; <pre>"), ("a.csv", b"<name>;1"), ("b.txt", comments)]
    others = [("a.pdf", b"%PDF-1.7"), ("a.gpx", b"<?xml version='1.0'?><gpx/>"), ("b.gpx", b"<gpx>" + b" " * 5_000)]
    for name, content in [*texts, *others]:
        client.create(title="T", file=upload(name, content))


def test_what_is_no_picture_or_no_file_is_refused(media_root: Path, admin: User, writer: Open) -> None:
    client = writer(admin, "testapp.Attachment")
    for wrong in (upload("p.png", b"no picture"), picture("p.html"), picture("p")):
        assert list(refused(client.create, title="T", file=upload(), image=wrong)) == ["image"]
    for wrong in ("x.txt", "/etc/passwd", 5, ["a"], {"name": "x"}, True, upload("empty.txt", b"")):
        assert list(refused(client.create, title="T", file=wrong)) == ["file"], wrong
    assert list(refused(client.create, title="T", file=upload("x" * 101))) == ["file"]
    assert not stored(media_root)


def test_names_lead_nowhere_else(media_root: Path, admin: User, writer: Open) -> None:
    client = writer(admin, "testapp.Attachment")
    for name in ("..\\back.txt", "a\\b.txt", "a\x00b.txt", "lone \ud800.txt"):
        assert list(refused(client.create, title="T", file=upload(name))) == ["file"]
    for name in ("../../up.txt", "/abs.txt"):
        client.create(title="T", file=upload(name))
    assert stored(media_root) == {"attachments/up.txt", "attachments/abs.txt"}


NAMES = ["CON", "con.txt", "Nul.tar.gz", "aux .txt", "COM1.png", "lpt\u00b9.txt", "conin$", "COM\uff11", "nul:x.txt"]
HIDDEN = [".htaccess", ".env.txt", " .profile", "\u202e.htaccess", "\ufeff.a", ". .", "...", "~.b"]


@pytest.mark.parametrize("name", [*NAMES, *HIDDEN])
def test_devices_and_hidden_files_are_no_names(name: str, media_root: Path, admin: User, writer: Open) -> None:
    client = writer(admin, "testapp.Attachment")
    assert list(refused(client.create, title="T", file=upload(name))) == ["file"]
    assert not stored(media_root)


def test_ordinary_names_are_not_taken_for_devices(media_root: Path, admin: User, writer: Open) -> None:
    client = writer(admin, "testapp.Attachment")
    names = ["console.txt", "com10.txt", "a.con", "auxiliary", "null.txt", "a.b.c", "größe.txt"]
    for name in names:
        client.create(title="T", file=upload(name))
    assert stored(media_root) == {f"attachments/{name}" for name in names}


def test_an_image_of_too_many_pixels_is_refused_before_it_is_decoded(
    media_root: Path, admin: User, writer: Open, settings: Any
) -> None:
    settings.CONJURE = {"MAX_IMAGE_PIXELS": 100}
    client = writer(admin, "testapp.Attachment")
    client.create(title="T", file=upload(), image=picture(width=10, height=10))
    kept = stored(media_root)
    for width, height in ((101, 1), (10, 11), (20_000, 20_000), (2**31 - 1, 2**31 - 1)):
        # A header that says so, and no pixel.
        bomb = upload("bomb.png", png_header(width, height), "image/png")
        messages = refused(client.create, title="T", file=upload(), image=bomb)
        assert list(messages) == ["image"]
        assert "No more than 100 pixels" in messages["image"][0]
    assert stored(media_root) == kept


def png_header(width: int, height: int) -> bytes:
    """A PNG of that size without content."""
    content = b"\x89PNG\r\n\x1a\n"
    sizes = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    for kind, data in ((b"IHDR", sizes), (b"IDAT", b"x"), (b"IEND", b"")):
        content += struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return content


def test_a_picture_writes_its_size_into_its_row(media_root: Path, admin: User, writer: Open) -> None:
    client = writer(admin, "testapp.Pictures")
    row = client.create(picture=picture(width=4, height=5), required_document=upload())
    assert (row["width"], row["height"]) == (4, 5)
    client.update(row["id"], picture=picture(width=6, height=7))
    assert Pictures.objects.values_list("width", "height").get() == (6, 7)
    assert len(stored(media_root)) == 2


def test_the_shop_is_untouched_by_a_patch_of_another_field(
    media_root: Path, attachment: Attachment, admin: User, writer: Open
) -> None:
    writer(admin, "testapp.Attachment").update(attachment.pk, title="Other")
    assert stored(media_root) == {"attachments/a.txt"}


def test_uploads_by_graphql(media_root: Path, admin: User, api: Any) -> None:
    import json

    document = """
      mutation ($data: TestappAttachmentInput) {
        createTestappAttachment(data: $data) { result { title file } errors { field messages } }
      }"""
    body = {
        "operations": json.dumps({"query": document, "variables": {"data": {"title": "T", "file": None}}}),
        "map": json.dumps({"0": ["variables.data.file"]}),
        "0": upload(),
    }
    answer = api(admin).post("/conjure/graphql/", body).json()
    assert answer["data"]["createTestappAttachment"] == {
        "result": {"title": "T", "file": "http://testserver/media/attachments/a.txt"},
        "errors": [],
    }
