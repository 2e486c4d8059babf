"""Plain Python values: read from what a client sends, and written to JSON, whatever field or form they belong to."""
