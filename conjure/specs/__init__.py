"""A model and its config, described once in frozen specs."""
