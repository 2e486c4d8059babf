"""The bill of materials says what the vendored assets are made of."""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
ASSETS = ROOT / "conjure" / "assets"


def test_the_bill_is_up_to_date() -> None:
    written: Any = runpy.run_path(str(ROOT / "scripts" / "sbom"))["write_sbom"]
    assert (ASSETS / "sbom.cdx.json").read_text("utf-8") == written(), "run: python scripts/sbom"


def test_each_folder_of_assets_is_billed_with_its_packages() -> None:
    bill = json.loads((ASSETS / "sbom.cdx.json").read_text("utf-8"))
    billed = {component["name"]: component["components"] for component in bill["components"]}
    assert set(billed) == {path.name for path in ASSETS.iterdir() if path.is_dir()}
    for folder, packages in billed.items():
        text = (ASSETS / folder / "LICENSES").read_text("utf-8")
        assert packages
        assert all(f"\n{package['name']} {package['version']} (" in text for package in packages)
        assert all(package["licenses"] for package in packages)
