"""``python -m ti_graph`` is the command ``ti-graph``."""

from ti_graph.cli import main

main()
