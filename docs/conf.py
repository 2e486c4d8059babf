"""How Sphinx builds this documentation: strictly, offline, with no asset from elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

project = "conjure"
author = "conjure contributors"
copyright = "conjure contributors"
_source = (Path(__file__).parent.parent / "conjure" / "__init__.py").read_text()
release = re.search(r'__version__ = "(.+)"', _source)[1]  # type: ignore[index]
version = release

extensions = ["myst_parser"]
myst_enable_extensions = ["colon_fence", "deflist", "fieldlist"]
myst_heading_anchors = 3

exclude_patterns = ["_build"]
html_theme = "furo"
html_title = f"conjure {release}"
html_static_path: list[str] = []
html_copy_source = False
html_show_sphinx = False
