"""KKT points of V Problem 2 by construction: pattern and multipliers first, data last.

What is drawn here is a `Choice`; what it must satisfy and how inputs are found stands in
`kkt_system`.
"""

from collections.abc import Sequence
from dataclasses import replace

from flint import fmpq
from hypothesis import strategies as st

from exactmargin.exact import sign
from exactmargin.networks import RationalLike
from exactmargin.problems import Problem
from exactmargin.strategies.arguments import Range, bounds, flag
from exactmargin.strategies.arguments import slopes as checked_slopes
from exactmargin.strategies.kkt_system import Choice, Neuron, constructed
from exactmargin.strategies.networks import SLOPES
from exactmargin.strategies.numbers import perpendicular, rationals, unit_vectors

__all__ = ["kkt_points"]

_FILLERS = rationals(-2, 2)
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
    sparse: bool = True,
) -> st.SearchStrategy[Problem]:
    """Max-margin problems over Q with a point that is a KKT point (V Problem 2, App. B).

    The network has `moving` neurons that are not zero and `zero` neurons that are; with `sparse`
    first weights may be missing; behind the first layer it is diagonal, and dense at the output.
    With `diagonal` the first layer is diagonal too: the dimension is then the number of neurons,
    and `dimension` is not used.  At depth 2 and with `biases` the output or the hidden units may
    have biases; with `kinks` pre-activations may be zero.  Every point has multipliers by
    construction, none is found by filtering.

    >>> kkt_points(moving=1, zero=1, size=2).example()  # doctest: +SKIP
    Problem(name='constructed', field=Q, ...)

    Examples shrink towards one input 1 with label 1 and one neuron w = v = 1.  Raises
    `InvalidInputError`.
    """
    flags = {"diagonal": diagonal, "biases": biases, "kinks": kinks, "sparse": sparse}
    for name, value in flags.items():
        flag(value, name)
    ranges = {
        "dimension": bounds(dimension, "dimension"),
        "size": bounds(size, "size"),
        "moving": bounds(moving, "moving"),
        "zero": bounds(zero, "zero", least=0),
        "depth": bounds(depth, "depth", least=2),
    }
    return _kkt_points(ranges, checked_slopes(slopes), flags)


@st.composite
def _kkt_points(
    draw: st.DrawFn,
    ranges: dict[str, tuple[int, int]],
    slopes: Sequence[fmpq],
    flags: dict[str, bool],
) -> Problem:
    diagonal = flags["diagonal"]
    moving, zero = draw(st.integers(*ranges["moving"])), draw(st.integers(*ranges["zero"]))
    d = moving + zero if diagonal else draw(st.integers(*ranges["dimension"]))
    depth, slope = draw(st.integers(*ranges["depth"])), draw(st.sampled_from(slopes))
    own = [[k] if diagonal else draw(_places(d, flags["sparse"])) for k in range(moving + zero)]
    n = draw(st.integers(*ranges["size"]))
    neurons, hosts, groups, homes = draw(
        _neurons(own[:moving], n, depth, diagonal, slope == 1, flags["kinks"])
    )
    labels = [neurons[k].sign for k in homes]
    sides, shares = draw(_sides(neurons, hosts, homes, flags["kinks"]))
    hidden_bias = output_bias = False
    if flags["biases"] and depth == 2:
        hidden_bias, output_bias = (draw(st.integers(0, 3)) == 3 for _ in range(2))
    last = fmpq(0)
    if output_bias and slope == 1:
        last = draw(st.sampled_from([fmpq(p, q) for p, q in ((0, 1), (1, 1), (-1, 1), (1, 2))]))
    elif output_bias and [neuron.sign for neuron in neurons] in ([1, -1], [-1, 1]):
        neurons, last = draw(_with_output_bias(neurons))
    loads = [draw(st.integers(1, 4)) % 4 for _ in labels]  # 4 is none: it shrinks to 1
    active = [draw(st.booleans()) for _ in labels]
    costs = [draw(st.integers(-2, 2)) for _ in range(n * d)]
    far = draw(st.sampled_from((2, 4, 1)))
    # Coordinates that no neuron but zero ones sees; without these they do not matter.
    fillers = [draw(_FILLERS) if zero else fmpq(0) for _ in range(n * d)]
    choice = Choice(
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
        far=far,
    )
    return constructed(choice, fillers)


@st.composite
def _with_output_bias(draw: st.DrawFn, neurons: list[Neuron]) -> tuple[list[Neuron], fmpq]:
    """Sizes and c for two neurons of opposite signs: c = t_+²/(1 - c) - t_-²/(1 + c)."""
    one, more, half = fmpq(1), fmpq(3, 2), fmpq(1, 2)
    sizes, c = draw(
        st.sampled_from((((one, one), 0 * one), ((one, more), half), ((more, one), -half)))
    )
    return [replace(a, size=sizes[a.sign < 0]) for a in neurons], c


@st.composite
def _places(draw: st.DrawFn, d: int, sparse: bool) -> list[int]:
    """The inputs of a neuron: mostly all, else some."""
    some = sparse and draw(st.integers(0, 3)) == 3
    missing = draw(st.sets(st.integers(0, d - 1))) if some else set()
    return [j for j in range(d) if j not in missing] or [0]


@st.composite
def _neurons(
    draw: st.DrawFn,
    own: list[list[int]],
    n: int,
    depth: int,
    diagonal: bool,
    linear: bool,
    kinks: bool,
) -> tuple[list[Neuron], list[int], list[int], list[int]]:
    """The neurons that are not zero, their hosts and groups; where each of n examples is at home.

    A neuron needs an example that pulls it, and neurons that one example pulls are parallel or
    disjoint, if nothing else pulls them.  So directions are turned until their angles are not
    acute, and neurons that cannot be, or that are in excess of n, get that of a host
    (their own, if there is none).  In a dense linear network all have ± one direction.
    """
    neurons: list[Neuron] = []
    hosts: list[int] = []
    groups: list[int] = []
    free = n > len(own) and draw(st.integers(0, 3)) == 3
    for k, places in enumerate(own):
        unit, s = draw(unit_vectors(len(places))), draw(st.sampled_from((1, -1)))
        neuron, host, group = Neuron(places, unit, s, draw(st.sampled_from(_SIZES))), k, k
        if kinks and k and draw(st.integers(0, 3)) and len(places) > 1:
            neuron = draw(_perpendicular(neuron, neurons))
        if not free and any(_angle(neuron, other) > 0 for other in neurons):
            neuron = replace(neuron, unit=[-x for x in unit])
        acute = [j for j, other in enumerate(neurons) if _angle(neuron, other) > 0]
        if linear and not diagonal and neurons:  # all are pulled by Σ λ_i y_i x_i
            first, group = neurons[0], 0
            unit = [s * first.sign * x for x in first.unit]
            size = neuron.size if depth == 2 else first.size
            neuron = Neuron(first.places, unit, s, size)
        elif k >= n and diagonal:
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


@st.composite
def _perpendicular(draw: st.DrawFn, neuron: Neuron, others: list[Neuron]) -> Neuron:
    """Turned at right angles to another neuron of the same inputs: examples along one of them are
    on a kink of the other."""
    alike = [other for other in others if other.places == neuron.places]
    if not alike:
        return neuron
    u = draw(st.sampled_from(alike)).unit
    j = draw(st.integers(1, len(u) - 1))
    return replace(neuron, unit=perpendicular(u, j))


def _angle(a: Neuron, b: Neuron) -> fmpq:
    """⟨u_a, u_b⟩."""
    other = dict(zip(b.places, b.unit, strict=True))
    pairs = zip(a.places, a.unit, strict=True)
    return sum((u * other[j] for j, u in pairs if j in other), fmpq(0))


@st.composite
def _sides(
    draw: st.DrawFn, neurons: list[Neuron], hosts: list[int], homes: list[int], kinks: bool
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
        shares.append(
            [draw(st.sampled_from((fmpq(0), fmpq(0), fmpq(1), fmpq(1, 2)))) for _ in homes]
        )
    return sides, shares
