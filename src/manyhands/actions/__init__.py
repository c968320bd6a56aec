"""What a person can do: one function, one verb, ``verb(studio, by, …)``, one transaction, one line in the log."""
