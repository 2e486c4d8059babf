"""Models that are made up: fields, keys and relations of every kind, in tables that last for one example."""
