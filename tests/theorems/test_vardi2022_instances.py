"""Many more instances of the positive theorems, by the modules' own construction; their limits.

The modules hold a few instances each, chosen to be degenerate. Here hypotheses are made to hold for
many more, and the kernel must accept every one; and where a hypothesis is dropped it must not.
"""

from random import Random

import pytest

from exactmargin.decisions import Certificate
from exactmargin.errors import InternalError
from exactmargin.formats import problem_to_json
from exactmargin.networks import convolutional
from exactmargin.problems import Problem
from exactmargin.registry import Part, Step
from theorems.steps import global_by_product, lifted, of_layer
from theorems.vardi2022 import (
    theorem_3_1,
    theorem_3_2,
    theorem_4_1,
    theorem_4_2_1,
    theorem_4_2_2,
    theorem_4_3,
    theorem_4_4,
    theorem_5_2,
    theorem_5_4,
)
from theorems.vardi2022._samples import Sample, linear

UNIT = {
    1: [(1,), (-1,)],
    2: [(1, 0), ("3/5", "4/5"), ("-5/13", "12/13"), ("8/17", "-15/17")],
    3: [(0, 1, 0), ("2/3", "-1/3", "2/3"), ("6/7", "2/7", "-3/7"), ("3/5", 0, "4/5")],
}
"""Unit vectors by length."""


def accepted(part: Part) -> None:
    """The kernel accepts a part of a proof."""
    assumptions = sorted({a for step in part.steps for a in step.assumes})
    evidence = {"theorem": "vardi2022/instance", "parts": [part.to_json()]}
    outcome = Certificate("theorem", None, evidence, tuple(assumptions)).outcome()
    assert outcome.accepted, f"{part.name}: {outcome.line()}"


def code(problem: Problem, step: Step) -> str:
    """Why the kernel refuses a step."""
    stated = problem_to_json(problem) | ({"objective": step.objective} if step.objective else {})
    outcome = Certificate(step.claim, stated, step.evidence).outcome()
    assert outcome.status == "rejected", outcome.line()
    return outcome.code


def shares(random: Random, size: int) -> list[tuple[list[int], str]]:
    """Directions with shares that add up to 1; some are 0, some directions, too."""
    parts = [random.randint(0, 3) for _ in range(random.randint(0, 2))] + [1]
    directions = [[random.randint(-2, 2) for _ in range(size)] for _ in parts]
    return [(d, f"{a}/{sum(parts)}") for d, a in zip(directions, parts, strict=True)]


def beyond(random: Random, size: int) -> list[tuple[list[int], str]]:
    """Up to two examples with margins above 1."""
    return [
        ([random.randint(-3, 3) for _ in range(size)], f"{random.randint(5, 9)}/4")
        for _ in range(random.randint(0, 2))
    ]


@pytest.mark.parametrize("seed", range(40))
def test_theorem_3_1(seed: int) -> None:
    random = Random(seed)
    sizes = [random.randint(1, 3) for _ in range(random.randint(2, 4))]
    directions = [random.choice(UNIT[size]) for size in sizes]
    c = random.choice(("1/3", "1", "2", "7/5"))
    instance = theorem_3_1.aligned(
        f"seed {seed}", c, directions, shares(random, sizes[0]), beyond(random, sizes[0])
    )
    accepted(theorem_3_1.proof(instance))


@pytest.mark.parametrize("seed", range(40))
def test_theorem_4_2_1_and_one_layer_at_a_time(seed: int) -> None:
    random = Random(seed)
    v = [random.choice((-2, -1, 1, 3)) for _ in range(2)]
    g = ("3/5", "4/5", random.choice(("-3/5", "3/5")))
    instance = linear(
        f"seed {seed}",
        theorem_4_2_1.OVERLAPPING,
        theorem_4_2_1.restricted(g, [(0, 1), (1, 2)], v),
        g,
        shares(random, 3),
        beyond(random, 3),
    )
    accepted(theorem_4_2_1.proof(instance))
    accepted(theorem_5_2.proof(instance, []))


@pytest.mark.parametrize("seed", range(20))
def test_theorem_5_2_with_shared_weights(seed: int) -> None:
    random = Random(seed)
    a, b = random.choice(UNIT[2])
    instance = linear(
        f"seed {seed}",
        convolutional(3, 2, negative_slope=1),
        [(a, b), (b, a)],
        (0, 1, 0),
        shares(random, 3),
        beyond(random, 3),
    )
    accepted(theorem_5_2.proof(instance, []))


@pytest.mark.parametrize("seed", range(20))
def test_theorem_4_3_and_theorem_5_4(seed: int) -> None:
    random = Random(seed)
    numbers = [random.randint(1, 30) for _ in range(3)]
    instance = theorem_4_3.beside_the_lemma(*numbers)
    accepted(theorem_4_3.local(instance))
    accepted(theorem_5_4.local(instance.problem, instance.multipliers))


@pytest.mark.parametrize("number", range(len(theorem_4_3.instances())))
def test_what_holds_for_all_layers_holds_for_one(number: int) -> None:
    instance = theorem_4_3.instances()[number]
    accepted(theorem_5_4.local(instance.problem, instance.multipliers))


# ---------------------------------------------------------------- hypotheses that are needed


def test_a_zero_neuron_spoils_theorem_4_2_1() -> None:
    step = lifted("global", ["1"], 2, "global-minimum")
    assert code(theorem_4_1.instance(1), step) == "lifting-outside-ball"


def test_zero_inputs_spoil_theorem_4_3() -> None:
    assert code(theorem_3_2.instance(), lifted("local", ["2", "2"], 2)) == "lifting-sign-open"
    step = lifted("local", ["1"] * 4, 4)
    assert code(theorem_4_2_2.instance(), step) == "lifting-side-open"


def test_shared_weights_spoil_theorem_4_3() -> None:
    step = lifted("local", ["1"], 2)
    assert code(theorem_4_4.instance(0), step) == "bound-with-shared-weights"


def test_zero_inputs_spoil_theorem_5_4() -> None:
    step = of_layer("local", ["1"] * 4, 1, "local-minimum")
    assert code(theorem_4_2_2.instance(), step) == "open-slope"


def test_relu_spoils_theorem_3_1() -> None:
    step = global_by_product("global", ["2", "2"])
    assert code(theorem_3_2.instance(), step) == "product-of-nonlinear-examples"


def test_sparse_weights_spoil_theorem_3_1() -> None:
    """The λ of the KKT point of Theorem 4.1 bound the norm by less: |g| = |x| is too large."""
    step = global_by_product("global", ["1"])
    assert code(theorem_4_1.instance(1), step) == "product-bound"


def test_a_sample_has_parameters() -> None:
    problem = theorem_4_1.instance(1).with_parameters(None)
    with pytest.raises(InternalError, match=r"V Theorem 4\.1 has no parameters; a KKT point needs"):
        Sample.of(problem, ["1"])
