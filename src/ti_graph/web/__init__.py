"""The web application: a SPARQL endpoint, the named queries and the pages, over one store.

``create_app`` receives what it serves; there is no global graph and no module-level application.
"""

from __future__ import annotations

from flask import Flask

from ti_graph.catalogue import Catalogue
from ti_graph.store import Store
from ti_graph.web import pages, problems, protocol

#: The largest request body, in bytes; more is refused with 413.
MAX_BODY = 10_000_000


def create_app(store: Store, catalogue: Catalogue) -> Flask:
    """Wire the application.

    Arguments:
        store: the dataset to serve.
        catalogue: the named queries to offer.
    """
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    app.register_blueprint(protocol.blueprint(store, catalogue))
    app.register_blueprint(pages.blueprint(store, catalogue))
    problems.register(app)
    return app
