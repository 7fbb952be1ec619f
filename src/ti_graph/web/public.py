"""The application at the address that users know it by, when a proxy stands before it."""

from __future__ import annotations

from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from ti_graph.rdf import web_address


def below(path: str, prefix: str) -> str:
    """A path without a prefix, where the proxy has left it there."""
    return path.removeprefix(prefix) if f"{path}/".startswith(f"{prefix}/") else path


class PublicAddress:
    """Makes the application believe that it is asked at its public address.

    Arguments:
        app: the WSGI application.
        url: scheme, host and path prefix; the proxy may strip the prefix or leave it.

    Raises:
        RequestError: that is no web address.
    """

    def __init__(self, app: WSGIApplication, url: str):
        self._app, self._url = app, web_address(url.rstrip("/"))

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        prefix = self._url.path
        environ["wsgi.url_scheme"] = self._url.scheme
        environ["HTTP_HOST"] = self._url.netloc
        environ["SCRIPT_NAME"] = prefix
        environ["PATH_INFO"] = below(environ["PATH_INFO"], prefix) or "/"
        return self._app(environ, start_response)
