"""What else a text says in words that leave no doubt: days, officials, speech, figures, documents.

Each pattern is narrow on purpose: what it does not find is left unread, nothing is guessed. Offsets are those
of the text.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ti_graph.assembly.announcement import Span
from ti_graph.reference.words import words

_MONTHS = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
]
_MONTH = "|".join((*_MONTHS, "fevrier", "aout", "decembre"))
_DAY = re.compile(
    rf"(?<![\w/.])(?:(?P<d>\d{{1,2}})(?:er)?\s+(?P<month>{_MONTH})\s+(?P<y>\d{{4}})"
    r"|(?P<d2>\d{1,2})(?P<by>[/.])(?P<m2>\d{1,2})(?P=by)(?P<y2>\d{4})|(?P<iso>\d{4}-\d{2}-\d{2}))(?![\w/]|"
    r"\.\d)",
    re.IGNORECASE,
)
_MODIFIED = re.compile(r"(?:mise? à jour|modifiée?|actualisée?)(?:\s+le)?\s*:?\s*$", re.IGNORECASE)

_CAPITALISED = r"[A-ZÀ-ÖØ-Þ](?:[a-zà-öø-ÿ]+|[A-ZÀ-ÖØ-Þ]+|\.)(?:[-'’][A-ZÀ-ÖØ-Þa-zà-öø-ÿ]+)*"
_NAME = rf"{_CAPITALISED}(?:\s+(?:(?:de|du|des|de\s+la|le|la)\s+|d['’])?{_CAPITALISED}){{1,3}}"
_POST = (
    r"(?:(?:Premier|Première)\s+ministre|(?:sous-)?préf(?:et|ète)|ministres?|secrétaire\s+(?:d['’][ÉEée]tat|"
    r"générale?)|"
    r"(?:vice-)?présidente?|maire|(?:directeur|directrice)|déléguée?|commissaire|(?:sénateur|sénatrice)|"
    r"députée?|"
    r"(?:conseiller|conseillère)|(?:haut-|haute-)?commissaire|cheffe?|responsable|rapporteure?)"
)
_OFFICIAL = re.compile(
    rf"(?P<name>{_NAME})\s*,\s*(?P<post>{_POST}(?!\w)[^,;:.()«»“”\"\n]*?)"
    r"(?=\s*(?:[,;:.()«»“”\"\n]|\s[-–—]\s|$)|\s+(?:a|ont|est|sont|était|avait|s['’]est|se|déclare|souligne|"
    r"rappelle|annonce|"
    rf"indique|précise|affirme|explique|estime|salue|préside|viendra|recevra|a\s+été)\s|\s+(?:et|"
    rf"avec)\s+{_NAME}\s*,)"
)
#: What stands before a name and begins with a capital: all up to a civility, else a preposition.
_BEFORE_NAME = re.compile(
    r".*\b(?:M\.|Mme|Mr|Monsieur|Madame|Mme\.)\s+|(?:Pour|Selon|Avec|Par|Et|Comme|D['’]après|Puis|Enfin)\s+",
    re.DOTALL,
)

_SPOKEN = re.compile(
    r"«\s*(?P<a>[^«»]{20,3000}?)\s*»|“\s*(?P<b>[^“”]{20,3000}?)\s*”|\"\s*(?P<c>[^\"\n]{20,3000}?)\s*\""
)
_SAYING = (
    r"(?:(?:a|ont|avait)\s+)?(?:déclar|soulign|affirm|précis|indiqu|rappel|expliqu|estim|ajout|annonc|"
    r"comment|insist|"
    r"assur|conclu|confi|témoign|observ|not|résum|détaill|salu)(?:e|é|a|ait|le|lé|er)?"
)
_SPEAKER_AFTER = re.compile(rf"\s*,?\s*{_SAYING}\s+(?:(?:M|Mme|Mr)\.?\s+)?(?P<name>{_NAME})")
_SPEAKER_BEFORE = re.compile(
    rf"(?P<name>{_NAME})\s*,\s*{_POST}[^«»“”\"\n.;]*?(?:,\s*|:\s*|,?\s+{_SAYING}\s*:?\s*)(?:que\s+)?$"
)

_NUMBER = r"\d{1,3}(?:[ \u00a0\u202f.]\d{3})+(?:,\d+)?|\d+(?:,\d+)?"
_FIGURE = re.compile(
    rf"(?<![\w,./-])(?P<number>{_NUMBER})[ \u00a0\u202f]?(?P<unit>%|pour\s+cent|€|k€|M€|Md€|Mds€|"
    r"(?:(?:milliers?|millions?|milliards?)[ \u00a0\u202f](?:d['’]))?euros?|"
    r"(?:millions?|milliards?)\s+d['’](?:€|habitants?|emplois?)|"
    r"emplois?(?:\s+industriels?)?|salariés?|habitants?|entreprises?|établissements?|communes?|"
    r"intercommunalités?|"
    r"territoires?|hectares?|ha|km²|km|MW|GWh|tonnes?|projets?|régions?|départements?|contrats?)(?!\w)",
    re.IGNORECASE,
)
#: The formats of files, and their media types (https://www.iana.org/assignments/media-types/).
_FORMATS = {
    "PDF": "application/pdf",
    "CSV": "text/csv",
    "ZIP": "application/zip",
    "DOC": "application/msword",
    "DOCX": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "XLS": "application/vnd.ms-excel",
    "XLSX": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "PPT": "application/vnd.ms-powerpoint",
    "PPTX": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "ODT": "application/vnd.oasis.opendocument.text",
    "ODS": "application/vnd.oasis.opendocument.spreadsheet",
}
_FILE = re.compile(
    rf"[-–(,\s](?P<format>{'|'.join(_FORMATS)})\s*[-–,:]\s*"
    r"(?P<size>\d+(?:[.,]\d+)?\s*(?:[KkMG][ob]|KB|MB|GB|octets))"
    r"(?:\s*[-–,]\s*(?P<date>\d{2}/\d{2}/\d{4}))?",
)
_LINK = re.compile(r"\W*(?:Télécharger|Consulter|Document)(?!\w)\s*:?\s*")
_LONGEST_TITLE = 300


@dataclass(frozen=True)
class Day:
    """A day that a text names; ``modified`` when it is said to be that of the page's last change."""

    words: Span
    day: datetime.date
    modified: bool


@dataclass(frozen=True)
class Official:
    """A person and the post that the text gives them, in its words."""

    name: Span
    post: Span


@dataclass(frozen=True)
class Speech:
    """Quoted words, without their quotation marks, the official whose they are, and the stretch with both."""

    words: Span
    speaker: Official
    said: Span


@dataclass(frozen=True)
class Figure:
    """A number with its unit; ``words`` hold both."""

    words: Span
    number: Decimal
    unit: Span


@dataclass(frozen=True)
class Document:
    """A file that the page offers; ``media_type`` is that of its format."""

    words: Span
    title: Span
    format: Span
    size: Span
    day: Day | None
    media_type: str


@dataclass(frozen=True)
class Facts:
    """What a text says besides its list."""

    days: tuple[Day, ...]
    officials: tuple[Official, ...]
    speeches: tuple[Speech, ...]
    figures: tuple[Figure, ...]
    documents: tuple[Document, ...]


def facts_in(text: str) -> Facts:
    """What a text says for sure."""
    officials = tuple(_officials(text))
    documents = tuple(_documents(text))
    return Facts(
        tuple(_days(text)),
        officials,
        tuple(_speeches(text, officials)),
        tuple(_figures(text, [document.words for document in documents])),
        documents,
    )


def _days(text: str) -> Iterator[Day]:
    for match in _DAY.finditer(text):
        day = _day(match)
        if day:
            is_change = _MODIFIED.search(text, max(0, match.start() - 40), match.start()) is not None
            yield Day(Span.of(text, *match.span()), day, is_change)


def _day(match: re.Match[str]) -> datetime.date | None:
    """The day that words name; None where there is no such day."""
    try:
        if match["iso"]:
            return datetime.date.fromisoformat(match["iso"])
        if match["month"]:
            plain = words(match["month"])[0]
            month = next(n for n, name in enumerate(_MONTHS, 1) if words(name)[0] == plain)
            return datetime.date(int(match["y"]), month, int(match["d"]))
        return datetime.date(int(match["y2"]), int(match["m2"]), int(match["d2"]))
    except ValueError:
        return None


def _officials(text: str) -> Iterator[Official]:
    for match in _OFFICIAL.finditer(text):
        start, end = match.span("name")
        before = _BEFORE_NAME.match(text, start, end)
        name = Span.of(text, before.end() if before else start, end)
        if len(name.text.split()) >= 2:
            post = match["post"].rstrip()
            yield Official(name, Span.of(text, match.start("post"), match.start("post") + len(post)))


def _speeches(text: str, officials: Sequence[Official]) -> Iterator[Speech]:
    """Speech whose speaker the text names beside it, and gives a post."""
    known = {words(official.name.text): official for official in reversed(officials)}
    for match in _SPOKEN.finditer(text):
        inside = next(name for name in ("a", "b", "c") if match[name] is not None)
        line = text.rfind("\n", 0, match.start()) + 1
        named = _SPEAKER_BEFORE.search(text, line, match.start()) or _SPEAKER_AFTER.match(text, match.end())
        speaker = known.get(words(_BEFORE_NAME.sub("", named["name"], count=1))) if named else None
        if named and speaker and " " in match[inside]:
            start, end = min(match.start(), named.start()), max(match.end(), named.end())
            yield Speech(Span.of(text, *match.span(inside)), speaker, Span.of(text, start, end))


def _figures(text: str, besides: Sequence[Span]) -> Iterator[Figure]:
    taken = [(span.start, span.end) for span in besides]
    for match in _FIGURE.finditer(text):
        if any(start <= match.start() < end for start, end in taken):
            continue
        number = Decimal(re.sub(r"[ \u00a0\u202f.]", "", match["number"]).replace(",", "."))
        yield Figure(Span.of(text, *match.span()), number, Span.of(text, *match.span("unit")))


def _documents(text: str) -> Iterator[Document]:
    for match in _FILE.finditer(text):
        line = max(text.rfind("\n", 0, match.start()) + 1, match.start() - _LONGEST_TITLE)
        link = _LINK.match(text, line, match.start())
        title = text[link.end() if link else line : match.start()].rstrip(" \t-–(,")
        start = match.start() - len(text[link.end() if link else line : match.start()])
        name = Span.of(text, start, start + len(title))
        if not any(map(str.isalpha, title)) or title != title.strip():
            continue
        stated = _DAY.search(match["date"]) if match["date"] else None
        day = _day(stated) if stated else None
        yield Document(
            Span.of(text, line, match.end()),
            name,
            Span.of(text, *match.span("format")),
            Span.of(text, *match.span("size")),
            Day(Span.of(text, *match.span("date")), day, False) if day else None,
            _FORMATS[match["format"]],
        )
