"""The dataset as files for others: dumps, tables, and what catalogues say of them."""
