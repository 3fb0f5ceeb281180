"""Linear networks without shared weights and with biases in the first layer only (V Thm 3.1).

Φ(x) = <β, x̂>, β the product of the layers, and Φ sees only the inputs that have a weight. With
β* the support vector machine's solution all feasible θ' have ‖θ'‖² ≥ m ‖β*‖^(2/m). Where one unit
of the first layer sees all these inputs and has a path to the output (as in fully connected
networks) that value is reached by a chain of that path: then this decides, for all m.
One example alone gives the same bound for networks of any slope, as |σ(z)| ≤ |z|; and where the
units of the first layer read less than all inputs, only the longest of their parts counts.
"""

from collections.abc import Sequence
from functools import reduce

from flint import fmpq

from exactmargin.decisions.better import smaller_point
from exactmargin.decisions.budget import Budget
from exactmargin.decisions.certificate import Certificate
from exactmargin.decisions.proposals import PRECISIONS, root_of
from exactmargin.decisions.svm import Nearest, nearest_point
from exactmargin.decisions.verdict import Answer, Verdict
from exactmargin.exact import Number, sign, squared_norm
from exactmargin.problems import MaxMargin, Problem

__all__ = [
    "is_bounded_singly",
    "is_product",
    "largest_read",
    "product_global_minimum",
    "product_machine",
    "single_global_minimum",
    "single_products",
]


def is_product(problem: Problem) -> bool:
    """Whether `product_global_minimum` is for this problem."""
    network = problem.network
    linear = network.is_linear or network.depth == 1
    early = not any(layer.bias for layer in network.layers[1:])
    return isinstance(problem.objective, MaxMargin) and linear and early and network.is_no_share


def product_machine(problem: Problem, budget: Budget) -> Nearest:
    """The machine of y_i x̂_i, x̂_i the seen inputs and a 1 for biases."""
    return nearest_point(_signed_inputs(problem), budget)


def _signed_inputs(problem: Problem) -> list[tuple[Number, ...]]:
    seen = _seen(problem)
    one = [problem.field.one] * problem.network.layers[0].bias
    pairs = zip(problem.data.inputs, problem.data.labels, strict=True)
    return [tuple(y * v for v in (*(x[j] for j in seen), *one)) for x, y in pairs]


def _suffices(problem: Problem, machine: Nearest) -> bool:
    """(‖θ‖²/m)^m G² ≤ S² with S = 1."""
    m, norm = problem.network.depth, squared_norm(problem.free_parameters())
    return sign((norm / m) ** m * largest_read(problem, machine) - 1) <= 0


def largest_read(problem: Problem, machine: Nearest) -> Number:
    """G²: the largest squared norm of g on what one unit of the first layer reads."""
    first, seen = problem.network.layers[0], _seen(problem)
    g = dict(zip([*seen, *[-1] * first.bias], machine.point, strict=True))
    reads = {(*(j for j, _ in row), *[-1] * first.bias) for row in first.entries}
    norms = [squared_norm([g[j] for j in read]) for read in reads]
    return reduce(lambda a, b: b if sign(b - a) > 0 else a, norms)


def _proved(problem: Problem, machine: Nearest) -> Verdict:
    spell = problem.field.format
    multipliers = [spell(problem.field.coerce(a)) for a in machine.weights]
    evidence = {"by": "product", "multipliers": multipliers}
    return Verdict.proved(Answer.YES, Certificate.about(problem, "global-minimum", evidence))


def is_bounded_singly(problem: Problem) -> bool:
    """Whether `single_global_minimum` is for this problem."""
    network = problem.network
    early = not any(layer.bias for layer in network.layers[1:])
    return isinstance(problem.objective, MaxMargin) and early and network.is_no_share


def single_products(problem: Problem) -> list[Nearest]:
    """The machine of each example alone: its product bounds the norm for every slope."""
    size = problem.data.size
    return [
        Nearest(row, tuple(fmpq(i == j) for j in range(size)))
        for i, row in enumerate(_signed_inputs(problem))
    ]


def single_global_minimum(problem: Problem, budget: Budget) -> Verdict:
    """Yes where one example alone bounds the norm by that of θ, for any slope; else unknown."""
    budget.check()
    for machine in single_products(problem):
        if _suffices(problem, machine):
            return _proved(problem, machine)
    return Verdict.unknown("no example alone bounds the norm by that of the point")


def product_global_minimum(problem: Problem, budget: Budget) -> Verdict:
    """Whether a feasible θ is a global minimum; the problem is one of `is_product`.

    Complete where one unit sees all inputs that any unit sees.
    """
    machine = product_machine(problem, budget)
    if _suffices(problem, machine):
        return _proved(problem, machine)
    path = _path(problem)
    if path is None:
        return Verdict.unknown(
            "no unit of the first layer sees all inputs: the bound of the support vector machine "
            "is below the norm of the point, and need not be reached"
        )
    size = squared_norm(machine.point)
    beta = [value / size for value in machine.point]
    for bits in PRECISIONS:
        budget.check()
        better = smaller_point(problem, _chain(problem, path, beta, bits))
        if better is not None:
            return Verdict.proved(Answer.NO, better)
    return Verdict.unknown(
        f"boundary: no better point was found with numbers of {PRECISIONS[-1]} bits"
    )


def _seen(problem: Problem) -> list[int]:
    return sorted({j for row in problem.network.layers[0].entries for j, _ in row})


def _path(problem: Problem) -> list[int] | None:
    """Units from the first layer to the output, the first of which sees all seen inputs."""
    layers, seen = problem.network.layers, len(_seen(problem))
    paths = [[k] for k, row in enumerate(layers[0].entries) if len(row) == seen]
    for layer in layers[1:]:
        reach = {path[-1]: path for path in paths}
        paths = [
            [*reach[j], k]
            for k, row in enumerate(layer.entries)
            for j in [next((j for j, _ in row if j in reach), None)]
            if j is not None
        ]
    return paths[0] if paths else None


def _chain(
    problem: Problem, path: Sequence[int], beta: Sequence[Number], bits: int
) -> list[Number]:
    """The flat point whose only weights are on the path, with product β and nearly equal norms."""
    network, m = problem.network, problem.network.depth
    flat: list[Number] = [problem.field.zero] * network.parameter_count
    root = root_of(squared_norm(beta), 2 * m, bits)
    first = network.layers[0]
    share = [value / root ** (m - 1) for value in beta]
    for (_, g), value in zip(first.entries[path[0]], share, strict=False):
        flat[g] = value
    if first.bias:
        flat[first.parameter_count + path[0]] = share[-1]
    for n in range(1, m):
        start = network.block_slice(n).start
        g = next(g for j, g in network.layers[n].entries[path[n]] if j == path[n - 1])
        flat[start + g] = root + problem.field.zero
    return flat
