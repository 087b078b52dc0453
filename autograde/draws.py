"""What checks of random answers share: exact facts about a generator first, then tests of a law at p < 1e-9."""

import random
from collections.abc import Callable

import torch

from autograde.exercise import Student, require
from autograde.fixtures import Generator

SIGNIFICANCE = 1e-9  # an honest answer fails a test of its law less often than that


def p_value(counts: torch.Tensor, probs: torch.Tensor) -> float:
    """Pearson's chi-square: how likely counts at least as far from their law as these are. Expected counts are above 20."""
    expected = probs.double() * counts.sum()
    distance = ((counts.double() - expected) ** 2 / expected).sum()
    half_freedom = torch.tensor((len(counts) - 1) / 2, dtype=torch.double)
    return float(torch.special.gammaincc(half_freedom, distance / 2))


def judge_generator(
    student: Student, name: str, call: Callable[[Generator], torch.Tensor], draw: random.Random
) -> torch.Tensor:
    """What `call` draws with a generator, once it is seen to depend on the generator's state and on nothing else.

    call: draws for hundreds of rows, from laws with more than one token in them.
    """
    seed = draw.getrandbits(48)
    first = call(Generator(seed, skip=7))
    require(
        torch.equal(first, call(Generator(seed, skip=7))),
        "generator_ignored",
        "twice the same state of the generator, and two different draws: other randomness than the generator's was used.",
    )
    reseeds = {"manual_seed", "initial_seed", "seed"} & student.identifiers(name)
    reseeded = (
        "the draw does not depend on where the generator stands: it was seeded anew. Whoever hands over a generator has "
        "seeded it; draw from it as it is."
    )
    require(
        not torch.equal(first, call(Generator(seed + 1, skip=7))),
        "generator_reseeded" if reseeds else "generator_ignored",
        reseeded
        if reseeds
        else "two generators with different seeds give the same draws: the generator was not used. Pass it on to what draws.",
    )
    require(
        not torch.equal(first, call(Generator(seed, skip=1007))), "generator_reseeded", reseeded
    )
    shared = Generator(seed).as_one()
    require(
        not torch.equal(call(shared), call(shared)),
        "generator_reseeded",
        "two draws in a row from one generator are the same: drawing has to move the generator on, so draw from it, "
        "not from a copy.",
    )
    return first
