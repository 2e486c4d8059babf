"""An app of columns that may hold what their fields cannot show, and of fields that keep their values secret."""
