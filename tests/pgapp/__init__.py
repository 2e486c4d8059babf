"""Models of the field types that only PostgreSQL has; installed only there."""
