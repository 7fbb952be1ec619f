"""Minutes of good, bad and broken requests; then: is memory flat, is a process or a file left behind?

.venv/bin/python tests/soak.py --seconds 300
"""

from __future__ import annotations

import argparse
import random
import socket
import sys
import tempfile
import threading
import time
from pathlib import Path

from server import Server, serving

RUNAWAY = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
CLIENTS = 6


def descendants(pid: int) -> list[int]:
    """The processes below a process."""
    found = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in path.read_text().split():
            found += [int(child), *descendants(int(child))]
    return found


def usage(server: Server) -> tuple[float, int, int]:
    """Memory of all processes in megabytes, how many they are, and their open files."""
    pids = [server.process.pid, *descendants(server.process.pid)]
    pages = sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in pids)
    files = sum(len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in pids)
    return pages * 4096 / 1e6, len(pids), files


def bother(server: Server, until: float, seed: int) -> None:
    """Send requests of every kind until the time is up."""
    rng = random.Random(seed)
    host, port = server.address.removeprefix("http://").split(":")
    while time.monotonic() < until:
        kind = rng.random()
        if kind < 0.6:
            server.query(f"SELECT * WHERE {{ ?s ?p {rng.randrange(1000)} }}")
        elif kind < 0.8:
            server.update(f"INSERT DATA {{ <a:{rng.randrange(500)}> <a:b> {rng.randrange(1000)} }}")
        elif kind < 0.85:
            server.query(RUNAWAY)
        elif kind < 0.95:
            server.query("SELECT * WHERE { ?s ?p")
        else:
            with socket.create_connection((host, int(port))) as broken:
                broken.sendall(b"POST /sparql HTTP/1.1\r\nContent-Length: 99\r\n\r\nquery=")


def main() -> int:
    """Run, print, and exit with 1 when something grew."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=300)
    seconds = parser.parse_args().seconds
    with (
        tempfile.TemporaryDirectory() as folder,
        serving("--store", folder + "/data", "--query-timeout", "1", token="t") as server,
    ):
        seen = []
        for period in range(6):
            until = time.monotonic() + seconds / 6
            clients = [
                threading.Thread(target=bother, args=[server, until, 10 * period + n]) for n in range(CLIENTS)
            ]
            for client in clients:
                client.start()
            for client in clients:
                client.join()
            time.sleep(1)
            seen.append(usage(server))
            memory, count, open_files = seen[-1]
            print(f"{memory:.0f} MB, {count} processes, {open_files} files", flush=True)
    (first, processes, files), (last, processes_last, files_last) = seen[1], seen[-1]
    grew = last > 1.25 * first + 20 or processes_last > processes + 2 or files_last > files + 50
    return 1 if grew else 0


if __name__ == "__main__":
    sys.exit(main())
