"""Multilinear forms written out: from the factors to monomials, to text, to SymPy.

A monomial is the tuple of the flat parameters in it, in rising order: one parameter of the first
block, a weight or a bias of some layer, and one weight of every layer above it (L eq. 103). It
stands for the paths of the network from that input or bias to the output. There are as many as
paths, so expansion is for small networks and for people; nothing else in this room needs it.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from flint import fmpq

from exactmargin.errors import InvalidInputError
from exactmargin.exact import Algebraic, Field, Number, RealNumberField, sign
from exactmargin.networks import Architecture

__all__ = [
    "MONOMIALS",
    "Monomials",
    "blocks",
    "expanded",
    "spelled",
    "symbol_names",
    "to_sympy",
]

Monomials: TypeAlias = Mapping[tuple[int, ...], Number]
"""The coefficient of every monomial; none of them is zero."""

MONOMIALS = 20_000
"""How many monomials an expansion may have, unless the caller says otherwise."""


def blocks(network: Architecture) -> dict[str, range]:
    """The blocks of L Theorem 1 by name, each with its flat parameters, in flat order.

    "u1", ..., "um" are the weights ω^(1), ..., ω^(L), V; "b1", ..., "bm" the biases b^(1), ...,
    b^(L), c, of the layers that have some. A layer's weights and its biases are two blocks.
    """
    result: dict[str, range] = {}
    for n, layer in enumerate(network.layers):
        start = network.block_slice(n).start
        middle = start + layer.parameter_count
        result[f"u{n + 1}"] = range(start, middle)
        if layer.bias:
            result[f"b{n + 1}"] = range(middle, middle + layer.bias_count)
    return result


def symbol_names(network: Architecture) -> tuple[str, ...]:
    """The name of every flat parameter: "u2_1" is parameter 1 of layer 2, "b2_1" a bias of it."""
    return tuple(
        f"{block}_{k}" for block, span in blocks(network).items() for k in range(1, len(span) + 1)
    )


def expanded(
    field: Field,
    network: Architecture,
    x: Sequence[Number],
    slopes: Sequence[Sequence[fmpq]],
    output: int,
    limit: int,
) -> dict[tuple[int, ...], Number]:
    """The monomials of output number `output` of the form that `slopes` define.

    Raises `InvalidInputError` when there are more than `limit`.
    """
    alive = _units_that_count(network, slopes, output)
    below: list[dict[tuple[int, ...], Number]]
    below = [{(): field.coerce(value)} if sign(value) else {} for value in x]
    for n, layer in enumerate(network.layers):
        start = network.block_slice(n).start
        rows: list[dict[tuple[int, ...], Number]] = []
        for k, entries in enumerate(layer.entries):
            row: dict[tuple[int, ...], Number] = {}
            rows.append(row)
            if k not in alive[n]:
                continue
            if layer.bias:
                row[(start + layer.parameter_count + k,)] = field.one
            for j, g in entries:
                for monomial, value in below[j].items():
                    key = (*monomial, start + g)
                    row[key] = row.get(key, field.zero) + value
            _check_size(len(row), limit)
        factors = slopes[n] if n < network.depth - 1 else [fmpq(1)] * layer.rows
        below = [_scaled(row, a) for row, a in zip(rows, factors, strict=True)]
    return below[output]


def _units_that_count(
    network: Architecture, slopes: Sequence[Sequence[fmpq]], output: int
) -> list[set[int]]:
    """Layer by layer the units from which a path with non-zero slopes leads to the output."""
    alive = [{output}]
    for n in range(network.depth - 1, 0, -1):
        sources = {j for k in alive[0] for j, _ in network.layers[n].entries[k]}
        alive.insert(0, {j for j in sources if slopes[n - 1][j]})
    return alive


def _check_size(size: int, limit: int) -> None:
    if size > limit:
        raise InvalidInputError(
            f"the polynomial has more than {limit} monomials; keep the form factored, or raise "
            "the limit"
        )


def _scaled(row: dict[tuple[int, ...], Number], a: fmpq) -> dict[tuple[int, ...], Number]:
    """The multiple of a polynomial, without zeros (shared weights may cancel)."""
    return {key: a * value for key, value in row.items() if a and sign(value)}


def spelled(field: Field, network: Architecture, monomials: Monomials) -> str:
    """The polynomial as text, "u1_1*u2_1-1/2*b1_1*u2_1+3": the kernel's grammar, no blanks.

    Monomials in rising order, the constant last; "0" for the zero polynomial. Raises
    `InvalidInputError` where the field's generator has the name of a symbol, and for germs.
    """
    names = symbol_names(network)
    _check_field(field)
    if isinstance(field, RealNumberField) and field.generator in names:
        raise InvalidInputError(
            f"the generator {field.generator!r} has the name of a parameter; give it another one"
        )
    text = ""
    for key in sorted(monomials, key=lambda key: (not key, key)):
        piece = _piece(field.format(monomials[key]), [names[p] for p in key])
        text += piece if piece.startswith("-") else f"+{piece}"
    return text.removeprefix("+") or "0"


def _piece(value: str, symbols: Sequence[str]) -> str:
    if symbols and value in ("1", "-1"):
        return value[:-1] + "*".join(symbols)
    if symbols and ("+" in value or "-" in value[1:]):
        value = f"({value})"
    return "*".join([value, *symbols])


def to_sympy(field: Field, network: Architecture, monomials: Monomials) -> Any:
    """The polynomial as a SymPy expression in symbols of the same names.

    The generator of Q(r) is a symbol, too. Raises `InvalidInputError` for germs.
    """
    import sympy  # here, because it takes long to load and only readers want it

    _check_field(field)
    names = sympy.symbols(symbol_names(network))
    total = sympy.Integer(0)
    for key, value in monomials.items():
        total += sympy.Mul(_sympy_number(field, value), *(names[p] for p in key))
    return total


def _check_field(field: Field) -> None:
    if not field.archimedean:
        raise InvalidInputError(f"numbers of {field!r} cannot be written out; keep them factored")


def _sympy_number(field: Field, value: Number) -> Any:
    import sympy

    if isinstance(value, fmpq):
        return sympy.Rational(int(value.p), int(value.q))
    assert isinstance(value, Algebraic)
    assert isinstance(field, RealNumberField)
    r = sympy.Symbol(field.generator)
    rationals = enumerate(value.coefficients)
    return sum((_sympy_number(field, c) * r**n for n, c in rationals), sympy.Integer(0))
