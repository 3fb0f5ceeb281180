"""The hypotheses and conclusions of both papers, as exact conditions."""

from collections.abc import Callable
from dataclasses import replace

from exactmargin.conjectures.condition import Condition, asked
from exactmargin.conjectures.evidence import zero_rows
from exactmargin.decisions import (
    Answer,
    Budget,
    Certificate,
    Verdict,
    decide_kkt,
    decide_separable,
)
from exactmargin.exact import sign
from exactmargin.networks import diagonal, forward
from exactmargin.problems import LayerMaxMargin, MaxMargin, Problem

__all__ = [
    "CRITICAL",
    "DEPTH_2",
    "DIAGONAL",
    "EQUAL_CLASSES",
    "FULLY_CONNECTED",
    "GLOBAL_MINIMUM",
    "KKT",
    "KKT_OF_PROBLEM_2",
    "LEAKY",
    "LINEAR",
    "LOCAL_MINIMUM",
    "NONZERO_NEURONS",
    "NO_BIASES",
    "NO_KINKS",
    "NO_KINKS_FROM_LAYER",
    "NO_SHARE",
    "ONE_LAYER",
    "RELU",
    "SEPARABLE",
    "certified",
    "seen",
]


def seen(name: str, test: Callable[[Problem], bool]) -> Condition:
    """A condition that the problem itself shows."""
    return Condition(name, lambda problem, _: test(problem))


def certified(name: str, claim: str, test: Callable[[Problem], bool]) -> Condition:
    """A condition that the problem itself shows, with the kernel's consent where it holds."""

    def decide(problem: Problem, _: Budget) -> Verdict | bool:
        if not test(problem):
            return False
        return Verdict.proved(Answer.YES, Certificate.about(problem, claim, {}))

    return Condition(name, decide)


# ---------------- networks


def _is_dense(problem: Problem) -> bool:
    network = problem.network
    return network.is_no_share and all(
        0 not in row for layer in network.layers for row in layer.pattern
    )


def _is_diagonal(problem: Problem) -> bool:
    network = problem.network
    like = diagonal(network.input_dimension, network.depth, negative_slope=network.negative_slope)
    return network == like


DEPTH_2 = seen("the network has depth 2", lambda p: p.network.depth == 2)
RELU = seen("it is a ReLU network", lambda p: not p.network.negative_slope)
LEAKY = seen("the slope is positive", lambda p: bool(p.network.negative_slope))
LINEAR = seen("it is a linear network", lambda p: p.network.is_linear)
FULLY_CONNECTED = seen("it is fully connected", _is_dense)
DIAGONAL = seen("it is diagonal", _is_diagonal)
NO_SHARE = seen("it shares no weights", lambda p: p.network.is_no_share)
NO_BIASES = seen("it has no biases", lambda p: not p.network.has_bias)

# ---------------- points of margin problems

KKT = asked("kkt", "a KKT point of Problem 2")
LOCAL_MINIMUM = asked("local_minimum", "a local minimum")
GLOBAL_MINIMUM = asked("global_minimum", "a global minimum")
KKT_OF_PROBLEM_2 = Condition(
    "a KKT point of Problem 2", lambda p, _: decide_kkt(replace(p, objective=MaxMargin()))
)


ONE_LAYER = seen(
    "one layer is optimised (Problem 4)", lambda p: isinstance(p.objective, LayerMaxMargin)
)


def _first_free(problem: Problem) -> int:
    return problem.objective.layer - 1 if isinstance(problem.objective, LayerMaxMargin) else 0


def _has_no_kinks(problem: Problem) -> bool:
    runs = (forward(problem.network, problem.point(), x) for x in problem.data.inputs)
    rows = (row for run in runs for row in run.pre_activations[_first_free(problem) : -1])
    return all(sign(z) for row in rows for z in row)


def _has_nonzero_neurons(problem: Problem) -> bool:
    return not zero_rows(problem)


NO_KINKS = certified("no pre-activation of a hidden neuron is zero", "no-kinks", _has_no_kinks)
NO_KINKS_FROM_LAYER = certified(
    "no pre-activation of a hidden neuron of the layer or above it is zero",
    "no-kinks",
    _has_no_kinks,
)
NONZERO_NEURONS = certified(
    "no hidden neuron has only zero weights", "nonzero-neurons", _has_nonzero_neurons
)

# ---------------- hinge losses

CRITICAL = asked("clarke_critical", "a critical point in the sense of Clarke")
SEPARABLE = Condition("the sample is linearly separable", lambda p, _: decide_separable(p))


def _has_equal_classes(problem: Problem) -> bool:
    pairs = list(zip(problem.data.labels, problem.example_weights, strict=True))
    sums = [sum((w for y, w in pairs if y == c), 0 * pairs[0][1]) for c in problem.classes]
    return all(value == sums[0] for value in sums)


EQUAL_CLASSES = seen("the weights of the classes are equal", _has_equal_classes)
