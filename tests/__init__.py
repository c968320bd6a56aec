"""Tests of Manyhands.  A property is held against values and not against the clock, which a busy machine stretches."""

from hypothesis import settings

settings.register_profile("manyhands", deadline=None)
settings.load_profile("manyhands")
