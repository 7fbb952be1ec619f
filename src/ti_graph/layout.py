"""Where the project's files are, in a checkout and in an installed wheel; nothing else asks."""

from __future__ import annotations

from pathlib import Path

from platformdirs import user_cache_path

_PACKAGE = Path(__file__).parent
_CHECKOUT = _PACKAGE.parents[1]

IN_CHECKOUT = (_CHECKOUT / "pyproject.toml").is_file() and (_CHECKOUT / "ontology").is_dir()
FILES = _CHECKOUT if IN_CHECKOUT else _PACKAGE / "_files"
BUILD = _CHECKOUT / "build" if IN_CHECKOUT else user_cache_path("ti-graph", appauthor=False)

#: The dataset as the build of a wheel has made it; None in a checkout, which makes its own.
CARRIED = None if IN_CHECKOUT else FILES / "carried"

DATA = FILES / "data"
ANNOUNCEMENT = DATA / "announcement"
TABLES = DATA / "tables"
ONTOLOGY = FILES / "ontology"
SHAPES = ONTOLOGY / "shapes.ttl"
QUERIES = FILES / "queries"
CHECKS = QUERIES / "checks"
CODE = _PACKAGE


def shown(path: Path) -> str:
    """The path as messages show it: relative to the project's files where it is inside them."""
    return str(path.relative_to(FILES)) if path.is_relative_to(FILES) else str(path)
