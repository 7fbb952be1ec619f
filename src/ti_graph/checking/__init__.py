"""Whether a dataset keeps the rules: shapes and graph checks, of all of it or of what a change touched."""
