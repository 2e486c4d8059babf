"""Running an action: on which rows, and into which file."""
