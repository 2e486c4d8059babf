"""A second small project: users of its own with a UUID as key, and two databases with a router."""
