"""The REST face described as OpenAPI 3.1, for the models that the user may view."""
