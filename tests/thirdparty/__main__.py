"""Walk large projects of others: ``python -m tests.thirdparty [project ...] [-- pytest's options]``.

Each gets an environment of its own under ``.venv-thirdparty``, with the releases that ``requirements`` names.
``CONJURE_TEST_DB=postgresql`` walks them there, as with conjure's own tests.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDER = Path(os.environ.get("CONJURE_THIRDPARTY", ROOT / ".venv-thirdparty"))
REQUIREMENTS = Path(__file__).parent / "requirements"
PROJECTS = sorted(path.stem for path in REQUIREMENTS.glob("*.txt"))
TOOLS = ["pytest>=8.4", "pytest-django>=4.11", "pytest-xdist>=3.6", "psycopg[binary]>=3.2.2"]


def main(arguments: list[str]) -> int:
    """Walk the projects that are named, or all, and give the exit status."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    chosen, options = arguments[:end] or PROJECTS, arguments[end + 1 :] or ["-q", "-n", "2"]
    outcome = {project: walk(project, options) for project in chosen}
    print()
    for project, (status, seconds) in outcome.items():
        result = "passed" if status == 0 else f"FAILED: status {status}"
        print(f"{project:<10} {result} after {seconds:.0f} seconds")
    return int(any(status for status, _ in outcome.values()))


def walk(project: str, options: list[str]) -> tuple[int, float]:
    """Install a project where it is not installed yet, walk it, and give pytest's exit status and its time."""
    print(f"\n=== {project}", flush=True)
    python = install(project)
    command = [str(python), "-m", "pytest", "-c", str(ROOT / "tests/thirdparty/pytest.ini"), "-p", "conjure.testing"]
    command += ["-p", "tests.thirdparty.scopes", f"--ds=tests.thirdparty.{project}_settings", "--show-capture=no"]
    if (ROOT / f"tests/thirdparty/{project}/rows.py").exists():
        command += ["-p", f"tests.thirdparty.{project}.rows"]
    command += ["--pyargs", "conjure.testing.test_project", *options]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    start = time.monotonic()
    status = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
    return status, time.monotonic() - start


def install(project: str) -> Path:
    """Install what the project's requirements name, unless that was done before, and give the Python that has it."""
    folder, requirements = FOLDER / project, REQUIREMENTS / f"{project}.txt"
    python, made = folder / "bin" / "python", folder / "requirements.txt"
    if not made.exists() or made.read_text() != requirements.read_text():
        venv.create(folder, with_pip=True)
        command = [str(python), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
        subprocess.run([*command, "-r", str(requirements)], check=True)
        # Apart, so that pip warns where a project asks for another graphql-core than conjure, and goes on.
        subprocess.run([*command, str(ROOT), *TOOLS], check=True)
        made.write_text(requirements.read_text())
    return python


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
