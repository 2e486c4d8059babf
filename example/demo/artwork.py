"""Draws album covers and writes receipts, so that the repository carries no binaries."""

from __future__ import annotations

import hashlib
import io

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

from store.models import Invoice

COVER_SIZE = 160
RINGS = 5


def draw_cover(title: str) -> ContentFile[bytes]:
    """A small PNG of coloured rings that only this title has."""
    digest = hashlib.sha256(title.encode()).digest()
    colours = [tuple(digest[start : start + 3]) for start in range(0, 3 * (RINGS + 1), 3)]
    image = Image.new("RGB", (COVER_SIZE, COVER_SIZE), colours[0])
    draw = ImageDraw.Draw(image)
    for ring, colour in enumerate(colours[1:], start=1):
        inset = ring * COVER_SIZE // (2 * (RINGS + 1))
        draw.ellipse([inset, inset, COVER_SIZE - inset, COVER_SIZE - inset], fill=colour)
    buffer = io.BytesIO()
    image.save(buffer, format="PNG")
    return ContentFile(buffer.getvalue())


def write_receipt(invoice: Invoice) -> ContentFile[bytes]:
    """A text file that lists what was bought; the lines and their tracks are best prefetched."""
    rows = [f"{line.quantity:>3} {line.track.name[:50]:<50} {line.unit_price:>7}" for line in invoice.lines.all()]
    head = [f"Chinook Records: {invoice}", f"{invoice.invoice_date:%Y-%m-%d}  {invoice.customer}", ""]
    text = "\n".join([*head, *rows, "", f"{'Total':<54} {invoice.total:>7}", ""])
    return ContentFile(text.encode())
