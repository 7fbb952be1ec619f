"""Read a page that announces territories, whatever its form, into a checked and sourced graph."""
