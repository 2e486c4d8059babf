"""The built-in widgets."""
