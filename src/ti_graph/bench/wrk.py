"""Send requests to a server as fast as it answers, with wrk (https://github.com/wg/wrk)."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ti_graph.errors import RequestError, UpstreamError

#: Seconds that a request may take before it counts as failed.
_PATIENCE = 120
#: Each thread of wrk sends every nth of the targets, in order, and begins again at the end.
_SCRIPT = """
local targets, number, count = {}, 0, 0
function setup(thread)
  thread:set("first", count)
  count = count + 1
end
function init(arguments)
  local all = 0
  for line in io.lines(arguments[1]) do
    if all % tonumber(arguments[2]) == first then targets[#targets + 1] = wrk.format("GET", line) end
    all = all + 1
  end
  number = tonumber(arguments[3])
end
function request()
  number = number % #targets + 1
  return targets[number]
end
function done(summary, latency)
  local failed = summary.errors
  print(string.format(
    '{"microseconds": %d, "requests": %d, "bytes": %d, "refused": %d, "failed": %d, ' ..
    '"median": %d, "p95": %d, "p99": %d, "longest": %d}',
    summary.duration, summary.requests, summary.bytes, failed.status,
    failed.connect + failed.read + failed.write + failed.timeout,
    latency:percentile(50), latency:percentile(95), latency:percentile(99), latency.max))
end
"""


@dataclass(frozen=True)
class Load:
    """What came of a load.

    Arguments:
        seconds: how long it lasted.
        answered: requests that were answered, with whatever status.
        refused: those of them with a status of 400 or more.
        failed: connections that broke, and requests that had no answer in time.
        size: bytes received.
        median, p95, p99, longest: how long an answer took, in milliseconds.
    """

    seconds: float
    answered: int
    refused: int
    failed: int
    size: int
    median: float
    p95: float
    p99: float
    longest: float

    @property
    def per_second(self) -> float:
        """Requests answered as they should be, per second."""
        return (self.answered - self.refused) / self.seconds


def load(
    address: str,
    targets: Sequence[str],
    seconds: int,
    accept: str,
    connections: int = 8,
    skip: int = 0,
) -> Load:
    """Send requests over some connections, each the next one when it has its answer.

    Arguments:
        address: ``http://host:port``.
        targets: paths with query strings, sent in this order and again from the start.
        seconds: how long, a whole number.
        accept: the Accept header.
        connections: at once; two threads share them, or one where there is one target.
        skip: of each thread's targets, how many to leave out at first: what an earlier load has sent.

    Raises:
        RequestError: wrk is not installed.
        UpstreamError: it cannot reach the server.
    """
    if shutil.which("wrk") is None:
        raise RequestError("wrk is not on the PATH; Debian has it as the package wrk")
    with tempfile.TemporaryDirectory(prefix="ti-graph-wrk-") as folder:
        script, lines = Path(folder) / "script.lua", Path(folder) / "targets"
        script.write_text(_SCRIPT, encoding="utf-8")
        lines.write_text("".join(f"{target}\n" for target in targets), encoding="utf-8")
        threads = max(1, min(2, connections, len(targets)))  # each has a target
        command = ["wrk", f"-t{threads}", f"-c{connections}", f"-d{seconds}s", f"--timeout={_PATIENCE}s"]
        command += [
            "-s",
            str(script),
            "-H",
            f"Accept: {accept}",
            address,
            "--",
            str(lines),
            str(threads),
            str(skip),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    said = done.stdout.strip().splitlines()
    if done.returncode or not said or not said[-1].startswith("{"):
        raise UpstreamError(f"wrk cannot load {address}: {done.stderr.strip() or done.stdout.strip()}")
    found = json.loads(said[-1])
    times = (found[name] / 1000 for name in ("median", "p95", "p99", "longest"))
    counts = (found[name] for name in ("requests", "refused", "failed", "bytes"))
    return Load(found["microseconds"] / 1e6, *counts, *times)
