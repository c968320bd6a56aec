"""The painted frames of several people, taken as one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from manyhands.core.errors import MediaError, NotFoundError
from manyhands.core.recipe import Step, source_named, sources_in
from manyhands.run.graph import together
from tests.taught import SPAN, painted, plate, true_matte

FIRST = SPAN.start


def test_each_frame_is_of_who_painted_it_and_of_the_first_where_two_did() -> None:
    empty = np.zeros_like(true_matte(0))
    one = painted(FIRST, FIRST + 3)
    other = painted(FIRST + 3, FIRST + 7, mattes={FIRST + 3: empty})
    both = together([one, other])
    assert both.numbers == (FIRST, FIRST + 3, FIRST + 7)
    assert both.frame(FIRST + 3).alpha.any()
    assert not together([other, one]).frame(FIRST + 3).alpha.any()
    assert both.frame(FIRST + 7).alpha.any()
    with pytest.raises(NotFoundError):
        both.frame(FIRST + 1)
    assert together([one]) is one


def test_what_is_no_few_frames_of_one_size_is_not_taken_together() -> None:
    one = painted(FIRST)
    for other in (plate(), replace(painted(FIRST + 1), width=8)):
        with pytest.raises(MediaError, match="taken together"):
            together([one, other])


def test_sources_are_named_alone_or_together_and_steps_are_none() -> None:
    assert source_named("a") == "source:a"
    assert sources_in(source_named("a", "b")) == ("a", "b")
    for name in ("plate", "taught", 5, None, ""):
        assert sources_in(name) == ()
    step = Step(name="t", maker="taught", version=1, inputs={"plate": "plate", "painted": "source:a+b"})
    assert step.sources == ("a", "b")
