"""The REST face: URLs that read or write rows, schemas and widgets are prepared GraphQL documents, executed in process.

Some URLs of the frozen contract are not. ``auth/login/``, ``auth/refresh/`` and ``auth/logout/`` decide who the user
is, and nothing can be executed before that; ``config/`` tells anybody the settings that a frontend needs before its
user logs in; ``openapi.json`` describes these URLs themselves, from the schema documents of all models.
"""
