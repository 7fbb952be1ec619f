"""Kill a server in the middle of writes, again and again, and look for what it promised.

    .venv/bin/python tests/drill.py --kills 100

Each change adds a numbered pair of triples in one request. After each kill the server starts again: every
change that was acknowledged must be there, and no change may be there by half.
"""

from __future__ import annotations

import argparse
import random
import signal
import sys
import tempfile
import threading
import time
from pathlib import Path

from server import Server, serving, until

CLIENTS = 3


class Drill:
    """A dataset, what was acknowledged, and what was found missing.

    Arguments:
        folder: where the dataset is made.
        seed: decides when the kills come.
    """

    def __init__(self, folder: Path, seed: int):
        self._folder = folder
        self._random = random.Random(seed)
        self._lock = threading.Lock()
        self._next = 0
        self._promised: set[int] = set()
        self.kills = self.lost = self.partial = 0

    @property
    def acknowledged(self) -> int:
        """Changes that the server acknowledged so far."""
        return len(self._promised)

    def kill_in_the_middle_of_writes(self) -> None:
        """Start the server, look for what was promised, write, and kill it with SIGKILL."""
        with serving(
            "--store", str(self._folder), "--workers", "2", token="t", stop=signal.SIGKILL
        ) as server:
            self._look(server)
            stop = threading.Event()
            clients = [threading.Thread(target=self._write, args=[server, stop]) for _ in range(CLIENTS)]
            for client in clients:
                client.start()
            before = self.acknowledged
            until(lambda: self.acknowledged > before)  # a first change waits for its process
            time.sleep(self._random.uniform(0.0, 0.9))
            server.kill()
            stop.set()
            for client in clients:
                client.join()
        self.kills += 1

    def _write(self, server: Server, stop: threading.Event) -> None:
        while not stop.is_set():
            with self._lock:
                number, self._next = self._next, self._next + 1
            try:
                reply = server.update(
                    f"INSERT DATA {{ <a:{number}> <a:first> 1 . <a:{number}> <a:second> 2 }}"
                )
            except OSError:
                return
            if reply.status == 204:
                with self._lock:
                    self._promised.add(number)

    def _look(self, server: Server) -> None:
        found = [self._numbers(server, predicate) for predicate in ("first", "second")]
        self.partial += len(found[0] ^ found[1])
        self.lost += len(self._promised - found[0])

    def _numbers(self, server: Server, predicate: str) -> set[int]:
        reply = server.query(f"SELECT ?s WHERE {{ ?s <a:{predicate}> ?o }}", Accept="text/csv")
        assert reply.status == 200, reply.text
        return {int(line.removeprefix("a:")) for line in reply.text.split()[1:]}


def main() -> int:
    """Run the drill and print what was found; exit code 1 when a promise was broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=2018)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        drill = Drill(Path(folder) / "data", arguments.seed)
        for _ in range(arguments.kills):
            drill.kill_in_the_middle_of_writes()
            print(
                f"\r{drill.kills} kills, {drill.acknowledged} changes acknowledged, "
                f"{drill.lost} lost, {drill.partial} partial",
                end="",
                flush=True,
            )
    print()
    return 1 if drill.lost or drill.partial else 0


if __name__ == "__main__":
    sys.exit(main())
