"""The queryset pipeline: visible rows, filtered, searched, in order, by page."""
