"""SPARQL texts: looked at before they run, rewritten for the engine, named queries; and their answers."""
