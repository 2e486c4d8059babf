"""An app of models, fields and configs that break promises on purpose, and of their healthy siblings."""
