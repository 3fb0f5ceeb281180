"""The conditions of a KKT point of V Problem 2, once all but the inputs is chosen.

The networks are sums of neurons that are continued by chains of single units: depth m, Φ(x) =
Σ_k s_k t_k^(m-1) σ(⟨w_k, x⟩) with w_k = t_k u_k, ‖u_k‖ = 1, and all later weights of the chain
t_k > 0, the last one s_k t_k.  Depth 2 is one hidden layer; u_k = ±e_k is a diagonal network.
Behind a side z < 0 the chain has slope a^(m-1), and at z = 0 the Clarke subdifferential of the
whole chain is the segment ρ ∈ [a^(m-1), 1].  So θ is a KKT point with multipliers λ iff (V App. B)

    Σ_i λ_i y_i s_k ρ_ik x_i = t_k^(2-m) u_k,    y_i Φ_i ≥ 1, = 1 where λ_i > 0

(the same factor t_k stands before every block of a neuron), and with biases, Σ_i λ_i y_i s_k ρ_ik =
b_k = 0 and c = Σ_i λ_i y_i.  By Euler Σ_i λ_i = Σ_k t_k² + c².  Once the neurons, the sides of
all pre-activations (zeros among them), λ and ρ are chosen, every condition is linear in the inputs,
and a linear program finds some.  Its vertices are degenerate: repeated inputs and zero entries.

Choices may contradict each other.  Then the biases, the kinks and the other sides are given up in
turn.  The last resort always has a solution: all u_k = s_k u in one line and, at depth m > 2, all
t_k = t; then x_i = y_i u / (T_i + a^(m-1) T_i'), T_i and T_i' the sums of t_k^m over the neurons
with s_k = y_i and the others, and Σ λ_i = t^(2-m) (T + a^(m-1) T') / (1 + a^(m-1)) over each label.
Where neurons see disjoint inputs, it is one label y = s_k and x = Σ_k t_k^(2-m) u_k / Σλ.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from flint import fmpq

from exactmargin.data import Dataset
from exactmargin.exact import LinearProgram, LPStatus, Q, solve_lp
from exactmargin.networks import Parameters, from_pattern
from exactmargin.problems import MaxMargin, Problem

__all__ = ["Choice", "Neuron", "constructed"]

_FAR = 16
"""Linear programs that have no inputs with coordinates up to `Choice.far` look up to this one."""


@dataclass(frozen=True, slots=True)
class Neuron:
    """A neuron that is not zero: its places, direction u, sign s and size t."""

    places: list[int]
    unit: list[fmpq]
    sign: int
    size: fmpq


@dataclass(frozen=True, slots=True)
class Choice:
    """All that is chosen before the inputs; `sides` and `shares` are per neuron and example.

    Neuron k belongs to group groups[k], example i to groups[homes[i]]: the group's sums of t_k² and
    of λ_i are the same where there are no cross terms.  `shares` place ρ in its segment at kinks;
    `last` is c, or None without an output bias.
    """

    dimension: int
    depth: int
    slope: fmpq
    neurons: list[Neuron]
    groups: list[int]
    homes: list[int]
    zero: list[list[int]]
    labels: list[int]
    sides: list[list[int]]
    shares: list[list[fmpq]]
    loads: list[int]
    active: list[bool]
    hidden_bias: bool
    last: fmpq | None
    costs: list[int]
    far: int

    @property
    def low(self) -> fmpq:
        """The slope of a whole chain behind a negative side."""
        return self.slope ** (self.depth - 1)

    def rho(self, k: int, i: int) -> fmpq:
        """The slope of chain k in the subgradient of example i."""
        share = {1: fmpq(1), -1: fmpq(0), 0: self.shares[k][i]}[self.sides[k][i]]
        return self.low + (1 - self.low) * share


def constructed(choice: Choice, fillers: list[fmpq]) -> Problem:
    """The problem of the first attempt that has inputs; `fillers` are for coordinates, N d in
    all, that only zero neurons see."""
    for attempt in _attempts(choice):
        multipliers = _multipliers(attempt)
        if multipliers is None:
            continue
        inputs = _inputs(attempt, multipliers)
        if inputs is not None:
            return _problem(attempt, inputs, fillers)
    aligned, inputs = _aligned(choice)
    return _problem(aligned, inputs, fillers)


def _attempts(choice: Choice) -> Iterator[Choice]:
    """The choice, and what is left of it when parts are given up in turn."""
    yield choice
    if choice.hidden_bias:
        choice = replace(choice, hidden_bias=False)
        yield choice
    if choice.last is not None:
        choice = replace(choice, last=None)
        yield choice
    if any(0 in sides for sides in choice.sides):
        yield replace(choice, shares=[[fmpq(0)] * len(row) for row in choice.shares])
        choice = replace(choice, sides=[[z or 1 for z in sides] for sides in choice.sides])
        yield choice
    helping = [[y * neuron.sign for y in choice.labels] for neuron in choice.neurons]
    if helping != choice.sides:
        yield replace(choice, sides=helping)


def _total(choice: Choice) -> fmpq:
    return sum((neuron.size**2 for neuron in choice.neurons), (choice.last or fmpq(0)) ** 2)


def _multipliers(choice: Choice) -> list[fmpq] | None:
    """λ ≥ 0 with Σ λ_i = Σ t_k² + c² and, where there are biases, their conditions; or None."""
    total, labels = _total(choice), choice.labels
    if choice.hidden_bias:
        return _multipliers_with_biases(choice, total)
    if choice.last is None:
        at = [choice.groups[k] for k in choice.homes]
        keys = sorted(set(at))
        neurons = list(zip(choice.neurons, choice.groups, strict=True))
        parts = [sum((a.size**2 for a, g in neurons if g == key), fmpq(0)) for key in keys]
    else:  # their sum is the total, their difference c
        at, keys = labels, [1, -1]
        parts = [(total + choice.last) / 2, (total - choice.last) / 2]
    result = [fmpq(0)] * len(labels)
    for key, part in zip(keys, parts, strict=True):
        group = [i for i, other in enumerate(at) if other == key]
        if part < 0 or (part > 0 and not group):
            return None
        loads = [choice.loads[i] for i in group]
        for i, value in zip(group, _shared_out(part, loads), strict=True):
            result[i] = value
    return result


def _shared_out(total: fmpq, loads: list[int]) -> list[fmpq]:
    loads = loads if any(loads) else [1] * len(loads)
    return [total * load / sum(loads) for load in loads]


def _multipliers_with_biases(choice: Choice, total: fmpq) -> list[fmpq] | None:
    rows: list[list[int | fmpq]] = [[1] * len(choice.labels)]
    rhs = [total]
    if choice.last is not None:
        rows.append(list(choice.labels))
        rhs.append(choice.last)
    for k in range(len(choice.neurons)):
        rows.append([y * choice.rho(k, i) for i, y in enumerate(choice.labels)])
        rhs.append(fmpq(0))
    costs = [Q.coerce(load) for load in choice.loads]
    exact = [list(map(Q.coerce, row)) for row in rows]
    found = solve_lp(LinearProgram(Q, costs, exact, ["=="] * len(rows), rhs))
    return None if found.status is LPStatus.INFEASIBLE else list(map(Q.coerce, found.x or ()))


def _inputs(choice: Choice, multipliers: list[fmpq]) -> list[list[fmpq]] | None:
    """Inputs that meet all conditions of the module's head, or None where there are none."""
    d, labels, m = choice.dimension, choice.labels, choice.depth
    rows: list[dict[int, fmpq]] = []
    senses: list[str] = []
    rhs: list[fmpq] = []

    def add(row: dict[int, fmpq], sense: str, right: fmpq) -> None:
        rows.append(row)
        senses.append(sense)
        rhs.append(right)

    gap = 1 / (8 * sum((neuron.size**m for neuron in choice.neurons), fmpq(0)))
    outputs: list[dict[int, fmpq]] = [{} for _ in labels]
    for k, neuron in enumerate(choice.neurons):
        pulls = [
            lam * y * neuron.sign * choice.rho(k, i)
            for i, (lam, y) in enumerate(zip(multipliers, labels, strict=True))
        ]
        for j, value in zip(neuron.places, neuron.unit, strict=True):
            row = {i * d + j: pull for i, pull in enumerate(pulls)}
            add(row, "==", value * neuron.size ** (2 - m))
        for i, z in enumerate(choice.sides[k]):  # a linear network has no sides
            place = {i * d + j: u for j, u in zip(neuron.places, neuron.unit, strict=True)}
            signed = {p: u * (z or 1) for p, u in place.items()}
            if choice.slope != 1:
                add(signed, ">=" if z else "==", gap if z else fmpq(0))
            slope = (choice.low if z < 0 else 1) * neuron.sign * neuron.size**m * labels[i]
            for p, u in place.items():
                outputs[i][p] = outputs[i].get(p, fmpq(0)) + slope * u
    for i, row in enumerate(outputs):
        tight = multipliers[i] > 0 or choice.active[i]
        add(row, "==" if tight else ">=", 1 - labels[i] * (choice.last or fmpq(0)))
    for far in (choice.far, _FAR):
        x = _vertex(choice.costs, rows, senses, rhs, far)
        if x is not None:
            return [x[i * d : (i + 1) * d] for i in range(len(labels))]
    return None


def _vertex(
    costs: list[int], rows: list[dict[int, fmpq]], senses: list[str], rhs: list[fmpq], far: int
) -> list[fmpq] | None:
    """The cheapest point that satisfies all rows, with coordinates from -far to far, or None."""
    n = len(costs)
    box: list[dict[int, fmpq]] = [{p: fmpq(1)} for p in range(n)]
    found = solve_lp(
        LinearProgram(
            Q,
            [Q.coerce(cost) for cost in costs],
            [*rows, *box, *box],
            [*senses, *["<="] * n, *[">="] * n],
            [*rhs, *[fmpq(far)] * n, *[fmpq(-far)] * n],
            True,
        )
    )
    if found.status is LPStatus.INFEASIBLE:
        return None
    return list(map(Q.coerce, found.x or ()))


def _aligned(choice: Choice) -> tuple[Choice, list[list[fmpq]]]:
    """The last resort: neurons ±u in one line with their inputs, or disjoint ones of one sign."""
    y, first, m = choice.labels[0], choice.neurons[0], choice.depth
    signs = [neuron.sign for neuron in choice.neurons]
    places = [j for neuron in choice.neurons for j in neuron.places]
    disjoint = len(set(places)) == len(places)
    labels = [y] * len(choice.labels) if disjoint else choice.labels
    if len(set(labels)) == 1:
        signs = [y] * len(signs)
    neurons = [
        replace(neuron, sign=s)
        if disjoint
        else Neuron(
            first.places,
            [s * u for u in first.unit],
            s,
            neuron.size if m == 2 else first.size,
        )
        for neuron, s in zip(choice.neurons, signs, strict=True)
    ]
    aligned = replace(choice, neurons=neurons, labels=labels, hidden_bias=False, last=None)
    inputs = []
    for label in labels:
        x = [fmpq(0)] * choice.dimension
        reach = {s: sum((a.size**m for a in neurons if a.sign == s), fmpq(0)) for s in (1, -1)}
        line = 1 / (reach[label] + choice.low * reach[-label])
        for neuron in neurons if disjoint else neurons[:1]:
            factor = neuron.size ** (2 - m) / _total(aligned) if disjoint else line
            for j, u in zip(neuron.places, neuron.unit, strict=True):
                x[j] = u * factor * (1 if disjoint else label * neuron.sign)
        inputs.append(x)
    return aligned, inputs


def _problem(choice: Choice, inputs: list[list[fmpq]], fillers: list[fmpq]) -> Problem:
    """The network and its point; coordinates that no moving neuron sees are free: `fillers`."""
    d, moving, zeros = choice.dimension, choice.neurons, len(choice.zero)
    seen = {j for neuron in moving for j in neuron.places}
    x = [
        [value if j in seen else fillers[i * d + j] for j, value in enumerate(row)]
        for i, row in enumerate(inputs)
    ]
    number, pattern = 0, []
    for places in [*(neuron.places for neuron in moving), *choice.zero]:
        row = [0] * d
        for j in places:
            number += 1
            row[j] = number
        pattern.append(row)
    count = len(pattern)
    chain = [[k + 1 if k == l else 0 for l in range(count)] for k in range(count)]
    patterns = [pattern, *[chain] * (choice.depth - 2), [list(range(1, count + 1))]]
    flags = [choice.hidden_bias, *[False] * (choice.depth - 2), choice.last is not None]
    network = from_pattern(patterns, flags, negative_slope=choice.slope)
    nothing = [fmpq(0)]
    flat = [u * neuron.size for neuron in moving for u in neuron.unit]
    flat += nothing * sum(map(len, choice.zero)) + nothing * (count * choice.hidden_bias)
    sizes = [neuron.size for neuron in moving] + nothing * zeros
    flat += sizes * (choice.depth - 2)
    flat += [neuron.sign * neuron.size for neuron in moving] + nothing * zeros
    flat += [] if choice.last is None else [choice.last]
    data = Dataset(tuple(map(tuple, x)), tuple(choice.labels))
    return Problem(
        "constructed", Q, network, data, MaxMargin(), Parameters.from_flat(network, flat)
    )
