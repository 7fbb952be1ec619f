"""What those who run the server look at: liveness, readiness, metrics, and the access log."""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import Iterable

from flask import Blueprint, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from ti_graph.endpoint import Endpoint
from ti_graph.errors import TiGraphError
from ti_graph.repository import Snapshot

_LOG = logging.getLogger("ti_graph.access")


def blueprint(endpoint: Endpoint) -> Blueprint:
    """``/healthz``, ``/readyz`` and ``/metrics`` of one application."""
    routes = Blueprint("operations", __name__)
    registry = CollectorRegistry()
    registry.register(_State(endpoint))
    requests = Counter(
        "ti_graph_requests", "Requests by route and status", ["route", "status"], registry=registry
    )
    seconds = Histogram(
        "ti_graph_request_seconds",
        "Time from request to answer",
        ["route"],
        registry=registry,
        buckets=(0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 60),
    )

    @routes.get("/healthz")
    def alive() -> Response:
        return Response("ok\n", content_type="text/plain")

    @routes.get("/readyz")
    def ready() -> Response:
        try:
            name = endpoint.repository.current().name
        except TiGraphError as error:
            return Response(f"{error}\n", 503, content_type="text/plain; charset=utf-8")
        return Response(f"ready: {name}\n", content_type="text/plain")

    @routes.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(registry), content_type="text/plain; version=0.0.4; charset=utf-8")

    @routes.before_app_request
    def start() -> None:
        g.began = time.perf_counter()

    @routes.after_app_request
    def finish(response: Response) -> Response:
        took = time.perf_counter() - g.began
        route = request.url_rule.rule if request.url_rule else "none"
        requests.labels(route, response.status_code).inc()
        seconds.labels(route).observe(took)
        _log(response, route, took)
        return response

    return routes


class _State(Collector):
    """What is true at the moment of asking."""

    def __init__(self, endpoint: Endpoint):
        self._endpoint = endpoint

    def collect(self) -> Iterable[Metric]:
        """Queries running and waiting, killed and died under; the snapshot's number and age in seconds."""
        values = {f"queries_{name}": count for name, count in self._endpoint.runner.counts().items()}
        snapshot = self._endpoint.repository.current()
        if isinstance(snapshot, Snapshot):
            values["snapshot_number"] = snapshot.number
            values["snapshot_age_seconds"] = int(time.time() - snapshot.path.stat().st_mtime)
        for name, value in values.items():
            yield GaugeMetricFamily(f"ti_graph_{name}", name.replace("_", " "), value)


def _log(response: Response, route: str, took: float) -> None:
    """One line of JSON: no address, no query text, only what finds a slow or failing query again."""
    asked = str(g.get("asked", request.path))
    line = {
        "method": request.method,
        "route": route,
        "status": response.status_code,
        "bytes": response.content_length,
        "ms": round(1000 * took, 1),
        "query": hashlib.sha256(asked.encode("utf-8", "replace")).hexdigest()[:12],
    }
    _LOG.info(json.dumps(line))


def log_to_stderr() -> None:
    """Send the access log to stderr, a line of JSON per request."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(message)s"))
    _LOG.handlers = [handler]
    _LOG.setLevel(logging.INFO)
    _LOG.propagate = False
