"""The compositions of noise that pages are given: each kind on its own, and several together."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping

from pages import noise
from pages.noise import Noise

#: Kinds that suit every page.
NOISES: Mapping[str, Noise] = {
    "upper-mentions": Noise("upper-mentions", mentions=[noise.upper]),
    "upper-plain-mentions": Noise("upper-plain-mentions", mentions=[noise.plain_letters, noise.upper]),
    "capitals": Noise("capitals", runs=[noise.capitals]),
    "plain-letters": Noise("plain-letters", runs=[noise.plain_letters]),
    "plain-mentions": Noise("plain-mentions", mentions=[noise.plain_letters]),
    "decomposed": Noise("decomposed", runs=[noise.decomposed]),
    "typewriter": Noise("typewriter", runs=[noise.typewriter, noise.no_space_before_colons]),
    "typeset": Noise("typeset", runs=[noise.typeset]),
    "strange-spaces": Noise("strange-spaces", runs=[noise.strange_spaces]),
    "ligatures": Noise("ligatures", runs=[noise.ligatures]),
    "hyphens-lost": Noise("hyphens-lost", mentions=[noise.hyphens_lost]),
    "hyphens-added": Noise("hyphens-added", mentions=[noise.hyphens_added]),
    "typos": Noise("typos", mentions=[noise.typo]),
    "small-words-lost": Noise("small-words-lost", mentions=[noise.small_words_lost]),
    "nature-lost": Noise("nature-lost", mentions=[noise.nature_lost]),
    "acronyms": Noise("acronyms", mentions=[noise.acronym_added]),
    "full-stops": Noise("full-stops", whole=[noise.full_stops]),
    "et-cetera": Noise("et-cetera", whole=[noise.et_cetera]),
    "footnotes": Noise("footnotes", whole=[noise.footnotes]),
}
#: Where the names of territories and members are told apart by these.
_NEEDS_NATURES = {"nature-lost"}
_MARKUP = {"entities": Noise("entities", whole=[noise.entities])}


def one(name: str) -> Callable[[random.Random, bool, str], Noise]:
    """Always the noise of that name."""
    return lambda choose, is_html, wraps: NOISES[name]


def wrapping(choose: random.Random, wraps: str) -> Noise:
    """Lines wrapped at some width, indented or not as the style allows."""
    width, indent = choose.randint(60, 80), choose.choice((2, 4) if wraps == "indented" else (0, 0, 2, 4))
    return Noise("wrapped", whole=[noise.wrapped(width, indent)])


def any_of(choose: random.Random, is_html: bool, wraps: str) -> Noise:
    """One to four kinds together, as this page allows."""
    names = [name for name in NOISES if wraps != "indented" or name not in _NEEDS_NATURES]
    chosen = Noise("")
    for name in choose.sample(names, choose.randint(1, 3)):
        chosen += NOISES[name]
    if is_html and choose.random() < 0.3:
        chosen += _MARKUP["entities"]
    if not is_html and wraps != "never" and choose.random() < 0.4:
        chosen += wrapping(choose, wraps)
    return chosen
