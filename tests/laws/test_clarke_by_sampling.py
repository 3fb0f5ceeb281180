"""KKT against brute force: the Clarke set from sampled smooth points, one hidden layer.

Independent of cells and kernel: for a line theta + t d with no pre-activation on a kink for
small t > 0 the limit gradient is computed from the definition; enough random d find every
cell of these tiny arrangements; an exact linear program then decides.
"""

import random
from fractions import Fraction

from hypothesis import HealthCheck, assume, given, settings

from exactmargin.decisions import Answer, decide_kkt
from exactmargin.exact import Q, feasible_point
from exactmargin.formats import problem_to_json
from exactmargin.strategies import architectures, problems

SHALLOW = problems(["max-margin", "layer-max-margin"], networks=architectures(depth=(1, 2)))


def fraction(x):
    return Fraction(int(x.p), int(x.q))


def limit_gradient(problem, x, d):
    """The gradient of Phi at theta from the side of d, or None where d is not generic."""
    network = problem.network
    theta = [fraction(v) for v in problem.point().flat()]
    slope = fraction(network.negative_slope)
    x = [fraction(v) for v in x]
    n = len(theta)
    if network.depth == 1:
        layers = [None, network.layers[0]]
        hidden = [(v, [Fraction(0)] * n, 1) for v in x]
        start = 0
    else:
        layer = network.layers[0]
        layers = [layer, network.layers[1]]
        hidden, start = [], layer.parameter_count + layer.bias_count
        for k, entries in enumerate(layer.entries):
            form = [Fraction(0)] * n
            for j, g in entries:
                form[g] += x[j]
            if layer.bias:
                form[layer.parameter_count + k] += 1
            z = sum(a * b for a, b in zip(form, theta, strict=True))
            dz = sum(a * b for a, b in zip(form, d, strict=True))
            if z == 0 and dz == 0 and any(form[p] for p in range(*problem.free_slice.indices(n))):
                return None
            on = z > 0 or (z == 0 and dz > 0)
            s = Fraction(1) if on else slope
            hidden.append((s * z, [s * a for a in form], s))
    out = layers[1]
    gradient = [Fraction(0)] * n
    for j, g in out.entries[0]:
        h, form, _ = hidden[j]
        gradient[start + g] += h
        for p in range(n):
            gradient[p] += theta[start + g] * form[p]
    if out.bias:
        gradient[start + out.parameter_count] += 1
    return gradient[problem.free_slice]


@settings(max_examples=400, suppress_health_check=list(HealthCheck))
@given(SHALLOW)
def test_kkt_is_what_sampling_says(problem):
    assume(problem.is_feasible())
    rng = random.Random(repr(problem_to_json(problem)))
    n = problem.network.parameter_count
    free = range(*problem.free_slice.indices(n))
    columns = []
    for i in problem.active_examples():
        found = set()
        for _ in range(150):
            d = [rng.randint(-9, 9) if p in free else 0 for p in range(n)]
            g = limit_gradient(problem, problem.data.inputs[i], d)
            if g is not None:
                found.add(tuple(problem.data.labels[i] * v for v in g))
        assert found
        columns += sorted(found)
    theta = problem.free_parameters()
    rows = [[Q.coerce(column[p]) for column in columns] for p in range(len(theta))]
    flags = [False] * len(columns)
    sampled = feasible_point(Q, rows, ["=="] * len(rows), list(theta), flags).x is not None
    assert decide_kkt(problem).answer is (Answer.YES if sampled else Answer.NO)
