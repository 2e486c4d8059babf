"""An app of fields at their edges: bounds beyond the column, three truths, folders that come and go."""
