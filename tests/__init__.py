"""The tests of conjure: they speak through HTTP and GraphQL, on real databases and files."""
