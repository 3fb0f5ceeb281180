"""KKT points of V Problem 2 by construction: pattern and multipliers first, data last.

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

Choices may contradict each other.  Then hidden biases, kinks and neurons that work against an
example are given up in turn; the last resort, one direction and one label, always has a solution:
x_i = y s t^(2-m) u / Σλ.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from flint import fmpq
from hypothesis import strategies as st

from exactmargin.data import Dataset
from exactmargin.exact import LinearProgram, LPStatus, Q, sign, solve_lp
from exactmargin.networks import Parameters, RationalLike, from_pattern
from exactmargin.problems import MaxMargin, Problem
from exactmargin.strategies.arguments import Range, bounds, flag
from exactmargin.strategies.arguments import slopes as checked_slopes
from exactmargin.strategies.networks import SLOPES
from exactmargin.strategies.numbers import rationals, unit_vectors

__all__ = ["kkt_points"]

_FAR = 16
"""The linear programs look for inputs with coordinates up to this number."""

_SIZES = [fmpq(p, q) for p, q in ((1, 1), (2, 1), (1, 2), (3, 1), (3, 2))]


def kkt_points(
    *,
    dimension: Range = (1, 3),
    size: Range = (1, 4),
    moving: Range = (1, 3),
    zero: Range = (0, 2),
    depth: Range = 2,
    slopes: Sequence[RationalLike] = SLOPES,
    diagonal: bool = False,
    biases: bool = True,
    kinks: bool = True,
) -> st.SearchStrategy[Problem]:
    """Max-margin problems over Q with a point that is a KKT point (V Problem 2, App. B).

    The network has `moving` neurons that are not zero and `zero` neurons that are, first weights
    may be missing; behind the first layer it is diagonal, and dense at the output.  With
    `diagonal` the first layer is diagonal too: the dimension is then the number of neurons, and
    `dimension` is not used.  At depth 2 and with `biases` the output or the hidden units may have
    biases; with `kinks` pre-activations may be zero.  Every point has multipliers by
    construction, none is found by filtering.

    >>> kkt_points(moving=1, zero=1, size=2).example()  # doctest: +SKIP
    Problem(name='constructed', field=Q, ...)

    Examples shrink towards one input 1 with label 1 and one neuron w = v = 1.  Raises
    `InvalidInputError`.
    """
    for name, value in (("diagonal", diagonal), ("biases", biases), ("kinks", kinks)):
        flag(value, name)
    ranges = {
        "dimension": bounds(dimension, "dimension"),
        "size": bounds(size, "size"),
        "moving": bounds(moving, "moving"),
        "zero": bounds(zero, "zero", least=0),
        "depth": bounds(depth, "depth", least=2),
    }
    return _kkt_points(ranges, checked_slopes(slopes), diagonal, biases, kinks)


@dataclass(frozen=True, slots=True)
class _Neuron:
    """A neuron that is not zero: its places, direction u, sign s and size t."""

    places: list[int]
    unit: list[fmpq]
    sign: int
    size: fmpq


@dataclass(frozen=True, slots=True)
class _Choice:
    """All that is chosen before the inputs; `sides`, `shares` and `spare` are per neuron, example.

    Neuron k belongs to group groups[k], example i to groups[homes[i]]: the group's sums of t_k² and
    of λ_i are the same where there are no cross terms.  `shares` place ρ in its segment at kinks; `last` is c, or None without an output bias.
    """

    dimension: int
    depth: int
    slope: fmpq
    neurons: list[_Neuron]
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

    @property
    def low(self) -> fmpq:
        """The slope of a whole chain behind a negative side."""
        return self.slope ** (self.depth - 1)

    def rho(self, k: int, i: int) -> fmpq:
        """The slope of chain k in the subgradient of example i."""
        share = {1: fmpq(1), -1: fmpq(0), 0: self.shares[k][i]}[self.sides[k][i]]
        return self.low + (1 - self.low) * share


@st.composite
def _kkt_points(
    draw: st.DrawFn,
    ranges: dict[str, tuple[int, int]],
    slopes: Sequence[fmpq],
    diagonal: bool,
    biases: bool,
    kinks: bool,
) -> Problem:
    moving, zero = draw(st.integers(*ranges["moving"])), draw(st.integers(*ranges["zero"]))
    d = moving + zero if diagonal else draw(st.integers(*ranges["dimension"]))
    depth, slope = draw(st.integers(*ranges["depth"])), draw(st.sampled_from(slopes))
    own = [[k] if diagonal else draw(_places(d)) for k in range(moving + zero)]
    n = draw(st.integers(*ranges["size"]))
    neurons, hosts, groups, homes = draw(_neurons(own[:moving], n, depth, diagonal))
    labels = [neurons[k].sign for k in homes]
    sides, shares = draw(_sides(neurons, hosts, homes, kinks))
    hidden_bias = output_bias = False
    if biases and depth == 2:
        hidden_bias, output_bias = (draw(st.integers(0, 3)) == 3 for _ in range(2))
    last = fmpq(0)
    if output_bias and [neuron.sign for neuron in neurons] in ([1, -1], [-1, 1]):
        neurons, last = draw(_with_output_bias(neurons))
    loads = [draw(st.integers(1, 4)) % 4 for _ in labels]  # 4 is none: it shrinks to 1
    active = [draw(st.booleans()) for _ in labels]
    costs = [draw(st.integers(-2, 2)) for _ in range(n * d)]
    fillers = [draw(rationals(-2, 2)) for _ in range(n * d)]
    choice = _Choice(
        dimension=d,
        depth=depth,
        slope=slope,
        neurons=neurons,
        groups=groups,
        homes=homes,
        zero=own[moving:],
        labels=labels,
        sides=sides,
        shares=shares,
        loads=loads,
        active=active,
        hidden_bias=hidden_bias,
        last=last if output_bias else None,
        costs=costs,
    )
    return _solved(choice, fillers)


@st.composite
def _with_output_bias(draw: st.DrawFn, neurons: list[_Neuron]) -> tuple[list[_Neuron], fmpq]:
    """Sizes and c for two neurons of opposite signs: c = t_+²/(1 - c) - t_-²/(1 + c)."""
    one, more, half = fmpq(1), fmpq(3, 2), fmpq(1, 2)
    sizes, c = draw(
        st.sampled_from((((one, one), 0 * one), ((one, more), half), ((more, one), -half)))
    )
    return [replace(a, size=sizes[a.sign < 0]) for a in neurons], c


@st.composite
def _places(draw: st.DrawFn, d: int) -> list[int]:
    """The inputs of a neuron: mostly all, else some."""
    missing = draw(st.sets(st.integers(0, d - 1))) if draw(st.integers(0, 3)) == 3 else set()
    return [j for j in range(d) if j not in missing] or [0]


@st.composite
def _neurons(
    draw: st.DrawFn, own: list[list[int]], n: int, depth: int, diagonal: bool
) -> tuple[list[_Neuron], list[int], list[int], list[int]]:
    """The neurons that are not zero, their hosts and groups; where each of n examples is at home.

    A neuron needs an example that pulls it, and neurons that one example pulls are parallel or
    disjoint, if nothing else pulls them.  So directions are turned until their angles are not
    acute, and neurons that cannot be, or that are in excess of n, get that of a host (themselves).
    """
    neurons: list[_Neuron] = []
    hosts: list[int] = []
    groups: list[int] = []
    free = n > len(own) and draw(st.integers(0, 3)) == 3
    for k, places in enumerate(own):
        unit, s = draw(unit_vectors(len(places))), draw(st.sampled_from((1, -1)))
        neuron, host, group = _Neuron(places, unit, s, draw(st.sampled_from(_SIZES))), k, k
        if not free and any(_angle(neuron, other) > 0 for other in neurons):
            neuron = replace(neuron, unit=[-x for x in unit])
        acute = [j for j, other in enumerate(neurons) if _angle(neuron, other) > 0]
        if k >= n and diagonal:
            group = draw(st.integers(0, n - 1))
            neuron = replace(neuron, sign=neurons[group].sign)
        elif k >= n or (acute and not free):
            host = group = hosts[acute[0] if acute else draw(st.integers(0, k - 1))]
            neuron = replace(neurons[host], size=neuron.size if depth == 2 else neurons[host].size)
        neurons.append(neuron)
        hosts.append(host)
        groups.append(group)
    homes = [i if i < len(own) else draw(st.integers(0, len(own) - 1)) for i in range(n)]
    return neurons, hosts, groups, homes


def _angle(a: _Neuron, b: _Neuron) -> fmpq:
    """⟨u_a, u_b⟩."""
    other = dict(zip(b.places, b.unit, strict=True))
    pairs = zip(a.places, a.unit, strict=True)
    return sum((u * other[j] for j, u in pairs if j in other), fmpq(0))


@st.composite
def _sides(
    draw: st.DrawFn, neurons: list[_Neuron], hosts: list[int], homes: list[int], kinks: bool
) -> tuple[list[list[int]], list[list[fmpq]]]:
    """The sides of all pre-activations, as for inputs along the neurons at home there, but for
    some; and where in its segment the slope at a zero is."""
    sides: list[list[int]] = []
    shares: list[list[fmpq]] = []
    for k, neuron in enumerate(neurons):
        if hosts[k] != k:
            sides.append(sides[hosts[k]])
            shares.append(shares[hosts[k]])
            continue
        row = []
        for home in homes:
            side = sign(_angle(neuron, neurons[home]))
            other = draw(st.integers(0, 5))  # mostly 0..3: the side stays
            pulled = k == hosts[home] or (k >= len(homes) and neuron.sign == neurons[home].sign)
            side = 1 if pulled else {4: 0, 5: -side or -1}.get(other, side)
            row.append(side if side or kinks else -1)
        sides.append(row)
        shares.append([draw(st.sampled_from((fmpq(1), fmpq(0), fmpq(1, 2)))) for _ in homes])
    return sides, shares


def _solved(choice: _Choice, fillers: list[fmpq]) -> Problem:
    for attempt in _attempts(choice):
        multipliers = _multipliers(attempt)
        if multipliers is None:
            continue
        inputs = _inputs(attempt, multipliers)
        if inputs is not None:
            return _problem(attempt, inputs, fillers)
    aligned = _aligned(choice)
    return _problem(aligned, _aligned_inputs(aligned), fillers)


def _attempts(choice: _Choice) -> Iterator[_Choice]:
    """The choice, and what is left of it when parts are given up in turn."""
    yield choice
    if choice.hidden_bias:
        choice = replace(choice, hidden_bias=False)
        yield choice
    if choice.last is not None:
        choice = replace(choice, last=None)
        yield choice
    if any(0 in sides for sides in choice.sides):
        choice = replace(choice, sides=[[z or 1 for z in sides] for sides in choice.sides])
        yield choice
    helping = [[y * neuron.sign for y in choice.labels] for neuron in choice.neurons]
    if helping != choice.sides:
        yield replace(choice, sides=helping)


def _total(choice: _Choice) -> fmpq:
    return sum((neuron.size**2 for neuron in choice.neurons), (choice.last or fmpq(0)) ** 2)


def _multipliers(choice: _Choice) -> list[fmpq] | None:
    """λ ≥ 0 with Σ λ_i = Σ t_k² + c² and, where there are biases, their conditions; or None."""
    total, labels = _total(choice), choice.labels
    if choice.hidden_bias:
        return _multipliers_with_biases(choice, total)
    if choice.last is None:
        at = [choice.groups[k] for k in choice.homes]
        parts = [
            sum(
                (
                    a.size**2
                    for a, g in zip(choice.neurons, choice.groups, strict=True)
                    if g == group
                ),
                fmpq(0),
            )
            for group in sorted(set(at))
        ]
        keys = sorted(set(at))
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


def _multipliers_with_biases(choice: _Choice, total: fmpq) -> list[fmpq] | None:
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


def _inputs(choice: _Choice, multipliers: list[fmpq]) -> list[list[fmpq]] | None:
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
        for i, z in enumerate(choice.sides[k]):
            place = {i * d + j: u for j, u in zip(neuron.places, neuron.unit, strict=True)}
            signed = {p: u * (z or 1) for p, u in place.items()}
            add(signed, ">=" if z else "==", gap if z else fmpq(0))
            slope = (choice.low if z < 0 else 1) * neuron.sign * neuron.size**m * labels[i]
            for p, u in place.items():
                outputs[i][p] = outputs[i].get(p, fmpq(0)) + slope * u
    for i, row in enumerate(outputs):
        tight = multipliers[i] > 0 or choice.active[i]
        add(row, "==" if tight else ">=", 1 - labels[i] * (choice.last or fmpq(0)))
    for p in range(len(labels) * d):
        add({p: fmpq(1)}, "<=", fmpq(_FAR))
        add({p: fmpq(1)}, ">=", fmpq(-_FAR))
    costs = [Q.coerce(cost) for cost in choice.costs]
    found = solve_lp(LinearProgram(Q, costs, rows, senses, rhs, True))
    if found.status is LPStatus.INFEASIBLE:
        return None
    x = list(map(Q.coerce, found.x or ()))
    return [x[i * d : (i + 1) * d] for i in range(len(labels))]


def _aligned(choice: _Choice) -> _Choice:
    """The last resort: one label and sign, and one direction but for disjoint neurons."""
    first, y = choice.neurons[0], choice.labels[0]
    places = [j for neuron in choice.neurons for j in neuron.places]
    if len(set(places)) == len(places):
        neurons = [replace(neuron, sign=y) for neuron in choice.neurons]
    else:
        neurons = [replace(first, sign=y)] * len(choice.neurons)
    labels = [y] * len(choice.labels)
    return replace(choice, neurons=neurons, labels=labels, hidden_bias=False, last=None)


def _aligned_inputs(choice: _Choice) -> list[list[fmpq]]:
    """All inputs are x = Σ_k t_k^(2-m) u_k / Σλ, over the neurons with places of their own."""
    x, total = [fmpq(0)] * choice.dimension, _total(choice)
    for neuron in choice.neurons:
        for j, value in zip(neuron.places, neuron.unit, strict=True):
            x[j] = value * neuron.size ** (2 - choice.depth) / total
    return [x] * len(choice.labels)


def _problem(choice: _Choice, inputs: list[list[fmpq]], fillers: list[fmpq]) -> Problem:
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
