"""The reader's language: what ``?lang=`` says, else what the browser asks for, else French."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Flask, Response, request

from ti_graph.errors import RequestError
from ti_graph.formats import CITATIONS, HTML

LANGUAGES = ("fr", "en")
#: What has words in the reader's language.
_SPOKEN = frozenset(form.media_type for form in (HTML, *CITATIONS))


def language() -> str:
    """``fr`` or ``en``."""
    asked = request.args.get("lang", "")
    return asked if asked in LANGUAGES else request.accept_languages.best_match(LANGUAGES, "fr")


def said(french: str, english: str) -> str:
    """The one of two wordings that the reader reads."""
    return french if language() == "fr" else english


def register(app: Flask) -> None:
    """Have pages speak the reader's language: ``t(french, english)`` and ``lang`` in templates.

    A language that was chosen by ``?lang=`` goes along with every link that the application makes.
    """

    @app.before_request
    def refuse_other_languages() -> None:
        asked = request.args.get("lang")
        if asked is not None and asked not in LANGUAGES:
            raise RequestError(f"lang {asked!r}: pages are in French (fr) and English (en)")

    @app.context_processor
    def words() -> dict[str, object]:
        other = "en" if language() == "fr" else "fr"
        pairs = [pair for pair in request.args.items(multi=True) if pair[0] != "lang"]
        return {
            "t": said,
            "lang": language(),
            "other_language": "?" + urlencode([*pairs, ("lang", other)]),
            "canonical": request.base_url + ("?" + urlencode(pairs) if pairs else ""),
        }

    @app.url_defaults
    def keep_language(endpoint: str, values: dict[str, object]) -> None:
        if request and request.args.get("lang") in LANGUAGES and endpoint != "static":
            values.setdefault("lang", request.args["lang"])

    @app.after_request
    def say_the_language(response: Response) -> Response:
        if response.mimetype in _SPOKEN:
            response.headers["Content-Language"] = language()
            response.vary.add("Accept-Language")
        return response
