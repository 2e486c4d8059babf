"""A test app whose models use the fields, managers and trees of popular packages."""
