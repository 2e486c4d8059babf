"""Strawberry types and inputs, declared from specs."""
