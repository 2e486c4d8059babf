"""The root fields of the schema, and what hangs on them."""
