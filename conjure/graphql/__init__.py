"""The core: registered models as Strawberry types, and every query, filter, permission and write decision."""
