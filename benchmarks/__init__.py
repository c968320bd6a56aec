"""How fast and how large: figures for one machine, ratios taken in one run.  Run by ``make bench``."""
