"""The edge to torch: how noisy held latents are after a step, by the schedulers' own definitions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from manyhands.openweight import pipes
from manyhands.openweight.presets import Machine, below, chosen, is_out_of_memory
from tests.openweights import quiet


def flow() -> Any:
    import diffusers

    return diffusers.UniPCMultistepScheduler(prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=3.0)


@pytest.mark.parametrize("at", [0, 3, 6])
def test_held_latents_of_a_flow_are_as_noisy_as_its_next_time_says(at: int) -> None:
    """In a flow a time is the share of noise in thousandths (Lipman et al. 2023)."""
    quiet()
    import torch

    scheduler = flow()
    scheduler.set_timesteps(8)
    clean, noise = torch.full((1, 1, 2, 2, 2), 3.0), torch.full((1, 1, 2, 2, 2), -1.0)
    found = pipes._noisy(scheduler, clean, noise, scheduler.timesteps[at])
    share = float(scheduler.timesteps[at + 1]) / 1000
    assert 0.05 < share < 1
    np.testing.assert_allclose(found.numpy(), 3.0 * (1 - share) - 1.0 * share, atol=4.1e-3)  # times are whole


def test_held_latents_of_a_diffusion_are_as_noisy_as_its_next_time_says() -> None:
    """sqrt(a) x + sqrt(1 - a) e with the running product a (Ho et al. 2020)."""
    quiet()
    import diffusers
    import torch

    scheduler = diffusers.CogVideoXDDIMScheduler()
    scheduler.set_timesteps(8)
    clean, noise = torch.full((1, 1, 2, 2, 2), 3.0), torch.full((1, 1, 2, 2, 2), -1.0)
    found = pipes._noisy(scheduler, clean, noise, scheduler.timesteps[2])
    a = float(scheduler.alphas_cumprod[int(scheduler.timesteps[3])])
    np.testing.assert_allclose(found.numpy(), 3.0 * a**0.5 - (1 - a) ** 0.5, atol=1e-4)


def test_after_the_last_step_held_latents_are_clean() -> None:
    quiet()
    import torch

    scheduler = flow()
    scheduler.set_timesteps(8)
    clean = torch.full((1, 1, 2, 2, 2), 3.0)
    assert torch.equal(pipes._noisy(scheduler, clean, -clean, scheduler.timesteps[-1]), clean)


GB = 10**9


@pytest.mark.parametrize(
    ("machine", "expected"),
    [
        (Machine("cuda", 80 * GB, 100 * GB), "whole"),
        (Machine("cuda", 24 * GB, 100 * GB), "parts"),
        (Machine("cuda", 10 * GB, 100 * GB), "layers"),
        (Machine("cpu", 100 * GB, 100 * GB), "whole"),
        (Machine("cpu", 10 * GB, 10 * GB), "disk"),
    ],
)
def test_the_place_follows_from_what_the_machine_has(machine: Machine, expected: str) -> None:
    """28 GB of weights in 16 bits, as a model of 14 thousand million numbers has."""
    assert chosen("auto", machine, 28 * GB, "bfloat16", 2) == expected


def test_fewer_bits_need_less() -> None:
    assert chosen("auto", Machine("cuda", 24 * GB, 100 * GB), 28 * GB, "float8", 2) == "whole"


def test_every_ladder_ends() -> None:
    assert [below("whole", "cuda"), below("parts", "cuda"), below("layers", "cuda")] == ["parts", "layers", None]
    assert [below("whole", "cpu"), below("disk", "cpu")] == ["disk", None]


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (MemoryError(), True),
        (RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB"), True),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 1 bytes"), True),
        (RuntimeError("mat1 and mat2 shapes cannot be multiplied"), False),
        (ValueError("out of memory"), False),
    ],
)
def test_what_says_that_memory_is_short(error: Exception, expected: bool) -> None:
    assert is_out_of_memory(error) is expected
