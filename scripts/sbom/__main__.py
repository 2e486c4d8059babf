"""Write ``conjure/assets/sbom.cdx.json``, the bill of materials of all vendored assets: ``python scripts/sbom``.

It follows CycloneDX 1.6, and lists what the ``LICENSES`` of each folder of assets names: a package, its version and its
licence a line.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

ASSETS = Path(__file__).resolve().parent.parent.parent / "conjure" / "assets"
TARGET = ASSETS / "sbom.cdx.json"
_PACKAGE = re.compile(r"^(@?[\w./-]+) (\d[\w.+-]*) \(([^()]+|\(.+\))\)$", re.MULTILINE)


def write_sbom() -> str:
    """The document, as it stands in the file."""
    folders = sorted(path.parent for path in ASSETS.glob("*/LICENSES"))
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "library", "name": "django-graphql-conjure", "bom-ref": "conjure"}},
        "components": [_describe_folder(folder) for folder in folders],
    }
    return json.dumps(document, indent=1) + "\n"


def _describe_folder(folder: Path) -> dict[str, Any]:
    text = (folder / "LICENSES").read_text("utf-8")
    packages = sorted(set(_PACKAGE.findall(text)))
    return {
        "type": "application",
        "name": folder.name,
        "bom-ref": folder.name,
        "components": [_describe_package(folder.name, *package) for package in packages],
    }


def _describe_package(folder: str, name: str, version: str, licence: str) -> dict[str, Any]:
    purl = f"pkg:npm/{quote(name, safe='/')}@{version}"
    is_expression = " " in licence
    stated = {"expression": licence} if is_expression else {"license": {"id": licence}}
    described = {"type": "library", "bom-ref": f"{folder}:{purl}", "name": name, "version": version, "purl": purl}
    return {**described, "licenses": [stated]}


if __name__ == "__main__":
    TARGET.write_text(write_sbom(), "utf-8")
    print(TARGET)
