"""The audit log: what is written to it, and what is masked there."""
