"""Build the package and use it as people do: ``python -m tests.package [--picture FILE]``.

The wheel and the sdist are built and looked at; both are installed into empty environments; a project that imports
conjure is checked by mypy and pyright; and the tutorial is followed word for word with the wheel, the browser included.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.package.build import build, check_sdist, check_wheel
from tests.package.follow import follow, opened_shell
from tests.package.look import look_at_the_start_page
from tests.package.pages import read_steps

ROOT = Path(__file__).resolve().parent.parent.parent
CONSUMER = Path(__file__).parent / "consumer"


def main() -> None:
    """Do all of it, and say how long the tutorial took."""
    parser = argparse.ArgumentParser(prog="make package", description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--picture", type=Path, help="write the picture of the start page that the tutorial shows")
    picture = parser.parse_args().picture
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        wheel, sdist = build(ROOT, folder / "dist")
        check_wheel(wheel, ROOT)
        check_sdist(sdist)
        print(f"{wheel.name} has {wheel.stat().st_size / 1e6:.1f} MB", flush=True)
        import_from(sdist, folder / "from-sdist")
        check_types(wheel, folder / "typed")
        number, seconds = follow_the_tutorial(wheel, folder / "library", picture)
    print(f"The tutorial: {number} steps in {seconds:.0f} s")


def import_from(archive: Path, home: Path) -> None:
    """Install an archive into an empty environment, where it can be imported and brings nothing that only tests use."""
    python = make_environment(home, str(archive))
    probe = "import conjure, importlib.util as u; assert not u.find_spec('pytest') and not u.find_spec('mypy')"
    subprocess.run([python, "-c", probe], check=True, cwd=home)


def check_types(wheel: Path, home: Path) -> None:
    """Check a project that imports conjure with mypy and pyright, which must see its mistakes and no others."""
    python = make_environment(home, str(wheel), "mypy", "pyright", "django-stubs")
    project = shutil.copytree(CONSUMER, home / "project")
    environment = {**os.environ, "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"}
    subprocess.run([python, "-m", "mypy"], check=True, cwd=project)
    subprocess.run([python, "-m", "pyright", "--pythonpath", python], check=True, cwd=project, env=environment)


def follow_the_tutorial(wheel: Path, folder: Path, picture: Path | None) -> tuple[int, float]:
    """Follow it in an empty folder; give the number of its steps, and the seconds that they took."""
    folder.mkdir()
    begin = time.monotonic()
    # pip finds the wheel that was just built; everything else comes from where pip always looks.
    python = str(Path(sys.executable).resolve().parent)
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "DJANGO_"))}
    bare |= {"PIP_FIND_LINKS": str(wheel.parent), "PATH": os.pathsep.join([python, bare["PATH"]])}
    with opened_shell(folder, bare) as shell:
        number = follow(read_steps(ROOT / "docs" / "tutorial.md"), folder, shell)
        look_at_the_start_page(folder.parent, picture)
    return number, time.monotonic() - begin


def make_environment(home: Path, *requirements: str) -> str:
    """An environment with these requirements alone; the path of its Python."""
    subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
    python = str(home / "bin" / "python")
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, *requirements, "--constraint", str(ROOT / "constraints.txt")], check=True)
    return python


if __name__ == "__main__":
    main()
