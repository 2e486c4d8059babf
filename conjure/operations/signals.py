"""The signal that is sent when an operation has ended."""

from __future__ import annotations

from django.dispatch import Signal

operation_finished = Signal()
"""Sent after each request to a face, with ``operation`` (an ``Operation``) and ``request``; ``sender`` is its class.

A receiver that raises is logged by Django, and changes no answer.
"""
