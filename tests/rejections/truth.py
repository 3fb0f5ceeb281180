"""Whether a claim is true, found without the kernel and without the library.

Numbers are FLINT's rationals (the kernel's are Fractions), or polynomials modulo an irreducible one
whose signs mpmath gives. Gradients go forward, one parameter at a time. The Clarke subdifferential
is sampled: cells around the point are entered at random. Multipliers are found again by
non-negative least squares; the gradient flow is run in floating point.
"""

import json
import random
import re
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cache
from itertools import product
from typing import Any

import mpmath
import numpy as np
import sympy
from flint import fmpq

from tests.rejections.descent import Search

Numbers = list[Any]
TINY = fmpq(1, 2**40)


class Algebraic:
    """A polynomial in a root, modulo its minimal polynomial (monic, irreducible)."""

    def __init__(self, c: Sequence[fmpq], over: "Root"):
        rest = list(c)
        degree = len(over.monic) - 1
        while len(rest) > degree:
            top = rest.pop()
            for i in range(degree):
                rest[len(rest) - degree + i] -= top * over.monic[i]
        self.c, self.over = rest + [fmpq(0)] * (degree - len(rest)), over

    def _other(self, x: Any) -> list[fmpq]:
        return x.c if isinstance(x, Algebraic) else [fmpq(x)] + [fmpq(0)] * len(self.c)

    def __add__(self, x: Any) -> "Algebraic":
        return Algebraic([a + b for a, b in zip(self.c, self._other(x), strict=False)], self.over)

    def __mul__(self, x: Any) -> "Algebraic":
        if not isinstance(x, Algebraic):
            return Algebraic([a * x for a in self.c], self.over)
        product = [fmpq(0)] * (2 * len(self.c))
        for i, a in enumerate(self.c):
            for j, b in enumerate(x.c):
                product[i + j] += a * b
        return Algebraic(product, self.over)

    __radd__, __rmul__ = __add__, __mul__

    def __neg__(self) -> "Algebraic":
        return self * -1

    def __sub__(self, x: Any) -> "Algebraic":
        return self + x * -1

    def __rsub__(self, x: Any) -> "Algebraic":
        return self * -1 + x

    def __pow__(self, n: int) -> "Algebraic":
        found = self
        for _ in range(n - 1):
            found = found * self
        return found

    def __float__(self) -> float:
        return float(self.precise())

    def sign(self) -> int:
        """By floats where these leave no doubt, else to 60 digits."""
        terms = [float(a) * power for a, power in zip(self.c, self.over.powers, strict=True)]
        value, doubt = sum(terms), 1e-9 * sum(map(abs, terms))
        if abs(value) <= doubt:
            return int(mpmath.sign(self.precise())) if any(self.c) else 0
        return 1 if value > 0 else -1

    def precise(self) -> Any:
        """To 60 digits."""
        with mpmath.workdps(60):
            c = [_precise(a) for a in self.c]
            return mpmath.polyval(c[::-1], self.over.root)


def _precise(x: fmpq) -> Any:
    return mpmath.mpf(int(x.numerator)) / int(x.denominator)


class Root:
    """A real root of a polynomial, and its irreducible polynomial."""

    def __init__(self, minpoly: tuple[str, ...], interval: tuple[str, ...]):
        lo, hi = map(fmpq, interval)
        x = sympy.Symbol("x")
        poly = sympy.Poly([sympy.Rational(a) for a in minpoly[::-1]], x)
        ends = sympy.Rational(str(lo)), sympy.Rational(str(hi))
        [factor] = [f for f, _ in poly.factor_list()[1] if f.count_roots(*ends)]
        c = [fmpq(str(a)) for a in factor.monic().all_coeffs()[::-1]]
        self.monic = c
        with mpmath.workdps(60):
            low, high, *c = map(_precise, (lo, hi, *c))
            roots = mpmath.polyroots(c[::-1], maxsteps=500, extraprec=400)
            real = [z.real for z in roots if abs(z.imag) < mpmath.mpf(10) ** -40]
            [self.root] = [z for z in real if low < z < high]
        self.powers = [float(self.root) ** n for n in range(len(self.monic) - 1)]


@cache
def _root(minpoly: tuple[str, ...], interval: tuple[str, ...]) -> Root:
    return Root(minpoly, interval)


def sign(x: Any) -> int:
    """-1, 0 or 1."""
    if isinstance(x, Algebraic):
        return x.sign()
    return int(x > 0) - int(x < 0)


def _text(problem: Any) -> str:
    """A key for what depends on the problem alone."""
    return json.dumps(problem, sort_keys=True)


def _rational(x: float) -> fmpq:
    return fmpq(*x.as_integer_ratio())


def evaluate(text: str, names: dict[str, Any]) -> Any:
    """An expression with numbers, + - * ^ ( ) and names."""
    parts = re.findall(r"[0-9]+(?:/[0-9]+)?|[A-Za-z]\w*|\^[0-9]+|[-+*()]", text)
    assert "".join(parts) == text
    code = [
        f"**{part[1:]}" if part[0] == "^" else f"_n('{part}')" if part[0].isdigit() else part
        for part in parts
    ]
    return eval("".join(code), {"__builtins__": {}, "_n": fmpq}, names)


class Model:
    """The network of a problem, with matrices."""

    def __init__(self, problem: Any, number: Callable[[Any], Any] | None = None):
        self.names: dict[str, Any] = {}
        if field := problem.get("field"):
            over = _root(tuple(field["minpoly"]), tuple(field["interval"]))
            self.names[field["generator"]] = Algebraic([fmpq(0), fmpq(1)], over)
        read = number or (lambda text: evaluate(text, self.names))
        self.slope: Any = fmpq(problem["network"]["negative_slope"])
        self.patterns = [layer["pattern"] for layer in problem["network"]["layers"]]
        self.inputs = [[read(x) for x in row] for row in problem["data"]["inputs"]]
        self.labels = problem["data"]["labels"]
        self.theta: Numbers = []
        self.spans: list[tuple[int, int, int]] = []  # weights, biases, end of each layer
        parameters = problem["parameters"]
        for weights, biases in zip(parameters["weights"], parameters["biases"], strict=True):
            start = len(self.theta)
            self.theta += [read(w) for w in weights]
            middle = len(self.theta)
            self.theta += [read(b) for b in biases or []]
            self.spans.append((start, middle, len(self.theta)))
        layer = problem["objective"].get("layer")
        self.first = 0 if layer is None else layer - 1
        span = (0, 0, len(self.theta)) if layer is None else self.spans[layer - 1]
        self.free = range(span[0], span[2])

    def forward(self, theta: Numbers, x: Numbers, sides: list[list[int]] | None = None) -> Any:
        """The first output and all hidden pre-activations; ``sides`` fixes what is active."""
        outputs, z = self.run(theta, x, sides)
        return outputs[0], z

    def run(self, theta: Numbers, x: Numbers, sides: list[list[int]] | None = None) -> Any:
        """All outputs and all hidden pre-activations."""
        h, z = list(x), []
        for l, (pattern, (start, middle, end)) in enumerate(
            zip(self.patterns, self.spans, strict=True)
        ):
            row = [
                sum((theta[start + g - 1] * h[j] for j, g in enumerate(gs) if g), 0)
                + (theta[middle + k] if end > middle else 0)
                for k, gs in enumerate(pattern)
            ]
            if l == len(self.patterns) - 1:
                return row, z
            z.append(row)
            on = sides[l] if sides else [sign(a) for a in row]
            h = [a if s > 0 else a * self.slope for a, s in zip(row, on, strict=True)]
        raise AssertionError

    def margins(self, theta: Numbers) -> Numbers:
        """y Phi at every example."""
        return [
            self.forward(theta, x)[0] * y for x, y in zip(self.inputs, self.labels, strict=True)
        ]

    def feasible(self, theta: Numbers) -> bool:
        """Whether all margins are at least 1."""
        return all(sign(m - 1) >= 0 for m in self.margins(theta))

    def replaced(self, values: Numbers) -> Numbers:
        """The parameters, the free ones replaced."""
        assert len(values) == len(self.free)
        return self.theta[: self.free.start] + values + self.theta[self.free.stop :]

    def gradient(self, theta: Numbers, x: Numbers, sides: list[list[int]]) -> Numbers:
        """The free part, each entry from the polynomial along its own axis (degree 1)."""
        base = self.forward(theta, x, sides)[0]
        moved = []
        for p in self.free:
            there = [*theta[:p], theta[p] + 1, *theta[p + 1 :]]
            moved.append(self.forward(there, x, sides)[0] - base)
        return moved

    def clarke(self, i: int) -> list[Numbers]:
        """The gradients of the cells around theta, as far as 60 random steps find them."""
        draw, found = random.Random(i), {}
        x = self.inputs[i]
        here = self.forward(self.theta, x)[1]
        for _ in range(60):
            step = [fmpq(draw.randint(-999, 999), 1000) * TINY for _ in self.free]
            there = self.replaced([self.theta[p] + d for p, d in zip(self.free, step, strict=True)])
            z = self.forward(there, x)[1]
            sides = [[sign(a) for a in row] for row in z]
            for row, old in zip(sides, here, strict=True):
                assert all(s == sign(a) or not sign(a) for s, a in zip(row, old, strict=True))
            key = str(sides)
            if key not in found:
                found[key] = self.gradient(self.theta, x, sides)
        return list(found.values())


def non_negative_least_squares(a: Any, b: Any) -> float:
    """The distance from b to the cone of the columns of a (Lawson and Hanson)."""
    x, inside = np.zeros(a.shape[1]), np.zeros(a.shape[1], bool)
    for _ in range(100):
        w = a.T @ (b - a @ x)
        w[inside] = -1
        if w.size == 0 or w.max() < 1e-10:
            break
        inside[w.argmax()] = True
        while True:
            s = np.zeros_like(x)
            s[inside] = np.linalg.lstsq(a[:, inside], b, rcond=None)[0]
            bad = inside & (s < 1e-12)
            if not bad.any():
                break
            step = min(x[k] / (x[k] - s[k]) if x[k] > s[k] else 0.0 for k in np.flatnonzero(bad))
            x = x + step * (s - x)
            inside &= x > 1e-12
        x = s
    return float(np.linalg.norm(b - a @ x))


def distance_to_kkt(model: Model) -> float:
    """From theta to the cone of the gradients of all cells of all active examples."""
    columns = [
        [float(g) * y for g in gradient]
        for i, (m, y) in enumerate(zip(model.margins(model.theta), model.labels, strict=True))
        if not sign(m - 1)
        for gradient in model.clarke(i)
    ]
    theta = np.array([float(model.theta[p]) for p in model.free])
    return non_negative_least_squares(np.array(columns).reshape(len(columns), len(theta)).T, theta)


def square(values: Numbers) -> Any:
    """The squared norm."""
    return sum((v * v for v in values), fmpq(0))


# ---------------------------------------------------------------- one function per claim


def feasible(problem: Any, evidence: Any) -> bool:
    model = Model(problem)
    return evidence == {} and model.feasible(model.theta)


def infeasible(problem: Any, evidence: Any) -> bool:
    model = Model(problem)
    return sign(model.margins(model.theta)[evidence["example"] - 1] - 1) < 0


def kkt(problem: Any, evidence: Any) -> bool:
    model = Model(problem)
    return model.feasible(model.theta) and distance_to_kkt(model) < 1e-9


def not_kkt(problem: Any, evidence: Any) -> bool:
    """By the separator, exactly, on every cell that is found; and by the distance."""
    model = Model(problem)
    u = [evaluate(text, model.names) for text in evidence["separator"]]
    ahead = sum((a * model.theta[p] for a, p in zip(u, model.free, strict=True)), fmpq(0))
    behind = all(
        sign(sum((a * b for a, b in zip(u, g, strict=True)), fmpq(0)) * y) <= 0
        for i, (m, y) in enumerate(zip(model.margins(model.theta), model.labels, strict=True))
        if not sign(m - 1)
        for g in model.clarke(i)
    )
    true = model.feasible(model.theta) and sign(ahead) > 0 and behind
    return true and distance_to_kkt(model) > 1e-6


def approximate_kkt(problem: Any, evidence: Any) -> bool:
    """With the multipliers of the evidence; the convex combinations of cells are found again."""
    model = Model(problem)
    read = lambda text: evaluate(text, model.names)  # noqa: E731 - four uses below
    scale, epsilon, delta = (read(evidence[name]) for name in ("scale", "epsilon", "delta"))
    if sign(scale) <= 0 or sign(epsilon) < 0:
        return False
    model.theta = [v * scale if p in model.free else v for p, v in enumerate(model.theta)]
    heavy, columns = 1e5, []  # a heavy row for each example: the weights of its cells add up
    multipliers = [read(text) for text in evidence["multipliers"]]
    for i, (m, y, c) in enumerate(
        zip(model.margins(model.theta), model.labels, multipliers, strict=True)
    ):
        if sign(c) < 0 or sign(c * (m - 1) - delta) > 0:
            return False
        row = [heavy * (j == i) for j in range(len(multipliers))]
        columns += [[float(g) * y for g in gradient] + row for gradient in model.clarke(i)]
    theta = [float(model.theta[p]) for p in model.free]
    target = np.array(theta + [heavy * float(c) for c in multipliers])
    distance = non_negative_least_squares(np.array(columns).T, target)
    return model.feasible(model.theta) and distance <= float(epsilon) + 1e-6


def reduced_point(problem: Any, evidence: Any, centre: list[fmpq]) -> list[fmpq]:
    """The parameters that multipliers, slopes and norms mean."""
    model, active = Model(problem), evidence["active"]
    kinks = [(n, i) for n, unit in enumerate(evidence["units"]) for i in unit["kinks"]]
    multipliers = dict(zip(active, centre, strict=False))
    pulls = dict(zip(kinks, centre[len(active) :], strict=False))
    biases = [layer["bias"] for layer in problem["network"]["layers"]]
    hidden, (last,) = (layer["pattern"] for layer in problem["network"]["layers"])
    w = max(map(max, hidden))
    theta = [fmpq(0)] * len(model.theta)
    for n, unit in enumerate(evidence["units"]):
        row, s = hidden[unit["unit"] - 1], unit["sign"]
        x = [
            [a for a, g in zip(values, row, strict=True) if g] + [fmpq(1)] * biases[0]
            for values in model.inputs
        ]
        g = [fmpq(0)] * len(x[0])
        for i in active:
            a = multipliers[i] * (1 if i in unit["positive"] else model.slope)
            a = pulls.get((n, i), a) * model.labels[i - 1] * s
            g = [b + a * value for b, value in zip(g, x[i - 1], strict=True)]
        size = centre[len(active) + len(kinks) + n]
        for k, ratio in [(unit["unit"], "1"), *((c["unit"], c["ratio"]) for c in unit["copies"])]:
            t = size * fmpq(ratio)
            places = [p - 1 for p in hidden[k - 1] if p] + [w + k - 1] * biases[0]
            for p, value in zip(places, g, strict=True):
                theta[p] = t * value
            theta[w + len(hidden) * biases[0] + last[k - 1] - 1] = t * s
    if biases[1]:
        theta[-1] = sum((multipliers[i] * model.labels[i - 1] for i in active), fmpq(0))
    return theta


def full_point(problem: Any, evidence: Any, centre: list[fmpq]) -> list[fmpq]:
    """The parameters that are listed for live units, those of copies, and zeros."""
    layers, theta = problem["network"]["layers"], list[fmpq]()
    inputs = {j: (j, fmpq(1)) for j in range(1, len(layers[0]["pattern"][0]) + 1)}
    shares = [inputs]
    for units in evidence["layers"]:
        found = {unit["unit"]: (unit["unit"], fmpq(1)) for unit in units}
        for unit in units:
            found |= {c["unit"]: (unit["unit"], fmpq(c["ratio"])) for c in unit["copies"]}
        shares.append(found)
    shares.append({1: (1, fmpq(1))})
    given = iter(centre)
    for layer, below, above in zip(layers, shares, shares[1:], strict=False):
        rows, known = list(enumerate(layer["pattern"], 1)), dict[tuple[int, int], fmpq]()
        sources = below | ({0: (0, fmpq(1))} if layer["bias"] else {})
        for k, row in rows:
            for j in [*(j for j, g in enumerate(row, 1) if g), 0]:
                if above.get(k, (0,))[0] == k and sources.get(j, (None,))[0] == j:
                    known[k, j] = next(given)
        values = {}
        for k, row in rows:
            for j, g in [*((j, g) for j, g in enumerate(row, 1) if g), (0, -k)]:
                (unit, f), (source, r) = (
                    each.get(n, (n, fmpq(0))) for each, n in ((above, k), (sources, j))
                )
                values[g] = f * r * known.get((unit, source), fmpq(0))
        count = max((g for _, row in rows for g in row), default=0)
        theta += [values[g] for g in range(1, count + 1)]
        theta += [values[-k] for k, _ in rows] if layer["bias"] else []
    return theta


def kkt_exists(problem: Any, evidence: Any) -> bool:
    """The point that the centre means, which is rational in all samples, judged as it is."""
    model = Model(problem)
    centre = [fmpq(str(Fraction(a).limit_denominator(8))) for a in evidence["centre"]]
    read = full_point if "layers" in evidence else reduced_point
    theta = read(problem, evidence, centre)
    scale, distance = fmpq(evidence["scale"]), fmpq(evidence["distance"])
    near = all(abs(a - scale * b) <= distance for a, b in zip(theta, model.theta, strict=True))
    flat, layers = [str(a) for a in theta], []
    for layer, old in zip(
        problem["parameters"]["weights"], problem["parameters"]["biases"], strict=True
    ):
        layers.append((flat[: len(layer)], old and flat[len(layer) : len(layer) + len(old)]))
        flat = flat[len(layer) + len(old or []) :]
    weights, constants = map(list, zip(*layers, strict=True))
    there = problem | {"parameters": {"weights": weights, "biases": constants}}
    told = evidence["local_minimum"]
    if not near or not scale > 0 or not kkt(there, {}):
        return False
    return told == "unknown" or local_minimum(there, {}) == (told == "yes")


def objective(problem: Any, model: Model, theta: Numbers) -> Any:
    """The hinge loss, or the squared free norm; None where a margin is below 1."""
    if problem["objective"]["kind"].endswith("hinge"):
        return hinge_loss(problem, model, theta)
    return square([theta[p] for p in model.free]) if model.feasible(theta) else None


def hinge_loss(problem: Any, model: Model, theta: Numbers) -> Any:
    """The weighted sum of what the margins lack; of several outputs, as L writes it."""
    size, kind = len(model.labels), problem["objective"]["kind"]
    weights = [fmpq(w) for w in problem["data"].get("weights", [fmpq(1, size)] * size)]
    total = fmpq(0)
    for x, y, weight in zip(model.inputs, model.labels, weights, strict=True):
        outputs = model.run(theta, x)[0]
        if kind == "hinge":
            gaps = [1 - outputs[0] * y]
        elif kind == "multiclass-hinge":
            gaps = [1 + value - outputs[y] for r, value in enumerate(outputs) if r != y]
        else:
            gaps = [1 - value if r == y else 1 + value for r, value in enumerate(outputs)]
        total = sum((gap * weight for gap in gaps if sign(gap) > 0), total)
    return total


def not_local_minimum(problem: Any, evidence: Any) -> bool:
    """At many t, most of them near 0."""
    model = Model(problem)
    read = lambda c: [evaluate(a, model.names) for a in c]  # noqa: E731 - three uses below
    curve, d = [read(c) for c in evidence["numerators"]], read(evidence["denominator"])
    end = evaluate(evidence["breakpoints"][-1], model.names)
    norm = square([model.theta[p] for p in model.free])
    hinge = problem["objective"]["kind"].endswith("hinge")
    here = hinge_loss(problem, model, model.theta) if hinge else norm

    def at(c: Numbers, t: fmpq) -> Any:
        return sum((a * t**k for k, a in enumerate(c)), fmpq(0))

    start = all(
        not sign(at(c, fmpq(0)) - model.theta[p] * at(d, fmpq(0)))
        for c, p in zip(curve, model.free, strict=True)
    )
    times = [_rational(float(end)) * fmpq(k, 41) for k in range(1, 41)]
    times += [_rational(float(end)) / 10**k for k in range(2, 8)]
    for t in times:
        scale = at(d, t)
        if not isinstance(scale, fmpq) or scale == 0:
            return False
        there = objective(problem, model, model.replaced([at(c, t) * (1 / scale) for c in curve]))
        if there is None or sign(here - there) <= 0:
            return False
    return start and sign(end) > 0


def not_global_minimum(problem: Any, evidence: Any) -> bool:
    model = Model(problem)
    point = [evaluate(text, model.names) for text in evidence["better"]]
    there = objective(problem, model, model.replaced(point))
    if problem["objective"]["kind"].endswith("hinge"):
        return sign(hinge_loss(problem, model, model.theta) - there) > 0
    smaller = sign(square([model.theta[p] for p in model.free]) - square(point)) > 0
    return smaller and there is not None


def hinge_minimum(problem: Any, near: bool) -> bool:
    """No point on curves from theta with small integers, or of those drawn anywhere, is better."""
    model, draw = Model(problem), random.Random(13)
    here = hinge_loss(problem, model, model.theta)
    for _ in range(120):
        t = fmpq(1, draw.choice((50, 1000, 10**6))) if near else fmpq(draw.randint(1, 6), 2)
        point = [v if near or draw.random() < 0.2 else fmpq(0) for v in model.theta]
        for power in range(1, draw.choice((1, 2, 3)) + 1):
            point = [v + draw.choice((-2, -1, 0, 0, 1, 2)) * t**power for v in point]
        if sign(here - hinge_loss(problem, model, point)) > 0:
            return False
    return True


def _search(problem: Any, model: Model) -> Search:
    theta = [float(v) for v in model.theta]
    inputs = [[float(v) for v in x] for x in model.inputs]
    return Search(problem, theta, inputs, model.first, model.free)


def at_zero(problem: Any) -> Any:
    """The problem at zero, if it has no parameters."""
    layers = problem["network"]["layers"]
    sizes = [max(g for row in layer["pattern"] for g in row) for layer in layers]
    biases = [["0"] * len(layer["pattern"]) if layer["bias"] else None for layer in layers]
    zero = {"weights": [["0"] * size for size in sizes], "biases": biases}
    return {"parameters": zero, **problem}


def loss_cells(problem: Any, model: Model) -> list[list[tuple[Any, Any, Any]]]:
    """The cells of the hinge loss around theta that random curves find: of the terms that are on,
    the factor, the input and the sides. Each parameter moves at a scale of its own."""
    draw, found = random.Random(5), {}
    here = [model.forward(model.theta, x)[1] for x in model.inputs]
    equal = [fmpq(1, len(model.inputs))] * len(model.inputs)
    weights = [fmpq(w) for w in problem["data"].get("weights", equal)]
    for _ in range(160):
        scale = draw.choice((1, 1, 2, 3))
        there = [
            v + fmpq(draw.randint(-999, 999), 1000) * TINY ** draw.randint(1, scale)
            for v in model.theta
        ]
        cell = []
        for x, y, weight, old in zip(model.inputs, model.labels, weights, here, strict=True):
            output, z = model.forward(there, x)
            sides = [[sign(a) for a in row] for row in z]
            for row, before in zip(sides, old, strict=True):
                assert all(s == sign(a) or not sign(a) for s, a in zip(row, before, strict=True))
            if sign(1 - output * y) > 0:
                cell.append((-weight * y, x, sides))
        found[str(cell)] = cell
    return list(found.values())


def loss_gradient(model: Model, cell: list[tuple[Any, Any, Any]]) -> Numbers:
    """The gradient at theta of the loss on a cell."""
    total = [fmpq(0)] * len(model.theta)
    for factor, x, sides in cell:
        g = model.gradient(model.theta, x, sides)
        total = [a + factor * b for a, b in zip(total, g, strict=True)]
    return total


def distance_to_critical(problem: Any, model: Model) -> float:
    """From (0, 1) to the cone of all (gradient, 1)."""
    cells = loss_cells(problem, model)
    columns = [[*map(float, loss_gradient(model, cell)), 1.0] for cell in cells]
    target = np.array([0.0] * len(model.theta) + [1.0])
    return non_negative_least_squares(np.array(columns).T, target)


def clarke_critical(problem: Any, evidence: Any) -> bool:
    return distance_to_critical(problem, Model(problem)) < 1e-9


def not_clarke_critical(problem: Any, evidence: Any) -> bool:
    """By the separator, exactly, on every cell that is found; and by the distance."""
    model = Model(problem)
    u = [evaluate(text, model.names) for text in evidence["separator"]]
    ahead = all(
        sign(sum((a * b for a, b in zip(u, loss_gradient(model, cell), strict=True)), fmpq(0))) > 0
        for cell in loss_cells(problem, model)
    )
    return ahead and distance_to_critical(problem, model) > 1e-6


def has_flat_cell(problem: Any) -> bool:
    """Whether the polynomial of some cell has no value but its constant at random points."""
    model, draw = Model(problem), random.Random(7)
    points = [[fmpq(draw.randint(-99, 99)) for _ in model.theta] for _ in range(5)]
    return any(
        not any(
            sign(sum((f * model.forward(p, x, s)[0] for f, x, s in cell), fmpq(0))) for p in points
        )
        for cell in loss_cells(problem, model)
    )


def flat_minimum(problem: Any, evidence: Any) -> bool:
    return hinge_minimum(problem, near=True) and has_flat_cell(problem)


def sharp_minimum(problem: Any, evidence: Any) -> bool:
    return hinge_minimum(problem, near=True) and not has_flat_cell(problem)


def local_minimum(problem: Any, evidence: Any) -> bool:
    """A KKT point around which a random search finds nothing better."""
    model = Model(problem)
    if problem["objective"]["kind"].endswith("hinge"):
        return hinge_minimum(problem, near=True)
    if not model.feasible(model.theta):
        return False
    here = float(square([model.theta[p] for p in model.free]))
    if model.free == range(len(model.theta)) and distance_to_kkt(model) > 1e-6:
        return False  # scaling makes all margins grow, so a local minimum is a KKT point
    return _search(problem, model).smallest(0.01) > here - 1e-8 * max(1.0, here)


def global_minimum(problem: Any, evidence: Any) -> bool:
    """A local minimum, and a random search everywhere finds nothing better."""
    model = Model(problem)
    if problem["objective"]["kind"].endswith("hinge"):
        return hinge_minimum(problem, near=True) and hinge_minimum(problem, near=False)
    here = float(square([model.theta[p] for p in model.free]))
    found = _least_norm(_text(problem))
    return local_minimum(problem, evidence) and found > here - 1e-8 * max(1.0, here)


def norm_bound(problem: Any, evidence: Any) -> bool:
    """A random search everywhere finds nothing below the bound."""
    bound = float(evaluate(evidence["squared_norm"], Model(at_zero(problem)).names))
    return bound > 0 and _least_norm(_text(problem)) > bound * (1 - 1e-8)


@cache
def _least_norm(problem_text: str) -> float:
    problem = json.loads(problem_text)
    return _search(problem, Model(at_zero(problem))).smallest(None)


def no_kinks(problem: Any, evidence: Any) -> bool:
    model = Model(problem)
    rows = [model.forward(model.theta, x)[1][model.first :] for x in model.inputs]
    return evidence == {} and all(sign(a) for z in rows for row in z for a in row)


def nonzero_neurons(problem: Any, evidence: Any) -> bool:
    model = Model(problem)
    hidden = zip(model.patterns[:-1], model.spans, strict=False)
    return evidence == {} and all(
        any(g and sign(model.theta[start + g - 1]) for g in gs)
        for pattern, (start, _, _) in hidden
        for gs in pattern
    )


def evaluation(problem: Any, evidence: Any) -> bool:
    model = Model(problem)
    theta = [evaluate(text, model.names) for text in evidence["parameters"]]
    outputs, hidden = model.run(theta, model.inputs[evidence["example"] - 1])
    z = [*hidden, outputs][evidence.get("layer", 0) - 1][evidence.get("unit", 1) - 1]
    return not sign(z - evaluate(evidence["value"], model.names))


def _points(problem: Any, evidence: Any, low: int) -> list[dict[str, Any]]:
    draw = random.Random(5)
    names = Model(problem).names if problem else {}
    symbols = evidence["symbols"]
    drawn = [
        {s: fmpq(draw.randint(low, 99), draw.randint(1, 9)) for s in symbols} for _ in range(60)
    ]
    return [names | point for point in drawn]


def identity(problem: Any, evidence: Any) -> bool:
    """At more random points than the degree in each symbol."""
    return all(
        not sign(evaluate(evidence["left"], point) - evaluate(evidence["right"], point))
        for point in _points(problem, evidence, -99)
    )


def positive(problem: Any, evidence: Any) -> bool:
    """At random points."""
    points = _points(problem, evidence, 1)
    return all(sign(evaluate(evidence["expression"], point)) > 0 for point in points)


@cache
def _flows_to(problem_text: str, start: tuple[float, ...]) -> bool:
    """Whether the flow's direction comes near theta's; time is scaled so that it grows at once."""
    problem = json.loads(problem_text)
    exact = Model(problem)
    target = np.array([float(a) for a in exact.theta])
    model = Model(problem, lambda text: float(evaluate(text, exact.names)))
    model.slope = float(model.slope)
    theta = np.array(start)
    if not theta.any():
        return False  # nothing moves from zero
    for _ in range(400):
        forward = [model.forward(list(theta), x) for x in model.inputs]
        q = np.array([f[0] for f in forward]) * model.labels
        mu = np.exp(np.minimum(q.min() - q, 0.0))
        mu /= mu.sum()
        pull = np.zeros_like(theta)
        for i, (x, (_, z)) in enumerate(zip(model.inputs, forward, strict=True)):
            if mu[i] > 1e-9:
                sides = [[int(a > 0) for a in row] for row in z]
                pull += mu[i] * model.labels[i] * _backward(model, theta, x, z, sides)
        theta = theta + 0.04 * pull / max(1.0, np.linalg.norm(pull) / np.linalg.norm(theta))
    cosine = theta @ target / np.linalg.norm(theta) / np.linalg.norm(target)
    return bool(cosine > 0.995) and exact.feasible(exact.theta)


def _backward(model: Model, theta: Any, x: Any, z: Any, sides: Any) -> Any:
    """The gradient in all parameters, two layers, floating point."""
    assert len(model.patterns) == 2
    (a, _, _), (b, _, _) = model.spans
    h = [v if s else v * model.slope for v, s in zip(z[0], sides[0], strict=True)]
    found = np.zeros_like(theta)
    for k, g in enumerate(model.patterns[1][0]):
        if g:
            found[b + g - 1] += h[k]
            factor = theta[b + g - 1] * (1.0 if sides[0][k] else model.slope)
            for j, w in enumerate(model.patterns[0][k]):
                if w:
                    found[a + w - 1] += factor * x[j]
    return found


def near(model: Model, count: int = 20) -> list[Numbers]:
    """Points around theta, all parameters moved a little."""
    draw = random.Random(7)
    return [
        [v + fmpq(draw.randint(-999, 999), 1000) * TINY for v in model.theta] for _ in range(count)
    ]


def value_near(problem: Any, model: Model, evidence: Any) -> Callable[[Numbers], Any]:
    """The output at the example, or the loss, as a function of the parameters."""
    if "example" not in evidence:
        return lambda theta: hinge_loss(problem, model, theta)
    x = model.inputs[evidence["example"] - 1]
    return lambda theta: model.forward(theta, x)[0]


def multilinear_form(problem: Any, evidence: Any) -> bool:
    """Sum and homogeneity, both at random points: the sum where the network itself is run."""
    model = Model(problem)
    value, spans = value_near(problem, model, evidence), {}
    for l, (start, middle, end) in enumerate(model.spans, 1):
        spans |= {f"u{l}": range(start, middle), f"b{l}": range(middle, end)}
    blocks = [f"u{l}" for l in range(1, len(model.spans) + 1)]
    wanted = [blocks] + [
        [f"b{l}", *blocks[l:]] for l in range(1, len(blocks) + 1) if spans[f"b{l}"]
    ]
    wanted += [] if "example" in evidence else [[]]

    def at(term: Any, theta: Numbers) -> Any:
        names = {f"{b}_{k}": theta[p] for b, span in spans.items() for k, p in enumerate(span, 1)}
        return fmpq(0) + evaluate(term["expression"], model.names | names)

    terms = evidence["terms"]
    if [term["blocks"] for term in terms] != wanted:
        return False
    for theta in near(model):
        total = sum((at(term, theta) for term in terms), fmpq(0))
        if sign(value(theta) - total):
            return False
    draw = random.Random(5)
    theta = [fmpq(draw.randint(-999, 999), 7) for _ in model.theta]
    for term in terms:
        for block, span in spans.items():
            tripled = [v * 3 if p in span else v for p, v in enumerate(theta)]
            factor = 3 if block in term["blocks"] else 1
            if span and sign(at(term, tripled) - at(term, theta) * factor):
                return False
    return True


def bend(value: Callable[[Numbers], Any], theta: Numbers, d: Numbers) -> int:
    """The sign of the second difference along a short step."""
    step = TINY * TINY
    there, back = ([a + s * step * b for a, b in zip(theta, d, strict=True)] for s in (1, -1))
    values = [value(point) for point in (there, back, theta)]
    return sign(values[0] + values[1] - values[2] * 2)


def zero_trace_hessian(problem: Any, evidence: Any) -> bool:
    """Second differences along every axis, at theta and around."""
    model = Model(problem)
    value = value_near(problem, model, evidence)
    axes = [[fmpq(p == q) for q in range(len(model.theta))] for p in range(len(model.theta))]
    points = [model.theta, *near(model, 3)]
    flat = all(bend(value, theta, axis) == 0 for theta in points for axis in axes)
    return set(evidence) <= {"example"} and flat


def indefinite_hessian(problem: Any, evidence: Any) -> bool:
    """Second differences along the two vectors."""
    model = Model(problem)
    value, found = value_near(problem, model, evidence), []
    for key in ("positive", "negative"):
        d = [evaluate(text, model.names) for text in evidence[key]]
        found.append(len(d) == len(model.theta) and bend(value, model.theta, d))
    return found == [1, -1]


def gradient_flow_limit(problem: Any, evidence: Any) -> bool:
    """From the given start, or from three random ones in the region."""
    draw = random.Random(3)
    names = Model(problem).names
    symbols = [entry["name"] for entry in evidence["symbols"]]
    if "values" in evidence["start"]:
        given = [evaluate(text, names) for text in evidence["start"]["values"]]
        starts = [dict(zip(symbols, given, strict=True))]
    else:
        starts = [{s: fmpq(draw.randint(1, 40), 10) for s in symbols} for _ in range(3)]
    points = [
        tuple(float(evaluate(text, names | values)) for text in evidence["region"])
        for values in starts
    ]
    return all(_flows_to(_text(problem), point) for point in points)


def chambers(rows: list[Numbers]) -> int:
    """Whitney: the sum of (-1)^(|S| - rank S) over all sets S of rows, up to its sign."""

    def total(n: int, basis: list[tuple[int, Numbers]], odd: int) -> int:
        if n == len(rows):
            return (-1) ** odd
        row = rows[n]
        for j, b in basis:
            row = [b[j] * x - row[j] * y for x, y in zip(row, b, strict=True)]
        pivot = next((j for j, x in enumerate(row) if sign(x)), None)
        more = basis if pivot is None else [*basis, (pivot, row)]
        return total(n + 1, basis, odd) + total(n + 1, more, odd + (pivot is None))

    return total(0, [], 0)


def _spans(rows: list[Numbers], witnesses: list[list[str]]) -> bool:
    """Whether the witnesses have all signs of these rows, up to opposites."""
    found = set()
    for witness in witnesses:
        signs = [
            sign(sum((fmpq(w) * a for w, a in zip(witness, row, strict=True)), fmpq(0)))
            for row in rows
        ]
        if 0 in signs:
            return False
        found |= {tuple(signs), tuple(-s for s in signs)}
    return len(found) == 2 * len(witnesses) == chambers(rows)


def cells(problem: Any, evidence: Any) -> bool:
    """All units together are one arrangement; the witnesses belong to one group each."""
    names = Model({**problem, "objective": {}, "parameters": {"weights": [], "biases": []}}).names
    layers = problem["network"]["layers"]
    inputs = [[evaluate(x, names) for x in row] for row in problem["data"]["inputs"]]
    if problem["objective"] == {"kind": "hinge"}:
        return hinge_cells(problem, evidence)
    if len(layers) == 1:  # one cell
        return bool(evidence["witnesses"] == [] and int(evidence["count"]) == 1)
    if len(layers) > 2:
        return False
    pattern, bias = layers[0]["pattern"], layers[0]["bias"]
    weights = max((g for row in pattern for g in row), default=0)
    forms: list[tuple[int, Numbers]] = []
    for k, row in enumerate(pattern):
        for x in inputs:
            form: Numbers = [fmpq(0)] * (weights + len(pattern))
            for g, value in zip(row, x, strict=True):
                if g:
                    form[g - 1] = form[g - 1] + value
            form[weights + k] = fmpq(int(bias))
            if any(sign(a) for a in form):
                forms.append((k, form))
    label = list(range(len(pattern)))  # units that share parameters get one label
    for a in range(len(pattern)):
        for b in range(a):
            if {*pattern[a]} & {*pattern[b]} - {0}:
                label = [label[a] if c == label[b] else c for c in label]
    number = 1
    lists = evidence["witnesses"]
    for c in {*label}:
        used = {g - 1 for k, row in enumerate(pattern) if label[k] == c for g in row if g}
        used |= {weights + k for k in range(len(pattern)) if label[k] == c and bias}
        rows = [[form[p] for p in sorted(used)] for k, form in forms if label[k] == c]
        number *= chambers(rows)
        if rows and not any(w is None or _fits(rows, w) for w in lists):
            return False
    return bool(number == int(evidence["count"]))


def _fits(rows: list[Numbers], witnesses: list[list[str]]) -> bool:
    """Whether the list is one for these rows, and complete."""
    return all(len(w) == len(rows[0]) for w in witnesses) and _spans(rows, witnesses)


def _satisfiable(rows: list[Numbers]) -> bool:
    """Fourier, Motzkin: whether some x has <row, x> > 0 for all rows."""
    for j in range(len(rows[0])):
        up, down = ([r for r in rows if sign(r[j]) == s] for s in (1, -1))
        rows = [r for r in rows if not sign(r[j])]
        for u, d in product(up, down):
            rows.append([u[j] * b - d[j] * a for a, b in zip(u, d, strict=True)])
    return not rows


class Losses:
    """The signatures of a hinge network with at most one hidden layer."""

    def __init__(self, problem: Any):
        layers = problem["network"]["layers"]
        self.sizes = [max((g for row in x["pattern"] for g in row), default=0) for x in layers]
        self.biases = [len(x["pattern"]) * x["bias"] for x in layers]
        empty = {"weights": [], "biases": []}
        self.model = Model({**problem, "parameters": empty})
        self.deep, first = len(layers) == 2, self.sizes[0] + self.biases[0]
        units = enumerate(layers[0]["pattern"])
        width = first + (self.biases[1] if self.deep else 0) + 1
        self.t: Numbers = [fmpq(0)] * (width - 1) + [fmpq(1)]
        self.z = []
        for k, gs in units:
            self.z.append([self._form(k, gs, x, width) for x in self.model.inputs])
        self.top = layers[1]["pattern"][0] if self.deep else [1]

    def _form(self, k: int, gs: list[int], x: Numbers, width: int) -> Numbers:
        form: Numbers = [fmpq(0)] * width
        for g, value in zip(gs, x, strict=True):
            if g:
                form[g - 1] = form[g - 1] + value
        if self.biases[0]:
            form[self.sizes[0] + k] = fmpq(1)
        return form

    def lifted(self) -> set[tuple[int, ...]]:
        """Every choice of signs, by elimination."""
        n = len(self.model.inputs)
        places = [(i, k) for i in range(n) for k in range(len(self.z)) if self.deep]
        places = [(i, k) for i, k in places if any(sign(a) for a in self.z[k][i])]
        found = set()
        for sides in product((1, -1), repeat=len(places)):
            on = dict(zip(places, sides, strict=True))
            rows = [self.t, *([s * a for a in self.z[k][i]] for (i, k), s in on.items())]
            if not _satisfiable(rows):
                continue
            for v in product((1, -1), repeat=self.sizes[1] if self.deep else 0):
                gaps = [self._gap(i, on, v) for i in range(n)]
                for signs in product((1, -1), repeat=n):
                    more = [[s * a for a in gap] for s, gap in zip(signs, gaps, strict=True)]
                    if _satisfiable(rows + more):
                        found.add(sides + signs)
        return found

    def _gap(self, i: int, on: dict[tuple[int, int], int], v: Sequence[int]) -> Numbers:
        y, row = self.model.labels[i], list(self.t)
        if self.deep and self.biases[1]:
            row[-2] = fmpq(-y)
        for k, g in enumerate(self.top):
            if g:
                slope = self.model.slope if self.deep and on.get((i, k), 1) < 0 else 1
                factor = y * slope * (v[g - 1] if self.deep else 1)
                row = [a - factor * b for a, b in zip(row, self.z[k][i], strict=True)]
        return row

    def at(self, first: Numbers, v: Numbers, c: Any) -> tuple[int, ...]:
        """The signature at these parameters."""
        hidden, losses = [], []
        for i, y in enumerate(self.model.labels):
            output = c
            for k, g in enumerate(self.top):
                form = self.z[k][i]
                z: Any = sum((a * b for a, b in zip(form, first, strict=False)), fmpq(0))
                if self.deep and any(sign(a) for a in form):
                    hidden.append(sign(z))
                    z = z if sign(z) > 0 else z * self.model.slope
                if g:
                    output = output + z * (v[g - 1] if self.deep else 1)
            losses.append(sign(1 - output * y))
        return (*hidden, *losses)


@cache
def _signatures(text: str) -> set[tuple[int, ...]] | None:
    """All signatures; None where parameters drawn at random have another one."""
    network, draw = Losses(json.loads(text)), random.Random(0)
    found = network.lifted()
    for _ in range(400):
        size = sum(network.sizes) + sum(network.biases)
        values = [fmpq(draw.choice((-1, 1)) * draw.randint(1, 99), 20) for _ in range(size)]
        first = network.sizes[0] + network.biases[0]
        v, c = values[first : first + network.sizes[-1]], fmpq(0)
        if network.deep and network.biases[1]:
            c = values[-1]
        signature = network.at(values[:first], v, c)
        if 0 not in signature and signature not in found:
            return None
    return found


def hinge_cells(problem: Any, evidence: Any) -> bool:
    """All signatures; the points of the tree, with output weights 1 and -1, have each of them."""
    if len(problem["network"]["layers"]) > 2:
        return False
    found = _signatures(_text(problem))
    if found is None or len(found) != int(evidence["count"]):
        return False
    network, met = Losses(problem), set()
    first = network.sizes[0] + network.biases[0]
    for node in evidence["tree"]:
        if "cell" in node:
            point = [evaluate(x, network.model.names) for x in node["cell"]]
            c = point[first] if len(point) > first else fmpq(0)
            for v in product((1, -1), repeat=network.sizes[-1]):
                met.add(network.at(point[:first], list(v), c))
    return found <= met


def _sample(problem: Any) -> tuple[Model, Numbers, list[int]]:
    """Slope and inputs; weights; the labels that there can be."""
    model = Model({**problem, "objective": {}, "parameters": {"weights": [], "biases": []}})
    size = len(model.labels)
    given = problem["data"].get("weights", [f"1/{size}"] * size)
    outputs = len(model.patterns[-1])
    classes = [-1, 1] if outputs == 1 else list(range(outputs))
    return model, [evaluate(w, model.names) for w in given], classes


def separable(problem: Any, evidence: Any) -> bool:
    """By elimination, class by class."""
    model, _, classes = _sample(problem)
    return all(
        _satisfiable(
            [
                [a if y == c else -a for a in (*x, fmpq(1))]
                for x, y in zip(model.inputs, model.labels, strict=True)
            ]
        )
        for c in classes
    )


def not_separable(problem: Any, evidence: Any) -> bool:
    return not separable(problem, evidence)


@cache
def _rare(text: str) -> bool:
    """Every choice, class by class as L writes it."""
    problem = json.loads(text)
    model, weights, classes = _sample(problem)
    labels, size = model.labels, range(len(model.labels))
    pairs = [(i, r) for i in size for r in classes if r != labels[i]]
    powers = [model.slope**n for n in range(len(model.patterns))]
    for eps in product((0, 1), repeat=len(pairs)):
        on = [pair for pair, e in zip(pairs, eps, strict=True) if e]
        for factors in product(powers, repeat=len(size)) if on else ():
            hats = [
                [a * weights[i] * factors[i] for a in (*model.inputs[i], fmpq(1))] for i in size
            ]
            zero = [fmpq(0)] * len(hats[0])
            sums = {}
            for r in classes:
                left = [hats[i] for i, _ in on if labels[i] == r]
                right = [[-a for a in hats[i]] for i, c in on if c == r]
                sums[r] = [sum(column, fmpq(0)) for column in zip(zero, *left, *right, strict=True)]
            if not any(sign(a) for total in sums.values() for a in total):
                return True
    return False


def rare(problem: Any, evidence: Any) -> bool:
    positive_slope = fmpq(problem["network"]["negative_slope"]) > 0
    return positive_slope and _rare(_text(problem))


def generic(problem: Any, evidence: Any) -> bool:
    positive_slope = fmpq(problem["network"]["negative_slope"]) > 0
    return positive_slope and not _rare(_text(problem))


# ------------------------------------------------- replicates with a penalty (L eq. 13)


class Replicates:
    """The binary problem of each replicate, with a model at its parameters."""

    def __init__(self, problem: Any):
        self.gamma = fmpq(problem["objective"]["gamma"])
        rows = problem["network"]["layers"][-1]["pattern"]
        self.problems = [self._apart(problem, r) for r in range(len(rows))]
        self.models = [Model(at_zero(one)) for one in self.problems]
        self.hidden = self.models[0].spans[-1][0]

    def _apart(self, problem: Any, r: int) -> Any:
        *below, top = problem["network"]["layers"]
        used = sorted({g for g in top["pattern"][r] if g})
        row = [used.index(g) + 1 if g else 0 for g in top["pattern"][r]]
        network = {**problem["network"], "layers": [*below, {**top, "pattern": [row]}]}
        labels = [1 if y == r else -1 for y in problem["data"]["labels"]]
        data = {**problem["data"], "labels": labels}
        found = {"network": network, "data": data, "objective": {"kind": "hinge"}}
        found |= {"field": problem["field"]} if "field" in problem else {}
        if "parameters" in problem:
            *u, v = problem["parameters"][r]["weights"]
            *b, c = problem["parameters"][r]["biases"]
            own = None if c is None else [c[r]]
            weights = [*u, [v[g - 1] for g in used]]
            found["parameters"] = {"weights": weights, "biases": [*b, own]}
        return found

    def loss(self, points: list[Numbers]) -> Any:
        """Of parameters of each replicate, as L writes it: with the mean."""
        size = len(self.models)
        total: Any = fmpq(0)
        for one, model, point in zip(self.problems, self.models, points, strict=True):
            total = total + hinge_loss(one, model, point)
        for values in zip(*(point[: self.hidden] for point in points), strict=True):
            mean = sum(values, fmpq(0)) * fmpq(1, size)
            apart = square([x - mean for x in values])
            total = total + apart * (self.gamma * fmpq(size, size - 1))
        return total

    @property
    def points(self) -> list[Numbers]:
        """The parameters of each."""
        return [model.theta for model in self.models]

    def distance(self) -> float:
        """From 0 to the sums of the penalty's gradient and convex combinations of those found."""
        size, found = len(self.models), 0.0
        for one, model in zip(self.problems, self.models, strict=True):
            pull = [fmpq(0)] * len(model.theta)
            for p in range(self.hidden):
                mean = sum((m.theta[p] for m in self.models), fmpq(0)) * fmpq(1, size)
                pull[p] = (model.theta[p] - mean) * (2 * self.gamma * fmpq(size, size - 1))
            columns = [
                [*(float(a + b) for a, b in zip(loss_gradient(model, cell), pull, strict=True)), 1]
                for cell in loss_cells(one, model)
            ]
            target = np.array([0.0] * len(pull) + [1.0])
            found = max(found, non_negative_least_squares(np.array(columns).T, target))
        return found

    def read(self, flat: Numbers) -> list[Numbers]:
        """Layer by layer, first the weights of all replicates, then their biases."""
        left, points = list(flat), [list[Any]() for _ in self.models]
        for l in range(len(self.models[0].spans)):
            for part in (0, 1):
                for point, model in zip(points, self.models, strict=True):
                    start, middle, end = model.spans[l]
                    size = (middle - start, end - middle)[part]
                    point += left[:size]
                    left = left[size:]
        assert not left
        return points

    def least(self, near: bool) -> bool:
        """As `hinge_minimum`: no point of those drawn is better."""
        draw, here = random.Random(17), self.loss(self.points)
        for _ in range(120):
            t = fmpq(1, draw.choice((50, 1000, 10**6))) if near else fmpq(draw.randint(1, 6), 2)
            points = [
                [v if near or draw.random() < 0.2 else fmpq(0) for v in point]
                for point in self.points
            ]
            for power in range(1, draw.choice((1, 2, 3)) + 1):
                points = [
                    [v + draw.choice((-2, -1, 0, 0, 1, 2)) * t**power for v in point]
                    for point in points
                ]
            if sign(here - self.loss(points)) > 0:
                return False
        return True


def no_local_minimum_of_replicates(problem: Any, evidence: Any) -> bool:
    """At many t, most of them near 0."""
    found = Replicates(problem)
    names, here = found.models[0].names, found.loss(found.points)

    def at(c: Any, t: fmpq) -> Any:
        return sum((evaluate(a, names) * t**k for k, a in enumerate(c)), fmpq(0))

    end = evaluate(evidence["breakpoints"][-1], names)
    times = [_rational(float(end)) * fmpq(k, 41) for k in range(1, 41)]
    times += [_rational(float(end)) / 10**k for k in range(2, 8)]

    times = [fmpq(0), *times]
    if any(at(evidence["denominator"], t) == 0 for t in times):
        return False

    def points(t: fmpq) -> list[Numbers]:
        scale = at(evidence["denominator"], t)
        return found.read([at(c, t) * (1 / scale) for c in evidence["numerators"]])

    start, *rest = [points(t) for t in times]
    pairs = zip(start, found.points, strict=True)
    begins = not any(sign(a - b) for p, q in pairs for a, b in zip(p, q, strict=True))
    return begins and sign(end) > 0 and all(sign(here - found.loss(p)) > 0 for p in rest)


def no_global_minimum_of_replicates(problem: Any, evidence: Any) -> bool:
    found = Replicates(problem)
    better = [evaluate(text, found.models[0].names) for text in evidence["better"]]
    return sign(found.loss(found.points) - found.loss(found.read(better))) > 0


def sharp_minimum_of_replicates(problem: Any, evidence: Any) -> bool:
    """The loss is not constant near it: along each hidden parameter it grows with the square."""
    found = Replicates(problem)
    return found.least(near=True) and found.hidden > 0


def cells_of_replicates(problem: Any, evidence: Any) -> bool:
    """The product of the numbers of cells."""
    number, pairs = 1, zip(Replicates(problem).problems, evidence["replicates"], strict=True)
    for one, own in pairs:
        if not hinge_cells(one, own):
            return False
        number *= int(own["count"])
    return number == int(evidence["count"])


OF_REPLICATES: dict[str, Callable[[Any, Any], bool]] = {
    "clarke-critical": lambda problem, _: Replicates(problem).distance() < 1e-9,
    "not-clarke-critical": lambda problem, _: Replicates(problem).distance() > 1e-6,
    "local-minimum": lambda problem, _: Replicates(problem).least(near=True),
    "not-local-minimum": no_local_minimum_of_replicates,
    "global-minimum": lambda problem, _: (
        Replicates(problem).least(near=True) and Replicates(problem).least(near=False)
    ),
    "not-global-minimum": no_global_minimum_of_replicates,
    "flat-minimum": lambda _problem, _evidence: False,
    "sharp-minimum": sharp_minimum_of_replicates,
    "cells": cells_of_replicates,
    "no-kinks": lambda problem, _: all(no_kinks(one, {}) for one in Replicates(problem).problems),
    "nonzero-neurons": lambda problem, _: all(
        nonzero_neurons(one, {}) for one in Replicates(problem).problems
    ),
}
"""The claims about replicates that samples make."""


def judged(claim: str, problem: Any, evidence: Any) -> bool:
    """Whether the claim holds of the problem."""
    if claim in OF_THE_PROBLEM:
        return _judged_once(claim, _text(problem))
    return _judge(claim, problem)(problem, evidence)


def _judge(claim: str, problem: Any) -> Callable[[Any, Any], bool]:
    replicates = problem and problem["objective"]["kind"] == "penalized-one-vs-all-hinge"
    return (OF_REPLICATES if replicates else CLAIMS)[claim]


@cache
def _judged_once(claim: str, problem_text: str) -> bool:
    problem = json.loads(problem_text)
    return _judge(claim, problem)(problem, None)


def theorem(problem: Any, evidence: Any) -> bool:
    """Every step is true, and the conclusions are among the steps."""
    for part in evidence["parts"]:
        for step in part["steps"]:
            about = part["problem"]
            if "objective" in step:
                about = about | {"objective": step["objective"]}
            if not judged(step["claim"], about, step["evidence"]):
                return False
        if not set(part["conclusion"]) <= {step["name"] for step in part["steps"]}:
            return False
    return problem is None and bool(evidence["parts"])


CLAIMS: dict[str, Callable[[Any, Any], bool]] = {
    "feasible": feasible,
    "infeasible": infeasible,
    "kkt": kkt,
    "not-kkt": not_kkt,
    "approximate-kkt": approximate_kkt,
    "kkt-exists": kkt_exists,
    "local-minimum": local_minimum,
    "not-local-minimum": not_local_minimum,
    "global-minimum": global_minimum,
    "not-global-minimum": not_global_minimum,
    "norm-bound": norm_bound,
    "clarke-critical": clarke_critical,
    "not-clarke-critical": not_clarke_critical,
    "flat-minimum": flat_minimum,
    "sharp-minimum": sharp_minimum,
    "no-kinks": no_kinks,
    "nonzero-neurons": nonzero_neurons,
    "evaluation": evaluation,
    "multilinear-form": multilinear_form,
    "zero-trace-hessian": zero_trace_hessian,
    "indefinite-hessian": indefinite_hessian,
    "gradient-flow-limit": gradient_flow_limit,
    "cells": cells,
    "separable": separable,
    "not-separable": not_separable,
    "rare": rare,
    "generic": generic,
    "identity": identity,
    "positive": positive,
    "theorem": theorem,
}
OF_THE_PROBLEM = {
    "clarke-critical",
    "flat-minimum",
    "global-minimum",
    "kkt",
    "local-minimum",
    "sharp-minimum",
}
"""The claims that are judged without a look at the evidence: once for each problem."""
RESTS_ON = {"gradient-flow-limit": "vardi2022/theorem-2.1"}


def true(certificate: Any) -> bool:
    """Whether the claim holds, and names what it rests on."""
    claim, evidence = certificate["claim"], certificate["evidence"]
    steps = [claim]
    if claim == "theorem":
        steps = [step["claim"] for part in evidence["parts"] for step in part["steps"]]
    needed = {RESTS_ON[c] for c in steps if c in RESTS_ON}
    named = needed <= set(certificate["assumptions"])
    return named and judged(claim, certificate["problem"], evidence)
