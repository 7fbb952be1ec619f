"""The command line: each command parses, makes one library call, and prints.

Results go to stdout, everything else to stderr. Exit codes: 0 done, 1 the check found a violation, a name
stays unresolved, two datasets differ (``diff``) or the answer is an error (``get``: 400 or more), 2 it could
not be done.
"""

from ti_graph.cli import ask, bench, ingest, keep, match, mcp, push, run
from ti_graph.cli.group import main

__all__ = ["ask", "bench", "ingest", "keep", "main", "match", "mcp", "push", "run"]
