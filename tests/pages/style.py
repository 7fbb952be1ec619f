"""What makes a style of page: its layout, how names are written, its frame, and what it does to lines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pages import naming
from pages.frames import Frame
from pages.sheet import Naming, Sheet

Layout = Callable[[Sheet], str]
_HTML = {"pages.hyper", "pages.grids", "pages.blocks", "pages.matrices"}


@dataclass(frozen=True)
class Style:
    """A way to publish a list.

    Arguments:
        layout: renders the list.
        how: how members are named.
        places: what stands in brackets after a member (``sheet.PLACES``).
        scope: one page per région, the same under headings by departement, or one page for the country.
        wraps: how lines may be wrapped without becoming ambiguous: free, indented, never.
        introduced: whether a sentence that ends in a colon stands right before the list.
        relabel: how the territories' names are set.
        frame: the page around the list; none: one of the usual ones.
        finish: sets the lines of the page, after noise and with the marks still in it.
        interleaved: whether the lines of a name may have other columns between them.
    """

    layout: Layout
    how: Naming = naming.mixed
    places: str = "none"
    scope: str = "region"
    wraps: str = "free"
    introduced: bool = True
    relabel: Callable[[str], str] = str
    frame: Frame | None = None
    finish: Callable[[str], str] = str
    interleaved: bool = False

    @property
    def is_html(self) -> bool:
        """Whether its pages are HTML."""
        return self.layout.__module__ in _HTML
