"""The reference tables: what they hold, cell by cell, and what is found in them by code, name and date."""
