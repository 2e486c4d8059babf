"""Logins and authentication, by session cookie or by token, the same for REST and for GraphQL."""
