"""The signature graph: cells, joined where they share a facet (THEORY §2), as a NetworkX graph.

Nodes are signatures (tuples of signs). Node attributes: ``witness``, the exact `Parameters` of a
point inside the cell; for the hinge loss also ``flat``, whether the loss is constant on the cell
(L §2.2). With ``forms=True`` also ``form``: for the hinge loss its polynomial on the cell, else
the tuple of those of the Φ_i (L Theorem 1), as text; None where one of them has more than
`FORM_MONOMIALS` monomials (GraphML then has no such attribute, JSON null). Edge attribute:
``entries``, the entries (example, layer, unit) that flip, 0-based.
Graph attributes: ``complete``, whether all cells are nodes; ``upper_bound_by``, the oracle on whose
word that rests, if any; ``facets``, whether all their shared
facets are edges (one hidden layer) or those that were met (deeper networks).

An edge flips one sign. Where several entries vanish on one hyperplane (repeated or parallel
points; a loss that depends on the output bias alone), no facet flips one of them alone;
``all_facets`` adds the edges that flip several.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from flint import fmpq

from exactmargin.cells.cell_forms import form_text
from exactmargin.cells.facets import adjacent_cells, has_hidden_facet
from exactmargin.cells.lift import Lift, is_liftable
from exactmargin.cells.network_cells import Cells
from exactmargin.cells.search import Clock
from exactmargin.cells.signatures import Signature, SignatureMap
from exactmargin.cells.slopes import NO_PENALTY, is_flat
from exactmargin.errors import InvalidInputError
from exactmargin.exact.scalars import shown
from exactmargin.networks import Parameters

if TYPE_CHECKING:
    import networkx

__all__ = ["LARGEST_GRAPH", "graph_to_graphml", "graph_to_json", "signature_graph"]

LARGEST_GRAPH = 1_000_000
"""The greatest number of nodes; a product of arrangements can count far more cells."""

GRAPH_FORMAT = "exactmargin/signature-graph@1"


def signature_graph(
    cells: Cells,
    *,
    weights: Sequence[fmpq] | None = None,
    penalty: Mapping[tuple[int, ...], fmpq] = NO_PENALTY,
    all_facets: bool = False,
    forms: bool = False,
    budget: float | None = None,
) -> "networkx.Graph[Signature]":
    """The graph of the known cells; degree, diameter, connectivity are NetworkX's to compute.

    `weights` are μ^(i) of the hinge loss, 1/N each by default, and `penalty` the monomials of what
    is added to it (`Problem.penalty_monomials`). `forms` adds the form of every
    cell, which can be long. Raises `InvalidInputError` for
    more than `LARGEST_GRAPH` cells, `BudgetSpent` after `budget` seconds.
    """
    import networkx

    if not isinstance(cells, Cells):
        raise InvalidInputError(f"{shown(cells)} is not Cells; enumerate_cells finds them")
    if cells.lower > LARGEST_GRAPH:
        raise InvalidInputError(
            f"a graph of {cells.lower} cells; at most {LARGEST_GRAPH} are written out; count the "
            "cells without the graph, or walk it lazily (walk_cells)"
        )
    clock, signatures = Clock(budget), cells.signatures
    n = len(signatures.inputs)
    mu = tuple(weights) if weights is not None else (fmpq(1, n),) * n
    one_layer = signatures.network.depth <= 2 and (
        signatures.labels is None or is_liftable(signatures)
    )
    graph: networkx.Graph[Signature] = networkx.Graph(complete=cells.complete, facets=one_layer)
    if cells.oracle is not None:
        graph.graph["upper_bound_by"] = cells.oracle
    for signature in cells:
        clock.check()
        graph.add_node(signature, witness=cells.witness(signature))
        if signatures.labels is not None:
            graph.nodes[signature]["flat"] = is_flat(signatures, mu, signature, penalty)
        if forms:
            graph.nodes[signature]["form"] = form_text(signatures, mu, signature, penalty=penalty)
    edges = _flips(cells, clock) if one_layer else iter(())
    for u, v in edges:
        graph.add_edge(u, v, entries=_flipped(signatures, u, v))
    if all_facets or not one_layer:
        for u, v in _met(cells, graph, clock):
            entries = _flipped(signatures, u, v)
            if all_facets or len(entries) == 1:
                graph.add_edge(u, v, entries=entries)
    return graph


def graph_to_graphml(graph: "networkx.Graph[Signature]", signatures: SignatureMap) -> str:
    """The graph as GraphML: nodes are texts such as ``"+-0"``, attributes are texts or booleans."""
    import networkx

    plain: networkx.Graph[str] = networkx.Graph(complete=graph.graph["complete"])
    if "upper_bound_by" in graph.graph:
        plain.graph["upper_bound_by"] = graph.graph["upper_bound_by"]
    plain.graph["entries"] = "; ".join(signatures.describe([e]) for e in signatures.entries)
    for node, data in graph.nodes(data=True):
        plain.add_node(_name(node), witness=_spelled(signatures, data["witness"]))
        if "flat" in data:
            plain.nodes[_name(node)]["flat"] = data["flat"]
        form = data.get("form")
        if form is not None:
            plain.nodes[_name(node)]["form"] = form if isinstance(form, str) else "; ".join(form)
    for u, v, data in graph.edges(data=True):
        plain.add_edge(_name(u), _name(v), entries=signatures.describe(data["entries"]))
    text = "\n".join(networkx.generate_graphml(plain)) + "\n"
    # NetworkX writes booleans as Python does, and reads both; XML has them in small letters.
    return text.replace(">True</data>", ">true</data>").replace(">False</data>", ">false</data>")


def graph_to_json(graph: "networkx.Graph[Signature]", signatures: SignatureMap) -> str:
    """The graph as JSON: ``nodes`` and ``edges`` as lists of objects, numbers of θ as texts."""
    nodes: list[dict[str, Any]] = []
    for node, data in graph.nodes(data=True):
        spell = signatures.field.format
        entry: dict[str, Any] = {"id": _name(node)}
        entry["witness"] = [spell(value) for value in data["witness"].flat()]
        if "flat" in data:
            entry["flat"] = data["flat"]
        if "form" in data:
            entry["form"] = data["form"]
        nodes.append(entry)
    edges = [
        {
            "source": _name(u),
            "target": _name(v),
            "entries": [[i + 1, n + 1, k + 1] for i, n, k in data["entries"]],
        }
        for u, v, data in graph.edges(data=True)
    ]
    shared = {k: graph.graph[k] for k in ("complete", "upper_bound_by") if k in graph.graph}
    obj = {
        "format": GRAPH_FORMAT,
        **shared,
        "entries": [signatures.describe([e]) for e in signatures.entries],
        "nodes": nodes,
        "edges": edges,
    }
    return json.dumps(obj, indent=1, ensure_ascii=True) + "\n"


def _flips(cells: Cells, clock: Clock) -> Iterator[tuple[Signature, Signature]]:
    """The pairs of known cells that differ in one sign and share a facet, one hidden layer."""
    lift = Lift(cells.signatures) if cells.signatures.labels is not None else None
    for u in cells:
        clock.check()
        for n, side in enumerate(u):
            if side <= 0:
                continue
            v = (*u[:n], -side, *u[n + 1 :])
            if v in cells and (lift is None or _share_facet(cells, lift, u, v, n)):
                yield u, v


def _share_facet(cells: Cells, lift: Lift, u: Signature, v: Signature, n: int) -> bool:
    """On one choice of s the cells of a hidden pattern are convex: two are then divided by the
    one row that tells them apart. Across a hidden sign a linear program decides."""
    common = set(cells.output_signs[u]) & set(cells.output_signs[v])
    is_loss = not lift.hidden or n % (lift.units + 1) == lift.units
    if is_loss or not common:
        return bool(common)
    return has_hidden_facet(lift, u, n, tuple(sorted(common)))


def _met(
    cells: Cells, graph: "networkx.Graph[Signature]", clock: Clock
) -> Iterator[tuple[Signature, Signature]]:
    for u in cells:
        clock.check()
        for step in adjacent_cells(cells.signatures, graph.nodes[u]["witness"]):
            clock.check()
            if step.signature in graph and not graph.has_edge(u, step.signature):
                yield u, step.signature


def _flipped(signatures: SignatureMap, u: Signature, v: Signature) -> tuple[Any, ...]:
    return tuple(entry for entry, a, b in zip(signatures.entries, u, v, strict=True) if a != b)


def _name(signature: Signature) -> str:
    return "".join("-0+"[side + 1] for side in signature)


def _spelled(signatures: SignatureMap, point: Parameters) -> str:
    return " ".join(signatures.field.format(value) for value in point.flat())
