"""The hinge loss of a linear network: a lower bound by all affine functions of the inputs.

Φ is affine in x, whatever the parameters are: L(θ) is a global minimum if no affine function has
a smaller loss. That is one linear program; its dual is the evidence.
"""

from exactmargin.decisions.certificate import Certificate
from exactmargin.exact import LinearProgram, Number, sign, solve_lp
from exactmargin.problems import Problem

__all__ = ["linear_certificate"]


def linear_certificate(problem: Problem, claim: str) -> Certificate | None:
    """The certificate by = linear, where the network is linear and no affine function is better."""
    network, field = problem.network, problem.field
    if not network.is_linear and network.depth > 1:
        return None
    used = sorted({j for row in network.layers[0].entries for j, _ in row})
    one = [field.one] * network.has_bias
    rows: list[list[Number]] = []
    for x, y in zip(problem.data.inputs, problem.data.labels, strict=True):
        rows.append([a * y for a in (*(x[j] for j in used), *one)])
    weights = [field.coerce(w) for w in problem.example_weights]
    # max Σ λ_i with Σ λ_i y_i x_i = 0, 0 ≤ λ_i ≤ μ_i
    columns = [[row[n] for row in rows] for n in range(len(used) + len(one))]
    size = len(rows)
    caps = [{i: field.one} for i in range(size)]
    senses = ["=="] * len(columns) + ["<="] * size
    right = [*[field.zero] * len(columns), *weights]
    program = LinearProgram(field, [-field.one] * size, [*columns, *caps], senses, right)
    result = solve_lp(program)
    assert result.x is not None
    assert result.value is not None
    if sign(result.value + problem.objective_value()) > 0:
        return None
    taus = [a / w for a, w in zip(result.x, weights, strict=True)]
    evidence = {"by": "linear", "multipliers": [field.format(tau) for tau in taus]}
    return Certificate.about(problem, claim, evidence)
