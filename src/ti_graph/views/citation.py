"""A citation, as a reader writes it down: in words, as BibTeX and as CSL-JSON.

BibTeX is that of biblatex: UTF-8, ``date`` and ``urldate`` as ISO 8601 days. CSL-JSON is a list of one item,
as its schema has it (https://docs.citationstyles.org/en/stable/specification.html, appendix IV).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

#: Who makes the dataset, and all in it that is nobody else's words.
PUBLISHER = "ti-graph"
#: What a key of BibTeX may be made of: everything else has a meaning to one of its readers.
_NOT_IN_KEYS = re.compile(r"[^A-Za-z0-9:/_.-]+")
_BREAKS = re.compile(r"[ \t\r\n\f\v]+")
#: Between characters that TeX would join: ``--`` to a dash, ``''`` to a quotation mark.
_LIGATURES = re.compile(r"(?<=([-'`,<>]))(?=\1)|(?<=[!?])(?=`)")
#: How characters that mean something to TeX are written; a brace by name, since BibTeX counts even ``\\{``.
_TEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{each: "\\" + each for each in "%&#_$"},
    }
)
_BABEL = {"fr": "french", "en": "english"}
#: Opening and closing quotation marks.
_QUOTES = {"fr": ("«\u00a0", "\u00a0»"), "en": ("“", "”")}
_WORDS = {
    "fr": {"in": "Dans\u00a0:", "seen": "Vu à", "on": "consulté le"},
    "en": {"in": "In:", "seen": "Seen at", "on": "accessed on"},
}


@dataclass(frozen=True)
class Citation:
    """What is cited, who says it, and where it is found again.

    Arguments:
        id: what it is known by in a bibliography: the path of a thing, or of a query with its parameters.
        kind: ``webpage`` or ``dataset``, a type of CSL and of BibTeX.
        title: a name, or a sentence word for word.
        url: where it is for good: the IRI of a thing.
        version: of the dataset.
        language: of the title; empty for none.
        author: whose words they are; empty where they are the publisher's.
        issued: the day of those words, ``YYYY-MM-DD``; empty where no source tells one.
        container: the dataset that it is part of; empty for the dataset itself.
        note: what else there is to say, in the reader's language.
        seen: its address on this server, where that is not ``url``.
        accessed: the day on which the reader saw it, as the reader says; empty where not said.
    """

    id: str
    kind: str
    title: str
    url: str
    version: str
    language: str = ""
    author: str = ""
    issued: str = ""
    container: str = ""
    note: str = ""
    seen: str = ""
    accessed: str = ""

    @property
    def key(self) -> str:
        """Its key in BibTeX and its id in CSL: the same for the same thing, in every state of the dataset."""
        key = _NOT_IN_KEYS.sub("-", self.id)
        return f"{PUBLISHER}:{key}" if key == self.id else f"{PUBLISHER}:{key}:{digest(self.id)}"

    def parts(self, language: str) -> tuple[str, str, str]:
        """What stands before the title, the title, and what stands after it.

        Arguments:
            language: of the words around the title, ``fr`` or ``en``.
        """
        words, (opening, closing) = _WORDS[language], _QUOTES[language]
        before = (self.author or PUBLISHER) + (f" ({self.issued})" if self.issued else "")
        ends = " " if self.title.endswith((".", "?", "!", "…")) else ". "
        return f"{before}. {opening}", self.title, closing + ends + " ".join(self._after(words))

    def text(self, language: str) -> str:
        """The citation in words.

        Arguments:
            language: of the words around the title, ``fr`` or ``en``.
        """
        return "".join(self.parts(language))

    def bibtex(self) -> str:
        """The citation as an entry of BibTeX."""
        dataset = self.kind == "dataset"
        texts = {
            "author": f"{{{_tex(self.author)}}}" if self.author else "",
            "title": f"{{{_tex(self.title)}}}",
            "date": self.issued,
            "series" if dataset else "howpublished": _tex(self.container),
            "publisher" if dataset else "organization": _tex(PUBLISHER),
            "version": _tex(self.version),
            "note": _tex(self._note()),
            "url": _address(self.url),
            "urldate": self.accessed,
            "langid": _BABEL.get(self.language, ""),
        }
        fields = "".join(f"  {name} = {{{value}}},\n" for name, value in texts.items() if value)
        return f"@{'dataset' if dataset else 'misc'}{{{self.key},\n{fields}}}\n"

    def csl(self) -> str:
        """The citation as CSL-JSON, a list of one item."""
        item = {
            "id": self.key,
            "type": self.kind,
            "title": self.title,
            "author": [{"literal": self.author}] if self.author else None,
            "issued": _day(self.issued),
            "container-title": self.container,
            "publisher": PUBLISHER,
            "version": self.version,
            "URL": self.url,
            "accessed": _day(self.accessed),
            "note": self._note(),
            "language": self.language,
        }
        said = {name: value for name, value in item.items() if value}
        return json.dumps([said], ensure_ascii=False, indent=2) + "\n"

    def _note(self) -> str:
        return ". ".join(part for part in (self.note, self.seen) if part)

    def _after(self, words: dict[str, str]) -> Iterator[str]:
        if self.note:
            yield f"{self.note}."
        if self.container:
            publisher = f"{PUBLISHER}, " if self.author else ""
            yield f"{words['in']} {self.container}, {publisher}version {self.version}."
        else:
            yield f"Version {self.version}."
        yield self.url
        if self.seen:
            yield f"– {words['seen']} {self.seen}"
        if self.accessed:
            yield f"({words['on']} {self.accessed})"


def digest(text: str) -> str:
    """A short name for a text that no other text is likely to have: eight hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _tex(text: str) -> str:
    """A text on one line, as TeX reads it."""
    return _LIGATURES.sub("{}", _BREAKS.sub(" ", text).strip().translate(_TEX))


def _address(url: str) -> str:
    """An address for a verbatim field, which has no escapes of its own but must keep its braces in pairs."""
    return url.replace("{", "%7B").replace("}", "%7D").replace("\\", "%5C")


def _day(day: str) -> dict[str, list[list[int]]] | None:
    return {"date-parts": [[int(part) for part in day.split("-")]]} if day else None
