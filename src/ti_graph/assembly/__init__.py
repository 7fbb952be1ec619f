"""The graph made: of the announcement, the curated statements and the reference tables."""
