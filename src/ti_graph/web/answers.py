"""Turn a query into a response: what the caller sent, the format it wants, the headers it gets."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Collection, Mapping
from urllib.parse import urlencode

from flask import Response, g, render_template, request
from werkzeug.wsgi import wrap_file

from ti_graph.errors import NotAcceptableError
from ti_graph.formats import GRAPHS, HTML, RESULTS, Format, by_name, negotiate, wanted
from ti_graph.serving.answering import Answer
from ti_graph.serving.asked import (
    OPEN_TO_ALL,
    Asked,
    Graphs,
    Pairs,
    Tag,
    entity_tag,
    headers_of,
    parameters,
    single,
)
from ti_graph.serving.current import ROWS, StateRows, content
from ti_graph.serving.endpoint import Endpoint
from ti_graph.serving.express import WORTH_PACKING, pack
from ti_graph.sparql.wording import Wording
from ti_graph.views.pictures import bars_of, map_of
from ti_graph.views.terms import names_of
from ti_graph.web.language import language
from ti_graph.web.tables import table_of, unnamed

CSV, TURTLE = by_name("csv", RESULTS), GRAPHS[0]
#: The largest result that a page shows, in bytes of JSON; larger ones are there in the other formats.
_LARGEST_PAGE = 4_000_000


def client_waits() -> Callable[[], bool]:
    """A test of whether the client of this request is still connected (under waitress; else always)."""
    has_left: Callable[[], bool] = request.environ.get("waitress.client_disconnected", lambda: False)
    return lambda: not has_left()


def prefers_html(offered: Collection[Format]) -> bool:
    """Whether the Accept header puts HTML before everything else that is offered."""
    try:
        return negotiate(request.headers.get("Accept"), (*offered, HTML)) is HTML
    except NotAcceptableError:
        return False


def respond(
    endpoint: Endpoint,
    text: str,
    pairs: Pairs,
    page: str,
    context: Mapping[str, object],
    dataset: Graphs = ((), ()),
    wording: Wording | None = None,
) -> Response:
    """Answer a query.

    Arguments:
        endpoint: the dataset.
        text: the query.
        pairs: the request's parameters; ``format``, ``timeout`` and ``inference`` count here.
        page: the template of the HTML answer.
        context: what the template needs besides the result.
        dataset: default and named graphs that the request names.
        wording: how the page says columns and values.
    """
    g.asked = text
    looked_at = endpoint.scan(text)
    name, accept = single(pairs, "format"), request.headers.get("Accept", "")
    as_page = name == HTML.name or (name is None and prefers_html((*RESULTS, *GRAPHS)))
    formats = (ROWS, TURTLE) if as_page else wanted(accept, name)
    asked = Asked.of(text, pairs, dataset, formats, request.base_url, takes_gzip())
    snapshot = endpoint.repository.current()
    tag = asked.tag(snapshot, *((language(), request.url) if as_page else ()))
    if looked_at.repeatable and request.method != "POST" and is_known(tag):
        return headed(Response(status=304), tag)
    query = asked.query(accept, _LARGEST_PAGE if as_page else endpoint.max_result)
    answer = endpoint.answer(query, snapshot, asked.timeout, client_waits())
    if as_page:
        state = StateRows(endpoint, snapshot)
        shown = _shown(state, answer, wording)
        body = render_template(page, state=state, **shown, **context).encode()
        response = Response(body, content_type=HTML.content_type)
    else:
        response = _sent(answer)
    return compress(headed(response, tag if looked_at.repeatable else None))


class Page:
    """Sends what is made of the current state of a dataset: made only if the client does not have it yet.

    Arguments:
        endpoint: the dataset.
        decided: what decides about every page besides the dataset, the request and the language.
    """

    def __init__(self, endpoint: Endpoint, *decided: object):
        self._endpoint, self._decided = endpoint, repr(decided)

    def __call__(self, form: Format, make: Callable[[StateRows], str | bytes]) -> Response:
        """The response to this request.

        Arguments:
            form: what it is written in.
            make: makes it, of what it asks the dataset, the request's address and the language.
        """
        current = self._endpoint.repository.current()
        where = request.url_root, request.full_path
        tag = entity_tag(current, *where, form.name, language(), takes_gzip(), self._decided)
        if is_known(tag):
            response = Response(status=304)
        else:
            response = Response(make(StateRows(self._endpoint, current)), content_type=form.content_type)
        headed(response, tag).vary.add("Accept-Language")
        return compress(response)


def _sent(answer: Answer) -> Response:
    """An answer as it is; a large one is sent from its file, which is gone when it has been sent."""
    kind = answer.format.content_type
    if answer.file is None:
        return Response(answer.body, content_type=kind)
    file = answer.file.open("rb")
    answer.file.unlink()
    response = Response(wrap_file(request.environ, file), content_type=kind, direct_passthrough=True)
    response.content_length = os.fstat(file.fileno()).st_size
    return response


def takes_gzip() -> bool:
    """Whether the client reads gzip."""
    return request.accept_encodings.quality("gzip") > 0


def compress(response: Response) -> Response:
    """Send a response with gzip where the client takes it and it is worth it."""
    response.vary.add("Accept-Encoding")
    if not response.direct_passthrough and takes_gzip() and len(response.get_data()) > WORTH_PACKING:
        response.set_data(pack(response.get_data()))
        response.headers["Content-Encoding"] = "gzip"
    return response


def open_to_all(response: Response) -> Response:
    """Let pages of other sites read this, without credentials (CORS)."""
    response.headers.update(OPEN_TO_ALL)
    return response


def headed(response: Response, tag: Tag | None) -> Response:
    """Give a new response the headers of an answer."""
    response.headers.update(headers_of(tag))
    return response


def is_known(tag: Tag | None) -> bool:
    """Whether the client has that already."""
    return tag is not None and request.if_none_match.contains_weak(tag.value)


def _shown(state: StateRows, answer: Answer, wording: Wording | None) -> dict[str, object]:
    """What a page shows of an answer in JSON or Turtle."""
    text = content(answer).decode()
    offered = GRAPHS if answer.format.rdf else RESULTS
    shown: dict[str, object] = {
        "table": None,
        "drawing": None,
        "bars": None,
        "plain": text,
        "formats": [(f, in_format(f)) for f in offered],
    }
    if answer.format.results:
        result = json.loads(text)
        shown["plain"] = str(result.get("boolean", "")).lower()
        if "results" in result:
            variables, found = result["head"]["vars"], result["results"]["bindings"]
            names = names_of(state, unnamed(variables, found), language())
            texts = {iri: name.text for iri, name in names.items()}
            shown["table"] = table_of(variables, found, wording, names)
            shown["drawing"], shown["bars"] = map_of(found, texts), bars_of(variables, found, texts)
    return shown


def in_format(form: Format) -> str:
    """The address of this same answer in another format."""
    sent = request.form.items(multi=True) if request.method == "POST" else request.args.items(multi=True)
    pairs = [(key, value) for key, value in sent if key != "format"]
    return f"{request.path}?{urlencode([*pairs, ('format', form.name)])}"


def chosen_format(offered: tuple[Format, ...], name: str = "") -> Format:
    """The format that a request asks for.

    Arguments:
        offered: the formats that there are, the preferred one first.
        name: of the format, where the address ends with it; else ``format=`` says it, or the Accept header.

    Raises:
        NotAcceptableError, RequestError: it is none of those.
    """
    asked = name or single(parameters(request.query_string), "format")
    return negotiate(request.headers.get("Accept"), offered) if asked is None else by_name(asked, offered)
