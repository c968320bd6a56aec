"""Named people compare and decide."""
