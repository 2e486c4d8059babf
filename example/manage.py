#!/usr/bin/env python
"""Django's command line for the example: ``python example/manage.py runserver``, from any directory."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "demo.settings")
    # conjure is found in the clone around this file where it is not installed.
    sys.path.append(str(Path(__file__).resolve().parent.parent))

    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
