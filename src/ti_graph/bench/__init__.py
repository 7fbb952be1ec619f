"""Measure SPARQL endpoints: requests drawn from the data, and a load generator that sends them."""
