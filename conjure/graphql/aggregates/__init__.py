"""Counts, sums, averages and extremes of groups of rows."""
