"""Manyhands: AI proposes, named people decide, and every pixel knows whose hands made it."""

__version__ = "0.1.0"
