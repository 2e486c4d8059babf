"""Fast reads that rest on private parts of Django, all of them behind this door."""
