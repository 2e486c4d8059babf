"""A project with users of its own kind, tokens and no sessions; runs in a process of its own."""
