"""What was done to rows: which entries of the audit log a user is shown, and the history of one row."""
