"""The sample of a problem: linear separability, rare and generic data (L §2.3, Definition 1)."""

from exactmargin.data import Choice, ExponentSplit, Functional, Tree, rarity, separability
from exactmargin.decisions.budget import Budget, BudgetSpent
from exactmargin.decisions.certificate import Certificate
from exactmargin.decisions.verdict import Answer, Verdict
from exactmargin.errors import InvalidInputError
from exactmargin.problems import Problem

__all__ = ["decide_rare", "decide_separable"]


def decide_separable(problem: Problem) -> Verdict:
    """Whether each class of the sample is linearly separable from the rest; always decided."""
    spell, found = problem.field.format, separability(problem.field, problem.data)
    if found.separators is None:
        assert found.weights is not None
        refuted = {"class": found.refuted, "weights": [spell(a) for a in found.weights]}
        return Verdict.proved(Answer.NO, Certificate.about(problem, "not-separable", refuted))
    separators = [
        {"class": c, "weights": [spell(a) for a in w], "bias": spell(b)}
        for c, (*w, b) in found.separators.items()
    ]
    evidence = {"separators": separators}
    return Verdict.proved(Answer.YES, Certificate.about(problem, "separable", evidence))


def decide_rare(problem: Problem, budget: Budget | None = None) -> Verdict:
    """Whether the weighted data are rare (yes) or generic (no) for the network's depth and slope.

    Unknown for slope 0, for which L has no such notion, and where the budget is spent. Raises
    `InvalidInputError` for a margin problem, whose examples have no weights.
    """
    if not problem.is_hinge:
        raise InvalidInputError(
            "rare and generic data are about the weights of a hinge loss (L Definition 1); this is "
            f"a {problem.objective.kind} problem",
            place="objective",
        )
    if not problem.network.negative_slope:
        return Verdict.unknown(
            "rare and generic data are defined for a positive negative_slope (L Definition 1); "
            "here it is 0"
        )
    coerce = problem.field.coerce
    slope, layers = problem.network.negative_slope, range(problem.network.depth)
    weights = tuple(coerce(weight) for weight in problem.example_weights)
    powers = tuple(coerce(slope**n) for n in layers)
    check = (budget or Budget()).check
    try:
        found = rarity(problem.field, problem.data, weights, problem.classes, powers, check)
    except BudgetSpent as spent:
        return Verdict.unknown(str(spent))
    if isinstance(found, Choice):
        choices = [
            {"example": i + 1, "exponent": exponent, "classes": list(classes)}
            for i, (exponent, classes) in found.entries.items()
        ]
        return Verdict.proved(Answer.YES, Certificate.about(problem, "rare", {"choices": choices}))
    evidence = {"tree": _spelled(problem, found)}
    return Verdict.proved(Answer.NO, Certificate.about(problem, "generic", evidence))


def _spelled(problem: Problem, tree: Tree) -> dict[str, object]:
    if isinstance(tree, Functional):
        spell = problem.field.format
        return {"functional": [[spell(a) for a in row] for row in tree.vectors]}
    if isinstance(tree, ExponentSplit):
        branches = [_spelled(problem, branch) for branch in tree.branches]
        return {"example": tree.example + 1, "exponents": branches}
    i, r = tree.pair
    on, off = _spelled(problem, tree.on), _spelled(problem, tree.off)
    return {"example": i + 1, "class": r, "on": on, "off": off}
