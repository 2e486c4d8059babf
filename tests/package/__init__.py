"""The package as people get it: built, installed into an empty environment, and used from there."""
