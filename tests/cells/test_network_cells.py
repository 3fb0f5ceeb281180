"""Cells without loss: products, shared weights, structural zeros, bounds in deeper networks."""

from itertools import product

import pytest

from exactmargin.cells import SignatureMap, enumerate_cells, incidence, signature_graph
from exactmargin.errors import InvalidInputError
from exactmargin.exact import Q, RealNumberField, strictly_feasible_direction
from exactmargin.networks import disjoint_patches, from_pattern, fully_connected


def by_brute_force(signatures):
    """All sign vectors of layer 1 that a linear program finds feasible; zero rows have 0."""
    rows = [signatures.first_layer_row(i, k) for i, _, k in signatures.entries]
    places = [k for k, row in enumerate(rows) if any(row)]
    found = set()
    for signs in product((1, -1), repeat=len(places)):
        lines = [[s * x for x in rows[k]] for s, k in zip(signs, places, strict=True)]
        if not lines or strictly_feasible_direction(Q, lines, len(lines[0])).direction:
            full = [0] * len(rows)
            for s, k in zip(signs, places, strict=True):
                full[k] = s
            found.add(tuple(full))
    return found


INPUTS = {
    "general": [[1, 2], [2, -1], [-1, 3]],
    "repeated": [[1, 2], [1, 2], [-1, 3]],
    "parallel": [[1, 2], [-2, -4], [2, 4]],
    "a zero input": [[1, 2], [0, 0], [1, -1]],
    "zeros only": [[0, 0], [0, 0]],
}
NETWORKS = {
    "dense": fully_connected([2, 2, 1]),
    "bias": fully_connected([2, 2, 1], bias=True),
    "linear": fully_connected([2, 1, 1], negative_slope=1),
    "sparse": from_pattern([[(1, 0), (0, 0), (0, 2)], [(1, 2, 3)]]),
    "shared": from_pattern([[(1, 2), (2, 1)], [(1, 2)]]),
    "the same filter twice": from_pattern([[(1, 2), (1, 2)], [(1, 2)]]),
    "an idle unit": from_pattern([[(1, 2), (3, 4)], [(1, 0)]]),
}


@pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS)
@pytest.mark.parametrize("inputs", INPUTS.values(), ids=INPUTS)
def test_one_hidden_layer_against_all_sign_vectors(network, inputs):
    signatures = SignatureMap(Q, network, inputs)
    cells = enumerate_cells(signatures)
    listed = list(cells)
    assert cells.complete
    assert len(listed) == len(set(listed)) == cells.count
    assert set(listed) == by_brute_force(signatures)
    for signature in listed:
        assert signature in cells
        assert signatures(cells.witness(signature)) == signature
    zeros = {e for k, e in enumerate(signatures.entries) if not listed[0][k]}
    assert set(cells.structural_zeros) == zeros
    assert cells.with_zeros == (cells.count if zeros else 0)


def test_a_product_is_not_multiplied_out():
    inputs = [[n, n * n, n * n * n] for n in range(1, 11)]
    cells = enumerate_cells(SignatureMap(Q, fully_connected([3, 20, 1]), inputs))
    assert cells.count == 92**20  # 2 (C(9,0) + C(9,1) + C(9,2))
    signature = next(iter(cells))
    assert cells.signatures(cells.witness(signature)) == signature
    assert (1,) not in cells
    with pytest.raises(InvalidInputError, match="is not the signature of a known cell"):
        cells.witness((1,))


def test_shared_weights_make_one_joint_arrangement():
    """Two patches of one filter: the units' signs are those of one w over all patches."""
    inputs = [[1, 0, 0, 1], [1, 1, 1, -1]]
    cells = enumerate_cells(SignatureMap(Q, disjoint_patches(2, 2), inputs))
    assert cells.count == 8  # four lines in the plane, not 4 * 4


def test_a_network_without_hidden_layer_is_one_cell():
    cells = enumerate_cells(SignatureMap(Q, fully_connected([2, 1]), [[1, 2]]))
    assert list(cells) == [()]


def test_a_number_field():
    field = RealNumberField("r", [-2, 0, 1], (1, 2))
    inputs = [["r", 1], [2, "r"], ["r", -1]]  # the first two are parallel
    cells = enumerate_cells(SignatureMap(field, fully_connected([2, 1, 1]), inputs))
    assert cells.count == 4
    assert all(cells.signatures(cells.witness(u)) == u for u in cells)


@pytest.mark.parametrize(
    ("network", "inputs", "count", "with_zeros"),
    [
        (fully_connected([1, 1, 1, 1]), [[1]], 3, 1),
        (fully_connected([1, 1, 1, 1], negative_slope="1/2"), [[1]], 4, 0),
        (fully_connected([2, 2, 1, 1]), [[1, 2], [2, -1]], 45, 13),
        (fully_connected([2, 2, 2, 1]), [[1, 2], [2, -1]], 145, 25),
    ],
)
def test_deeper_networks_whose_bounds_meet(network, inputs, count, with_zeros):
    cells = enumerate_cells(SignatureMap(Q, network, inputs))
    assert (cells.count, cells.with_zeros) == (count, with_zeros)
    for signature in cells:
        assert cells.signatures(cells.witness(signature)) == signature


def test_bounds_that_do_not_meet_say_so():
    cells = enumerate_cells(SignatureMap(Q, fully_connected([1, 1, 1, 1, 1]), [[1], [2]]))
    assert (cells.lower, cells.upper, cells.complete, cells.spent) == (4, 6, False, False)
    with pytest.raises(InvalidInputError, match=r"only 4 <= number <= 6 \(walking found no furth"):
        _ = cells.count


def test_cells_are_shown_by_their_number():
    shared = from_pattern([[(1, 2), (2, 1)], [(1, 2)]])
    assert repr(enumerate_cells(SignatureMap(Q, shared, [[1, 2]]))) == "<Cells: 4 known, all>"
    deep = SignatureMap(Q, fully_connected([2, 2, 2, 1]), [[1, 2], [2, -1], [0, 1]])
    spent = enumerate_cells(deep, budget=0)
    assert repr(spent) == (
        f"<Cells: {spent.lower} known, at most {spent.upper} (the budget is spent)>"
    )


def test_a_budget_leaves_bounds():
    signatures = SignatureMap(Q, fully_connected([2, 2, 2, 1]), [[1, 2], [2, -1], [0, 1]])
    cells = enumerate_cells(signatures, budget=0)
    assert cells.spent
    assert cells.lower < cells.upper


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (([[1]], None), r"^inputs\[0\]: has length 1; the network has input dimension 2$"),
        (([[1, 2]], [1, 1]), "^labels: 2 labels for 1 inputs; expected one for each$"),
        (([[1, 2]], [0]), r"^labels\[0\]: 0 is not a label of the hinge loss; expected 1 or -1$"),
    ],
)
def test_misuse(words, message):
    inputs, labels = words
    with pytest.raises(InvalidInputError, match=message):
        SignatureMap(Q, fully_connected([2, 1, 1]), inputs, labels)


@pytest.mark.parametrize("function", [enumerate_cells, lambda it: incidence(it, None)])
def test_a_problem_is_no_signature_map(function):
    with pytest.raises(InvalidInputError) as error:
        function("a problem")
    assert str(error.value) == (
        "'a problem' is not a SignatureMap; a problem's is problem.signatures"
    )


def test_a_graph_is_made_of_cells():
    with pytest.raises(
        InvalidInputError, match=r"^'a problem' is not Cells; enumerate_cells finds"
    ):
        signature_graph("a problem")
