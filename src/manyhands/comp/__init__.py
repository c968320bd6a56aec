"""Layers become a frame; authorship travels with alpha."""
