"""The least norm of a tiny two-layer network by brute force: all signs of all pre-activations.

Independent of the library's search: for each choice of output signs and of a side for every
neuron and example the lifted problem min Σ ‖p_k‖ + c²/2 is convex; Kelley's cuts turn it into
linear programs, which HiGHS solves in floats.
"""

from itertools import product

import highspy
import numpy as np

__all__ = ["least_half_norm"]


def least_half_norm(inputs, labels, slope, has_output, bias):
    """The least ½‖θ'‖² in floats (infinity where nothing is feasible).

    `inputs[k][i]` is what neuron k sees at example i, `has_output[k]` whether the output uses it.
    """
    live = [k for k, used in enumerate(has_output) if used]
    best = np.inf
    for signs in product((1, -1), repeat=len(live)):
        for sides in product(*(_sides(inputs[k]) for k in live)):
            value = _least(
                [np.array(inputs[k], float) for k in live], labels, slope, signs, sides, bias, best
            )
            best = min(best, value)
    return best


def _sides(rows):
    """All sides of the rows, one of them only at a zero row."""
    return list(product(*((1, -1) if any(row) else (1,) for row in rows)))


def _least(x, labels, slope, signs, sides, bias, enough):
    """The least value for these signs and sides; may stop above `enough`."""
    sizes = [rows.shape[1] for rows in x]
    total = sum(sizes)
    starts = np.cumsum([0, *sizes])
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    inf = highspy.kHighsInf
    for _ in range(total):
        solver.addVar(-1e6, 1e6)
    for _ in range(len(x) + bias * 2):  # the ‖p_k‖; with a bias c and c²/2
        solver.addVar(0, inf)
    c = total + len(x)
    if bias:
        solver.changeColBounds(c, -1e6, 1e6)
    for k in range(len(x)):
        solver.changeColCost(total + k, 1.0)
    if bias:
        solver.changeColCost(c + 1, 1.0)
    for i, y in enumerate(labels):
        row = np.zeros(total)
        for k, rows in enumerate(x):
            a = 1.0 if sides[k][i] > 0 else slope
            row[starts[k] : starts[k + 1]] = y * signs[k] * a * rows[i]
        indices, values = list(range(total)), row.tolist()
        solver.addRow(1, inf, total + bias, [*indices, *[c] * bias], [*values, *[y] * bias])
        for k, rows in enumerate(x):
            place = list(range(starts[k], starts[k + 1]))
            solver.addRow(0, inf, sizes[k], place, (sides[k][i] * rows[i]).tolist())
    for _ in range(200):
        solver.run()
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return np.inf
        point = np.array(solver.getSolution().col_value)
        value = solver.getInfo().objective_function_value
        norms = [np.linalg.norm(point[starts[k] : starts[k + 1]]) for k in range(len(x))]
        true = sum(norms) + (point[c] ** 2 / 2 if bias else 0)
        if value >= enough or true - value <= 1e-9 * max(1, true):
            return true
        for k, norm in enumerate(norms):
            if norm > 0:
                direction = point[starts[k] : starts[k + 1]] / norm
                place = [*range(starts[k], starts[k + 1]), total + k]
                solver.addRow(-inf, 0, sizes[k] + 1, place, [*direction, -1.0])
        if bias:
            solver.addRow(-(point[c] ** 2) / 2, inf, 2, [c + 1, c], [1.0, -point[c]])
    return value
