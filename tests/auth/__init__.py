"""Logins, through HTTP, as both faces use them."""
