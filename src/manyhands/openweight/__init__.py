"""Open-weight video models: which there are, how each is asked, where it fits, and how long shots are joined."""
