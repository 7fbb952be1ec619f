"""What those who run the server look at: liveness, readiness, metrics, and the access log."""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from functools import lru_cache
from typing import TextIO

from flask import Blueprint, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from ti_graph.errors import TiGraphError
from ti_graph.serving.endpoint import Endpoint
from ti_graph.serving.express import digest
from ti_graph.serving.lane import BEGAN, ERROR
from ti_graph.stores.repository import Snapshot

#: Time series that are found again at once.
_SERIES = 200


class Journal:
    """The metrics of an application, and its log: a line of JSON for each answer.

    A line has no address and no query text, only what finds a slow or failing query again. Lines are written
    when ``flush`` is called: a system call for each would cost more than many an answer. Those that cannot be
    written (a full disk, a pipe that nobody reads) are lost: answers matter more.

    Arguments:
        log: where they are written; None for nowhere.
    """

    def __init__(self, log: TextIO | None = None) -> None:
        self._log, self._lines = log, deque[str]()
        self.registry = CollectorRegistry()
        self._answers = Counter(
            "ti_graph_requests", "Requests by route and status", ["route", "status"], registry=self.registry
        )
        self._seconds = Histogram(
            "ti_graph_request_seconds",
            "Time from request to answer",
            ["route"],
            registry=self.registry,
            buckets=(0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 60),
        )
        self._count = lru_cache(_SERIES)(self._answers.labels)
        self._time = lru_cache(_SERIES)(self._seconds.labels)

    def note(
        self, route: str, status: int, size: int | None, took: float, asked: str, method: str = "GET"
    ) -> None:
        """Note an answer.

        Arguments:
            route: the rule of the address.
            status: of HTTP.
            size: bytes of the content, where they are known.
            took: seconds.
            asked: a digest of the query, or of the path.
            method: of HTTP.
        """
        self._count(route, status).inc()
        self._time(route).observe(took)
        if self._log:
            line = {
                "method": method,
                "route": route,
                "status": status,
                "bytes": size,
                "ms": round(1000 * took, 1),
                "query": asked,
            }
            self._lines.append(json.dumps(line) + "\n")

    def flush(self) -> None:
        """Write the lines that are not written yet."""
        if self._lines:
            count = len(self._lines)  # others may come meanwhile
            written = "".join(self._lines.popleft() for _ in range(count))
            assert self._log
            with suppress(OSError):
                self._log.write(written)
                self._log.flush()


def blueprint(endpoint: Endpoint, journal: Journal) -> Blueprint:
    """``/healthz``, ``/readyz`` and ``/metrics`` of one application."""
    routes = Blueprint("operations", __name__)
    journal.registry.register(_State(endpoint))

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
        return Response(
            generate_latest(journal.registry), content_type="text/plain; version=0.0.4; charset=utf-8"
        )

    @routes.before_app_request
    def start() -> None:
        g.began = request.environ.get(BEGAN) or time.perf_counter()
        error = request.environ.get(ERROR)
        if error is not None:
            raise error

    @routes.after_app_request
    def finish(response: Response) -> Response:
        route, asked = route_and_digest()
        took = time.perf_counter() - g.began
        journal.note(route, response.status_code, response.content_length, took, asked, request.method)
        return response

    return routes


def route_and_digest() -> tuple[str, str]:
    """The rule of this request's address, and a digest of what it asks."""
    route = request.url_rule.rule if request.url_rule else "none"
    return route, digest(str(g.get("asked", request.path)))


class _State(Collector):
    """What is true at the moment of asking."""

    def __init__(self, endpoint: Endpoint):
        self._endpoint = endpoint

    def collect(self) -> Iterable[Metric]:
        """Queries running and waiting, killed and died under; the snapshot's number and age in seconds."""
        counts = self._endpoint.runner.counts()
        for name in ("killed", "died"):
            yield CounterMetricFamily(f"ti_graph_queries_{name}", f"queries {name}", counts[name])
        values = {f"queries_{name}": counts[name] for name in ("running", "waiting")}
        snapshot = self._endpoint.repository.current()
        if isinstance(snapshot, Snapshot):
            values["snapshot_number"] = snapshot.number
            values["snapshot_age_seconds"] = int(time.time() - snapshot.path.stat().st_mtime)
        for name, value in values.items():
            yield GaugeMetricFamily(f"ti_graph_{name}", name.replace("_", " "), value)
