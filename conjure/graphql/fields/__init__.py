"""The one table by kind of field, and how values are read, parsed and written as JSON."""
