"""The REST face: each URL of the frozen contract is one prepared GraphQL document, executed in process."""
