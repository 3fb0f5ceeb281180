r"""The perturbation that the proof of L Theorem 5 picks at a point with a positive loss.

One hidden layer, slope α > 0, separable data with (q, β) (L eq. 121). A neuron with v_k not 0 moves
as in Lemma 105. Where v = 0, let S = ⟨a_1, w_1⟩ + α_1 b_1. If S is not 0, v_1 moves as in Lemma
106, otherwise neuron 1 moves as in Lemma 107. Where moreover c is 1 or -1 the paper goes to a point
with c inside first, where the loss is the same, as the weights of the classes are equal; here c
moves inwards at the same time, faster than all outputs move.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from exactmargin.exact import Number, Q, dot, sign, squared_norm
from exactmargin.networks import forward
from exactmargin.problems import Problem
from theorems.laurent2018._two_class_steps import read_neurons

Motion = Mapping[int, Sequence[str]]


class Perturbation(NamedTuple):
    """The lemma ("step 2" where c moves, too), and by what parameter p, from 1, moves per t."""

    lemma: str
    motion: Motion


def perturbation(problem: Problem, q: Sequence[str], beta: str) -> Perturbation:
    """The curve from the problem's point."""
    width, d = problem.network.layers[0].rows, problem.network.input_dimension
    flat = problem.point().flat()
    c, v = flat[-1], problem.point().weights[1]
    if read := read_neurons(problem):
        k = read[0]
        return Perturbation("Lemma 105", _neuron(d, width, k, q, beta, sign(v[k - 1])))
    edge = c in (1, -1)
    outputs = _first_outputs(problem)
    on = [edge or sign(1 - y * c) > 0 for y in problem.data.labels]
    pulls = [mu * y for mu, y in zip(problem.example_weights, problem.data.labels, strict=True)]
    slope = sign(dot([a * e for a, e in zip(pulls, on, strict=True)], outputs))
    motion = {} if slope else _neuron(d, width, 1, q, beta, 1)
    motion[width * (d + 1) + 1] = [str(slope or 1)]
    if edge:
        motion[len(flat)] = [str(-c * (1 + squared_norm(outputs)))]
    lemma = "Lemma 106" if slope else "Lemma 107"
    return Perturbation(f"step 2, {lemma}" if edge else lemma, motion)


def _neuron(
    d: int, width: int, k: int, q: Sequence[str], beta: str, side: int
) -> dict[int, Sequence[str]]:
    """Neuron k moves by ±(q, β)."""
    places = [*range((k - 1) * d + 1, k * d + 1), width * d + k]
    steps = [side * Q.parse(text) for text in (*q, beta)]
    return {p: [str(a)] for p, a in zip(places, steps, strict=True) if a}


def _first_outputs(problem: Problem) -> list[Number]:
    """σ_α(⟨w_1, x_i⟩ + b_1)."""
    passes = [forward(problem.network, problem.point(), x) for x in problem.data.inputs]
    return [made.activations[0][0] for made in passes]
