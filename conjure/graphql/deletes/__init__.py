"""Deleting rows: what a delete cascades to, what protects rows from it, and the delete itself."""
