"""Sphinx: how the documentation is built (`make docs`); `catalog.py` writes pages from the code."""

import sys
from importlib.metadata import version as version_of
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

project = "pbwm"
author = "The pbwm maintainers"
copyright = "The pbwm maintainers"
version = release = version_of("pbwm")

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx.ext.viewcode",
    "catalog",
    "lectures",
    "lessons",
    "mathematics",
]
source_suffix = {".md": "markdown"}
root_doc = "index"
exclude_patterns = ["_build", "static"]
# Both models have a `Circuit`: types in docstrings name it without its module.
suppress_warnings = ["myst.header", "ref.python"]

myst_enable_extensions = ["deflist", "dollarmath"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
napoleon_google_docstring = False
napoleon_use_ivar = True
napoleon_use_rtype = False
napoleon_preprocess_types = False

html_theme = "furo"
html_title = "pbwm"
html_show_sphinx = False
html_static_path = ["static"]
html_css_files = ["site.css"]
html_math_renderer = "mathml"
default_role = "literal"
