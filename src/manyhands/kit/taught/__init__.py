from manyhands.core.maker import AboutModel

PAINTED = AboutModel(
    "trained on the frames of this shot that a person painted, and on nothing else",
    is_stated=True,
    is_cleared=True,  # a run is refused where the terms of the footage do not permit it
    may_be_final=True,
)
"""What is known of every model that is taught here."""
