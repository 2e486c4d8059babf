"""Who may do what: the answers of every permission check as one table, for people and for CI."""
