"""Walk large projects of others: ``python -m tests.thirdparty [project ...] [-- pytest's options]``.

Each gets an environment of its own under ``.venv-thirdparty``, with the project's newest release from the registry.
"""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDER = Path(os.environ.get("CONJURE_THIRDPARTY", ROOT / ".venv-thirdparty"))
# The package to install, by the name of the settings module.
PROJECTS = {"wagtail": "wagtail", "oscar": "django-oscar[sorl-thumbnail]", "pretix": "pretix"}
TOOLS = ["pytest>=8.4", "pytest-django>=4.11", "pytest-xdist>=3.6"]


def main(arguments: list[str]) -> int:
    """Walk the projects that are named, or all, and give the exit status."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    chosen, options = arguments[:end] or list(PROJECTS), arguments[end + 1 :] or ["-q", "-n", "2"]
    outcome = {project: walk(project, options) for project in chosen}
    print()
    for project, status in outcome.items():
        print(f"{project:<10} {'passed' if status == 0 else f'FAILED: status {status}'}")
    return int(any(outcome.values()))


def walk(project: str, options: list[str]) -> int:
    """Install a project where it is not installed yet, walk it, and give pytest's exit status."""
    print(f"\n=== {project}", flush=True)
    python = FOLDER / project / "bin" / "python"
    if not python.exists():
        venv.create(FOLDER / project, with_pip=True)
        install = [str(python), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
        subprocess.run([*install, str(ROOT), PROJECTS[project], *TOOLS], check=True)
    command = [str(python), "-m", "pytest", "-c", str(ROOT / "tests/thirdparty/pytest.ini"), "-p", "conjure.testing"]
    command += ["-p", "tests.thirdparty.scopes", f"--ds=tests.thirdparty.{project}_settings", "--show-capture=no"]
    command += ["--pyargs", "conjure.testing.test_project", *options]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
