"""ti-graph: the announcement of the Territoires d'industrie as a checked, sourced knowledge graph."""

from importlib.metadata import version

__version__ = version("ti-graph")
