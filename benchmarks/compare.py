"""Compare this program with the bare Oxigraph server and Virtuoso on the national graph.

    .venv/bin/python benchmarks/compare.py [--only SECTION …] [--quick] [--results FILE]

Needs wrk and Virtuoso (Debian: wrk, virtuoso-opensource-7-bin), and the packages of the group ``bench``. Each
figure is the median of several runs, the servers in turn; ``benchmarks/report.py`` makes the report of it.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

import asking
import costs
import disturbed
import in_python
from measured import FULL, QUICK

HERE = Path(__file__).parent
SECTIONS = {
    "named": asking.named,
    "as it comes": asking.as_it_comes,
    "traffic": asking.traffic,
    "points": asking.points,
    "generic": asking.generic,
    "large": disturbed.large,
    "writes": disturbed.writes,
    "runaways": disturbed.runaways,
    "bulk load": costs.bulk_load,
    "parts": costs.parts,
    "memory": costs.memory,
    "growth": costs.growth,
    "rdflib-endpoint": in_python.rdflib_endpoint,
}


def main() -> None:
    """Measure what is asked for and write the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", action="append", choices=SECTIONS, help="this part; repeatable")
    parser.add_argument("--quick", action="store_true", help="one short run of each")
    parser.add_argument("--results", type=Path, default=HERE / "results.json")
    chosen = parser.parse_args()
    scale = QUICK if chosen.quick else FULL
    found = json.loads(chosen.results.read_text(encoding="utf-8")) if chosen.results.exists() else {}
    with tempfile.TemporaryDirectory(prefix="ti-graph-bench-") as name:
        for section in chosen.only or SECTIONS:
            print(f"== {section}", flush=True)
            place = Path(name) / section
            place.mkdir()
            found[section] = SECTIONS[section](place, scale)
            chosen.results.write_text(
                json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
            )


if __name__ == "__main__":
    main()
