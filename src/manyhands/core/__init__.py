"""The nouns and the errors: numpy and pydantic; no files, no clock, no network."""
