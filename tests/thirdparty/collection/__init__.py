"""An app whose models use the fields and base classes of popular packages, each in the way that its manual shows."""
