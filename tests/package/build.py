"""Build the wheel and the sdist, and look at what is in them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

_NOT_SHIPPED = ("tests/", "example/", "docs/", "scripts/", ".ci/", ".github/")
_NEEDED = ("conjure/py.typed", "conjure/urls.py", "conjure/migrations/0001_initial.py")
_BESIDE_THE_PACKAGE = {"CHANGELOG.md", "LICENSE", "PKG-INFO", "README.md", "pyproject.toml", ".gitignore"}
_CODE = {".py", ".typed"}
_DATA = ("conjure/assets/", "conjure/locale/", "conjure/templates/")


class PackageError(Exception):
    """Something is in the package that does not belong there, or missing from it."""


def build(root: Path, folder: Path) -> tuple[Path, Path]:
    """Build both into a folder, check their metadata, and give the paths of the wheel and the sdist."""
    run = [sys.executable, "-m"]
    subprocess.run([*run, "build", "--outdir", str(folder), str(root)], check=True, stdout=subprocess.DEVNULL)
    [wheel], [sdist] = folder.glob("*.whl"), folder.glob("*.tar.gz")
    subprocess.run([*run, "twine", "check", "--strict", str(wheel), str(sdist)], check=True)
    return wheel, sdist


def check_wheel(wheel: Path, root: Path) -> None:
    """Raise PackageError unless the wheel has the package's files, those alone, and a bill of all vendored assets."""
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        boms = [json.loads(archive.read(name)) for name in names if ".dist-info/sboms/" in name]
    own = {name for name in names if ".dist-info/" not in name}
    strange = sorted(name for name in own if not _belongs(name))
    if strange:
        raise PackageError(f"These do not belong into the wheel: {strange}")
    tracked = subprocess.run(
        ["git", "-C", str(root), "ls-files", "conjure"], check=True, capture_output=True, text=True
    ).stdout.split()
    missing = sorted({*tracked, *_NEEDED} - own)
    if missing:
        raise PackageError(f"These are missing from the wheel: {missing}")
    billed = {component["name"] for bom in boms for component in bom["components"]}
    shipped = {name.split("/")[2] for name in own if re.match("conjure/assets/[^/]+/", name)}
    if shipped - billed:
        raise PackageError(f"These assets are in no bill of materials: {sorted(shipped - billed)}")


def check_sdist(sdist: Path) -> None:
    """Raise PackageError for files in the sdist beside the package and what describes it."""
    with tarfile.open(sdist) as archive:
        names = [name.partition("/")[2] for name in archive.getnames()]
    strange = sorted(name for name in names if name and not _belongs(name) and name not in _BESIDE_THE_PACKAGE)
    if strange:
        raise PackageError(f"These do not belong into the sdist: {strange}")


def _belongs(name: str) -> bool:
    if not name.startswith("conjure/") or "__pycache__" in name or name.startswith(_NOT_SHIPPED):
        return False
    return Path(name).suffix in _CODE or name.startswith(_DATA)
