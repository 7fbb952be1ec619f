"""Speaks HTTP to a store elsewhere; every way in which that fails is one sentence with the address."""

from __future__ import annotations

import http.client
import io
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import IO, Any, Self, cast
from urllib.parse import urlunsplit

import requests
from requests.auth import AuthBase, HTTPBasicAuth, HTTPDigestAuth

from ti_graph.errors import BusyError, DeadlineError, MissingError, RequestError, UpstreamError
from ti_graph.formats import GRAPHS, RESULTS, Format, of_media_type
from ti_graph.rdf import web_address
from ti_graph.sparql.result import Result
from ti_graph.stores.credentials import NOBODY, Credentials

#: Seconds to wait for a connection, and for the next byte.
CONNECT_TIMEOUT, READ_TIMEOUT = 10.0, 300.0
# Virtuoso sends a header back for each graph that a query names; http.client gives up after a hundred.
http.client._MAXHEADERS = 10_000  # type: ignore[attr-defined]
#: How Virtuoso names blank nodes in results, and how SPARQL 1.1 lets them be named.
_NODE_ID, _BLANK_NODE = b'"bnode", "value": "nodeID://', b'"bnode", "value": "'
_ROWS = RESULTS[0].media_type
_GRAPH = "application/n-triples, text/turtle;q=0.9, application/rdf+xml;q=0.5"
_CHUNK = 65_536
_SHOWN = 200


class _Bearer(AuthBase):
    def __init__(self, token: str):
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class Remote:
    """One address of a store elsewhere.

    Arguments:
        url: http or https.
        credentials: who calls.
        timeout: seconds to wait for the next byte.

    Raises:
        RequestError: this is no such address, or has a password in it.
    """

    def __init__(self, url: str, credentials: Credentials = NOBODY, timeout: float = READ_TIMEOUT):
        parts = web_address(url)
        if parts.username is not None or parts.password is not None:
            raise RequestError("give the user and the secret apart from the address: addresses are shown")
        self.url, self._timeout = url, timeout
        self._session = requests.Session()
        self._session.auth = _auth(credentials)

    def send(
        self,
        method: str,
        params: Iterable[tuple[str, str]] = (),
        data: bytes | Iterable[tuple[str, str]] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Send a request.

        Arguments:
            method: of HTTP.
            params: go into the address.
            data: the body, or the fields of a form.
            headers: of the request.

        Raises:
            UpstreamError: no answer, or none that is a success; MissingError for 404.
            RequestError: it is refused as wrong (400).
            BusyError, DeadlineError: it has no time now, or it took too long.
        """
        with self.told():
            response = self._session.request(
                method,
                self.url,
                params=[*params],
                data=data if data is None or isinstance(data, bytes) else [*data],
                headers={"User-Agent": "ti-graph", **(headers or {})},
                timeout=(CONNECT_TIMEOUT, self._timeout),
                stream=True,
                allow_redirects=False,
            )
        if not 200 <= response.status_code < 300:
            with response:
                raise self._refused(response)
        return Reply(self, response)

    def ask(self, query: str, like: Result, dataset: Iterable[tuple[str, str]] = ()) -> Result:
        """Send a query.

        Arguments:
            query: SPARQL 1.1 Query.
            like: the answer that an empty dataset gives to it: of the same kind.
            dataset: the parameters of the protocol that name graphs.

        Raises:
            UpstreamError, RequestError, BusyError, DeadlineError: as ``send``, or it is no such answer.
        """
        accept = {"Accept": _GRAPH if like.is_graph else _ROWS}
        reply = self.send("POST", data=[("query", query), *dataset], headers=accept)
        return Result.received(reply.content(), reply.format(), like)

    @contextmanager
    def told(self) -> Iterator[None]:
        """Say what goes wrong on the way.

        Raises:
            UpstreamError: the connection is not made, or lost, or too slow.
        """
        try:
            yield
        except requests.exceptions.ConnectTimeout:
            raise UpstreamError(f"{self.url} does not answer within {CONNECT_TIMEOUT:.0f} s") from None
        except requests.exceptions.ReadTimeout:
            raise UpstreamError(f"{self.url} sent nothing for {self._timeout:.0f} s") from None
        except requests.exceptions.SSLError as error:
            raise UpstreamError(f"{self.url}: its certificate is not accepted: {_reason(error)}") from None
        except (requests.exceptions.ConnectionError, requests.exceptions.ChunkedEncodingError) as error:
            raise UpstreamError(f"{self.url}: no connection, or it was lost: {_reason(error)}") from None
        except requests.exceptions.RequestException as error:
            raise UpstreamError(f"{self.url}: {_reason(error)}") from None

    def _refused(self, response: requests.Response) -> Exception:
        """What a status says that is no success."""
        status = response.status_code
        said = f"{self.url} answers {status}"
        if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            scheme = response.headers.get("WWW-Authenticate", "").partition(" ")[0]
            asks = f"; it asks for {scheme}" if scheme else ""
            return UpstreamError(f"{said}: it does not accept the credentials, or there are none{asks}")
        if 300 <= status < 400:
            to = response.headers.get("Location", "elsewhere")
            return UpstreamError(f"{said}: it points to {to}; give the address that answers itself")
        with self.told():
            said += f": {_first_line(next(response.iter_content(_CHUNK), b''))}"
        if status == HTTPStatus.NOT_FOUND:
            return MissingError(said)
        if status == HTTPStatus.BAD_REQUEST:
            return RequestError(said)
        if status in (HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS):
            return BusyError(said, retry_after=5)
        if status in (HTTPStatus.GATEWAY_TIMEOUT, HTTPStatus.REQUEST_TIMEOUT):
            return DeadlineError(said)
        return UpstreamError(said)


class Reply(io.RawIOBase):
    """What a store sends, read as it arrives.

    Arguments:
        remote: where it comes from.
        response: the answer to a request, whose head has arrived.
    """

    def __init__(self, remote: Remote, response: requests.Response):
        self._remote, self._response = remote, response
        self._chunks = _renamed(response.iter_content(_CHUNK))
        self._rest = b""

    def __enter__(self) -> Self:
        return self

    def format(self) -> Format:
        """The format that it says it is in.

        Raises:
            UpstreamError: none that an answer to a query may have.
        """
        kind = self._response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if form := of_media_type(kind, (*RESULTS, *GRAPHS)):
            return form
        begins = _first_line(self.read(_SHOWN) or b"")
        raise UpstreamError(
            f"{self._remote.url} answers in {kind or 'no named format'}, which is no answer to a query; "
            f"it begins {begins!r}"
        )

    def content(self) -> IO[bytes]:
        """What it sends, as a file."""
        return cast(IO[bytes], io.BufferedReader(cast(io.RawIOBase, self)))

    def readable(self) -> bool:
        """It is there to be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read what has arrived, waiting for something to arrive.

        Raises:
            UpstreamError: the connection is lost, or too slow.
        """
        if not self._rest:
            with self._remote.told():
                self._rest = next(self._chunks, b"")
        size = min(len(buffer), len(self._rest))
        buffer[:size], self._rest = self._rest[:size], self._rest[size:]
        return size

    def close(self) -> None:
        """Let go of the connection."""
        self._response.close()
        super().close()


def _auth(credentials: Credentials) -> AuthBase | None:
    """What puts credentials into a request."""
    if credentials.method == "bearer":
        return _Bearer(credentials.secret)
    kinds = {"basic": HTTPBasicAuth, "digest": HTTPDigestAuth}
    if credentials.method:
        return kinds[credentials.method](credentials.user, credentials.secret)
    return None


def _renamed(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes, with blank nodes named as they may be; what may be cut in two is held back."""
    held = b""
    for chunk in chunks:
        text = (held + chunk).replace(_NODE_ID, _BLANK_NODE)
        end = max(0, len(text) - len(_NODE_ID) + 1)
        held = text[end:]
        if end:
            yield text[:end]
    if held:
        yield held


def without_query(url: str) -> tuple[str, str]:
    """An address without its query string, and that string.

    Raises:
        RequestError: it is no address on the web.
    """
    parts = web_address(url)
    return urlunsplit(parts._replace(query="", fragment="")), parts.query


def _reason(error: BaseException) -> str:
    """The innermost reason, in few words."""
    inner: object = error
    while isinstance(inner, BaseException):
        further = getattr(inner, "reason", None) or inner.__cause__ or (inner.args and inner.args[-1])
        if not isinstance(further, BaseException):
            break
        inner = further
    text = inner.strerror if isinstance(inner, OSError) and inner.strerror else str(inner)
    return text[:_SHOWN]


def _first_line(content: bytes) -> str:
    lines = content.decode("utf-8", "replace").strip().splitlines()
    return lines[0][:_SHOWN] if lines else "nothing"
