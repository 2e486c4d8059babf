"""conjure under load, under faults, behind PgBouncer and with a replica: ``python -m tests.load``."""
