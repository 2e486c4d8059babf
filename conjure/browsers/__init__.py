"""What browsers get and other clients do not: pages, and the way to where they log in."""
