"""GraphQL over HTTP: requests in, limits kept, responses out, and GraphiQL."""
