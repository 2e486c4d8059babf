"""The store: customers, the employees who look after them, and what was sold."""
