"""The one door of every write: validate, save, audit, in one transaction."""
