"""A second app whose models have the same names as some of the first."""
