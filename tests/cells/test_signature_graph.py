"""The signature graph: degrees and connectivity by NetworkX, facets by hand, export, lazy walks."""

import io
import json
import subprocess
import sys

import networkx
import pytest

from exactmargin.cells import (
    BudgetSpent,
    HingeForm,
    SignatureMap,
    adjacent_cells,
    enumerate_cells,
    graph_to_graphml,
    graph_to_json,
    signature_graph,
    walk_cells,
)
from exactmargin.cells.cell_forms import form_text
from exactmargin.data import Dataset
from exactmargin.errors import InvalidInputError
from exactmargin.exact import Q
from exactmargin.networks import Parameters, fully_connected

PLANE = SignatureMap(Q, fully_connected([2, 1, 1]), [[1, 2], [2, -1], [-1, 3]])
HINGE = SignatureMap(Q, fully_connected([1, 2, 1], bias=True), [[2], [-1]], [1, -1])


def flips(u, v):
    return sum(a != b for a, b in zip(u, v, strict=True))


def test_lines_in_the_plane_make_a_cycle():
    graph = signature_graph(enumerate_cells(PLANE))
    assert type(graph) is networkx.Graph
    assert sorted(dict(graph.degree).values()) == [2] * 6
    assert networkx.diameter(graph) == 3
    assert networkx.is_connected(graph)
    for u, v, data in graph.edges(data=True):
        assert flips(u, v) == len(data["entries"]) == 1
    for u, data in graph.nodes(data=True):
        assert PLANE(data["witness"]) == u
        assert "flat" not in data


def test_two_units_make_a_product_of_graphs():
    signatures = SignatureMap(Q, fully_connected([2, 2, 1]), PLANE.inputs)
    graph = signature_graph(enumerate_cells(signatures))
    cycle = networkx.cycle_graph(6)
    assert networkx.is_isomorphic(graph, networkx.cartesian_product(cycle, cycle))


def test_repeated_points_flip_together():
    signatures = SignatureMap(Q, fully_connected([2, 1, 1]), [[1, 2], [2, 4], [0, 1]])
    cells = enumerate_cells(signatures)
    single = signature_graph(cells)
    assert (len(single), single.number_of_edges()) == (4, 2)
    graph = signature_graph(cells, all_facets=True)
    assert networkx.is_isomorphic(graph, networkx.cycle_graph(4))


def test_hinge_edges_are_the_facets_of_lifted_polyhedra():
    """The edges found by sign flips and by crossing every facet are the same."""
    cells = enumerate_cells(HINGE)
    graph = signature_graph(cells)
    crossed = {
        frozenset((u, step.signature))
        for u in cells
        for step in adjacent_cells(HINGE, cells.witness(u))
        if flips(u, step.signature) == 1
    }
    assert {frozenset(edge) for edge in graph.edges} == crossed
    assert {data["flat"] for _, data in graph.nodes(data=True)} == {True, False}
    everything = signature_graph(cells, all_facets=True)
    assert networkx.is_connected(everything)
    assert set(graph.edges) <= set(everything.edges)


def test_deeper_networks():
    signatures = SignatureMap(Q, fully_connected([1, 1, 1, 1]), [[1]])
    graph = signature_graph(enumerate_cells(signatures), all_facets=True)
    assert sorted(graph) == [(-1, 0), (1, -1), (1, 1)]
    assert networkx.is_connected(graph)
    assert graph.graph == {"complete": True, "facets": False}


@pytest.mark.parametrize("signatures", [PLANE, HINGE])
def test_walking_lazily_meets_every_cell(signatures):
    cells = enumerate_cells(signatures)
    start = cells.witness(next(iter(cells)))
    steps = list(walk_cells(signatures, start))
    assert len(steps) == cells.count
    assert {step.signature for step in steps} == set(cells)
    assert all(signatures(step.point) == step.signature for step in steps)
    assert steps[0].came_from is None
    assert len(list(walk_cells(signatures, start, 3))) == 3


def test_a_walk_of_a_product_without_end():
    inputs = [[n, n * n, n * n * n] for n in range(1, 11)]
    signatures = SignatureMap(Q, fully_connected([3, 20, 1]), inputs)
    cells = enumerate_cells(signatures)
    start = cells.witness(next(iter(cells)))
    assert len(list(walk_cells(signatures, start, 4))) == 4
    with pytest.raises(InvalidInputError, match="at most 1000000 are written out"):
        signature_graph(cells)


def test_a_walk_starts_inside_a_cell():
    with pytest.raises(InvalidInputError, match="lies on the boundary of cells"):
        next(walk_cells(PLANE, Parameters.zeros(PLANE.network, Q)))


def test_budget():
    with pytest.raises(BudgetSpent):
        signature_graph(enumerate_cells(PLANE), budget=0)


def test_graphml_and_json_are_texts_that_read_back():
    graph = signature_graph(enumerate_cells(HINGE))
    text = graph_to_graphml(graph, HINGE)
    assert ">true</data>" in text  # as XML has it
    assert ">True</data>" not in text
    read = networkx.read_graphml(io.BytesIO(text.encode()))
    assert read.graph["complete"] is True
    names = {"".join("-0+"[s + 1] for s in u): u for u in graph}
    assert networkx.is_isomorphic(read, graph)
    assert set(read) == set(names)
    for name, data in read.nodes(data=True):
        point = Parameters.from_flat(HINGE.network, map(Q.parse, data["witness"].split()))
        assert HINGE(point) == names[name]
        assert data["flat"] is graph.nodes[names[name]]["flat"]
    assert {data["entries"].split(",")[0] for *_, data in read.edges(data=True)} == {
        "example 1",
        "example 2",
    }
    plain = json.loads(graph_to_json(graph, HINGE))
    assert len(plain["nodes"]) == len(graph)
    assert len(plain["edges"]) == graph.number_of_edges()


def test_forms_of_the_outputs():
    graph = signature_graph(enumerate_cells(PLANE), forms=True)
    texts = ("u1_1*u2_1+2*u1_2*u2_1", "0", "-u1_1*u2_1+3*u1_2*u2_1")
    assert graph.nodes[1, -1, 1]["form"] == texts
    assert "form" not in signature_graph(enumerate_cells(PLANE)).nodes[1, -1, 1]
    (read,) = (
        data["form"]
        for name, data in networkx.read_graphml(
            io.BytesIO(graph_to_graphml(graph, PLANE).encode())
        ).nodes(data=True)
        if name == "+-+"
    )
    assert read == "; ".join(texts)
    nodes = {node["id"]: node for node in json.loads(graph_to_json(graph, PLANE))["nodes"]}
    assert nodes["+-+"]["form"] == list(texts)


@pytest.mark.parametrize("weights", [None, [Q.parse("1/3"), Q.parse("2/3")]])
def test_forms_of_the_hinge_loss_are_those_of_the_witness(weights):
    cells = enumerate_cells(HINGE)
    graph = signature_graph(cells, weights=weights, forms=True)
    data_set = Dataset.over(Q, HINGE.inputs, HINGE.labels, weights)
    for data in graph.nodes.values():
        form = HingeForm.at(Q, HINGE.network, data["witness"], data_set)
        assert data["form"] == form.polynomial()
        assert data["flat"] == all(not key for key in form.monomials())


def test_forms_of_several_outputs_and_of_structural_zeros():
    network = fully_connected([1, 1, 1, 2])
    graph = signature_graph(enumerate_cells(SignatureMap(Q, network, [[2]])), forms=True)
    assert graph.nodes[1, 1]["form"] == ("2*u1_1*u2_1*u3_1", "2*u1_1*u2_1*u3_2")
    assert graph.nodes[-1, 0]["form"] == ("0", "0")


def test_a_form_that_is_too_long_is_not_written():
    graph = signature_graph(enumerate_cells(PLANE), forms=True)
    assert form_text(PLANE, (), (1, -1, 1), limit=1) is None
    graph.nodes[1, -1, 1]["form"] = None
    read = networkx.read_graphml(io.BytesIO(graph_to_graphml(graph, PLANE).encode()))
    assert {name for name, data in read.nodes(data=True) if "form" not in data} == {"+-+"}
    nodes = json.loads(graph_to_json(graph, PLANE))["nodes"]
    assert [node["id"] for node in nodes if node["form"] is None] == ["+-+"]


def test_networkx_is_loaded_for_graphs_only():
    program = "import sys, exactmargin, exactmargin.cells; print('networkx' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"
