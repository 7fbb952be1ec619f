"""Noise: what typists, word processors, scanners and sites do to a text, in any composition."""

from __future__ import annotations

import html.entities
import random
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from pages import naming
from pages.marked import CLOSE, MARKS, STOP, in_mentions, in_runs
from pages.perimeters import Member, Perimeter

#: Changes the words of one mention.
Respell = Callable[[str, random.Random], str]
#: Changes a run of text, marks and all.
Retype = Callable[[str, random.Random], str]


@dataclass(frozen=True)
class Noise:
    """A composition: first the mentions, then the text that a reader sees, then the page."""

    name: str
    mentions: Sequence[Respell] = field(default=())
    runs: Sequence[Retype] = field(default=())
    whole: Sequence[Retype] = field(default=())

    def __add__(self, other: Noise) -> Noise:
        return Noise(
            "+".join(filter(None, (self.name, other.name))),
            [*self.mentions, *other.mentions],
            [*self.runs, *other.runs],
            [*self.whole, *other.whole],
        )

    def applied(
        self,
        text: str,
        known: Perimeter,
        members: Sequence[Member],
        homes: Sequence[str],
        is_html: bool,
        choose: random.Random,
    ) -> str:
        """The marked text with this noise; a mention that nobody could tell any more stays as it was."""
        for respell in self.mentions:

            def changed(number: int, words: str, respell: Respell = respell) -> str:
                if members[number].kind == "commune" or "<" in words:
                    return words
                new = respell(words, choose)
                sure = naming.decidable(new, members[number], known.year, homes[number])
                return new if sure else words

            text = in_mentions(text, changed)
        for retype in self.runs:
            text = in_runs(text, is_html, _by(retype, choose))
        for retype in self.whole:
            text = retype(text, choose)
        return text


def _by(retype: Retype, choose: random.Random) -> Callable[[str], str]:
    return lambda run: retype(run, choose)


def _rest(words: str, change: Callable[[str], str]) -> str:
    """The mention with what follows its nature changed."""
    rest = naming.split(words)[1]
    return words[: len(words) - len(rest)] + change(rest)


def typo(words: str, choose: random.Random) -> str:
    """One letter of a long word lost, doubled, replaced or exchanged, in a few mentions."""
    long = [match for match in re.finditer(r"[^\W\d_]{8,}", words)]
    if not long or choose.random() > 0.08:
        return words
    match = choose.choice(long)
    at = choose.randrange(match.start() + 2, match.end() - 2)
    pieces = (words[at + 1] + words[at], "", words[at] * 2, choose.choice("aeinrst"))
    kind = choose.randrange(4)
    return words[:at] + pieces[kind] + words[at + (2 if kind == 0 else 1) :]


def small_words_lost(words: str, choose: random.Random) -> str:
    """« CC Pays Aigle »"""
    if choose.random() > 0.5:
        return words
    lost = re.compile(r"\b(?:du|des|de la|de|la|les)\s+|\b[ld]['’]", re.IGNORECASE)
    return _rest(words, lambda rest: lost.sub("", rest) or rest)


def nature_lost(words: str, choose: random.Random) -> str:
    """« Pays de l'Aigle »"""
    return naming.bare(words, choose) if choose.random() < 0.6 else words


def acronym_added(words: str, choose: random.Random) -> str:
    """« CC du Pays de l'Aigle (CCPA) »"""
    code = naming.nature(words)
    if not code or "(" in words or choose.random() > 0.4:
        return words
    initials = "".join(word[0] for word in naming.key(words)).upper()
    return f"{words} ({code}{initials})"


def hyphens_lost(words: str, choose: random.Random) -> str:
    """« Bar le Duc »"""
    return re.sub(r"(?<=\w)-(?=\w)", " ", words) if choose.random() < 0.6 else words


def hyphens_added(words: str, choose: random.Random) -> str:
    """« Val-de-Garonne »"""
    if choose.random() > 0.4:
        return words
    return _rest(words, lambda rest: re.sub(r"(?<=[a-zé]) (de|sur|en|et) (?=[A-Z])", r"-\1-", rest))


def upper(words: str, choose: random.Random) -> str:
    """In capitals."""
    return words.upper()


def plain_letters(words: str, choose: random.Random) -> str:
    """Without accents and ligatures."""
    words = words.replace("œ", "oe").replace("Œ", "OE")
    parts = unicodedata.normalize("NFD", words)
    return unicodedata.normalize("NFC", "".join(c for c in parts if not unicodedata.combining(c)))


def decomposed(text: str, choose: random.Random) -> str:
    """Accents as characters of their own, as some systems save them."""
    return unicodedata.normalize("NFD", text)


def ligatures(text: str, choose: random.Random) -> str:
    """œ and oe exchanged, as scanners and keyboards do."""
    text = re.sub("oe(?=u|r)", "œ", text) if "œ" not in text else text.replace("œ", "oe")
    return re.sub("Coe(?=ur)", "Cœ", text)


def typewriter(text: str, choose: random.Random) -> str:
    """Straight apostrophes and hyphens for dashes within words."""
    return text.replace("’", "'").replace("‑", "-")


def typeset(text: str, choose: random.Random) -> str:
    """Curly apostrophes, no-break spaces before signs and within quotation marks."""
    text = text.replace("'", "’")
    text = re.sub(" (?=[:»])", "\u00a0", text)
    return re.sub(" (?=[;!?])", "\u202f", re.sub("« ", "«\u00a0", text))


def strange_spaces(text: str, choose: random.Random) -> str:
    """Some spaces doubled, some no-break, narrow or thin."""

    def space(match: re.Match[str]) -> str:
        return choose.choice(("  ", "\u00a0", "\u202f", "\u2009")) if choose.random() < 0.12 else " "

    return re.sub(r"(?<=\S) (?=\S)", space, text)


def no_space_before_colons(text: str, choose: random.Random) -> str:
    """« Name: member »"""
    return re.sub(f"(?<=[\\w»”\"'{CLOSE}]) (?=[:;](?: |$))", "", text, flags=re.MULTILINE)


def full_stops(text: str, choose: random.Random) -> str:
    """Each list of members ends in a full stop or a semicolon."""
    return re.sub(rf"{STOP}(?=\s*$|<)", choose.choice((".", " ;", ";", ".")), text, flags=re.MULTILINE)


def et_cetera(text: str, choose: random.Random) -> str:
    """Some lists of members end in « etc. »"""
    return re.sub(
        rf"{STOP}(?=\s*$|<)", lambda _: ", etc." if choose.random() < 0.3 else "", text, flags=re.MULTILINE
    )


def footnotes(text: str, choose: random.Random) -> str:
    """A mark after some members, which is no part of the mention."""
    mark = choose.choice(("*", " *", " (1)", "(1)", "¹"))
    spans = re.compile(rf"(\ue001[^{CLOSE}]*{CLOSE})")
    return spans.sub(lambda match: match[1] + (mark if choose.random() < 0.15 else ""), text)


def entities(text: str, choose: random.Random) -> str:
    """Letters of a page as named references."""
    share = choose.choice((1.0, 0.4))

    def named(match: re.Match[str]) -> str:
        name = html.entities.codepoint2name.get(ord(match[0]))
        return f"&{name};" if name and choose.random() < share else match[0]

    return re.sub("[^\x00-\x7f\ue000-\ue003\U000f0000-\U000fffff]", named, text)


def capitals(text: str, choose: random.Random) -> str:
    """All in capitals."""
    return text.upper()


def wrapped(width: int, indent: int) -> Retype:
    """Lines broken at a width; those that go on are indented by so much more than their line."""

    def wrap(text: str, choose: random.Random) -> str:
        return "\n".join(_broken(line, width, indent) for line in text.split("\n"))

    return wrap


def _broken(line: str, width: int, indent: int) -> str:
    start = len(line) - len(line.lstrip())
    lines, current = [], " " * start
    for word in line[start:].split(" "):
        longer = f"{current} {word}" if current.strip() else current + word
        if current.strip() and len(MARKS.sub("", longer)) > width:
            lines.append(current)
            longer = " " * (start + indent if indent else 0) + word
        current = longer
    return "\n".join([*lines, current])
