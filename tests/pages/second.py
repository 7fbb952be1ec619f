"""The second set of styles: documents, files, dense articles, and pages built with other means."""

from __future__ import annotations

from collections.abc import Mapping

from pages import blocks, copied, exports, matrices, minutes, more_frames, naming, typed
from pages.finishing import boxes, columns, hyphenated, quoted
from pages.style import Style

SECOND: Mapping[str, Style] = {
    "minutes-considering": Style(
        minutes.considering, naming.listed, introduced=False, frame=more_frames.minutes
    ),
    "minutes-articles": Style(minutes.articles, naming.spelled, introduced=False, frame=more_frames.minutes),
    "minutes-decree": Style(minutes.decree, naming.spelled, wraps="indented", frame=more_frames.minutes),
    "prose-members-first": Style(
        minutes.members_first, naming.lowered, scope="departement", introduced=False
    ),
    "prose-in-one-breath": Style(minutes.in_one_breath, naming.lowered, introduced=False),
    "prose-names-then-each": Style(minutes.names_then_each, naming.listed, introduced=False),
    "questions": Style(minutes.questions, introduced=False, wraps="indented"),
    "pdf-two-columns": Style(
        copied.two_columns,
        naming.listed,
        wraps="never",
        frame=more_frames.document,
        finish=columns((0, 58), (True, False), 9),
    ),
    "pdf-three-columns": Style(
        copied.three_columns,
        naming.short,
        wraps="never",
        frame=more_frames.document,
        finish=columns((24, 44, 18), (False, True, False)),
        interleaved=True,
    ),
    "pdf-member-lines": Style(
        copied.member_lines,
        wraps="never",
        frame=more_frames.document,
        finish=columns((0, 0, 0), (True, True, True), 30),
    ),
    "pdf-hyphenated": Style(
        copied.told, naming.spelled, wraps="never", frame=more_frames.document, finish=hyphenated
    ),
    "box": Style(copied.boxed, wraps="never", finish=boxes((3, 26, 48)), interleaved=True, introduced=True),
    "keyed-members": Style(copied.keyed_members, places="outside", wraps="indented"),
    "records": Style(copied.records, wraps="indented"),
    "perimeters": Style(copied.perimeters, naming.short, wraps="indented"),
    "fiches": Style(copied.fiches, wraps="never", frame=more_frames.document),
    "dotted": Style(typed.dotted, naming.listed, wraps="never", frame=more_frames.note),
    "ruled": Style(typed.ruled, naming.listed, wraps="never", frame=more_frames.note),
    "roman": Style(typed.roman, wraps="indented"),
    "markdown-headings": Style(typed.hashes, wraps="never", frame=more_frames.readme),
    "markdown-bold": Style(typed.stars, frame=more_frames.readme),
    "wiki-table": Style(typed.wiki, naming.listed, wraps="never"),
    "wiki-headings": Style(typed.wiki_headings, naming.spelled, wraps="never"),
    "counted-communes": Style(typed.counted_communes, wraps="indented"),
    "populations": Style(typed.populated, naming.short, wraps="never"),
    "departement-after": Style(typed.departement_after, naming.listed, wraps="never"),
    "leaders": Style(typed.leaders, naming.short),
    "regions-after": Style(typed.regions_after, naming.listed, scope="country", wraps="indented"),
    "arrows": Style(typed.arrows, wraps="never"),
    "legend": Style(typed.legend, wraps="never"),
    "member-lines": Style(typed.member_lines, naming.listed, wraps="never"),
    "csv-semicolons": Style(exports.semicolons, naming.listed, wraps="never", frame=more_frames.bare),
    "csv-quoted": Style(exports.quoted, naming.short, scope="country", wraps="never", frame=more_frames.bare),
    "csv-national": Style(exports.by_region, scope="country", wraps="never", frame=more_frames.bare),
    "tsv-figures": Style(exports.tabs, naming.listed, wraps="never", frame=more_frames.bare),
    "mail": Style(exports.mailed, wraps="never", frame=more_frames.mail, finish=quoted),
    "html-divisions": Style(blocks.divisions),
    "html-tiles": Style(blocks.tiles, naming.listed),
    "html-tabs": Style(blocks.tabs, naming.spelled),
    "html-figures": Style(blocks.figures, naming.short),
    "html-indented": Style(blocks.indented),
    "html-one-paragraph": Style(blocks.one_paragraph, naming.listed),
    "html-blockquotes": Style(blocks.blockquotes, places="outside"),
    "html-keyed": Style(blocks.keyed),
    "html-annotated": Style(blocks.annotated, naming.listed),
    "html-led-items": Style(blocks.led_items, naming.short),
    "html-two-languages": Style(blocks.two_languages, naming.spelled),
    "table-many-columns": Style(matrices.many_columns, scope="country"),
    "table-turned": Style(matrices.turned),
    "table-by-nature": Style(matrices.by_nature, naming.listed),
    "table-member-rows": Style(matrices.member_rows),
    "table-with-figures": Style(matrices.with_figures, naming.spelled),
}
