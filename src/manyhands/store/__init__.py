"""Where a production is kept: one folder with a database, sources, takes, cache and keys."""
