"""Seeded sequences of calls on both faces, each answer judged: by contract, by schema, and by what it must not hold."""
