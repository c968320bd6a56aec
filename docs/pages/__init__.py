"""The reference pages, one module for each; docs/generate.py writes them."""
