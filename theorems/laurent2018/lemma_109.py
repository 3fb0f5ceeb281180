r"""L Lemma 109 (appendix, section 4): local minima of the penalised loss are ones of the loss.

Statement. Let R ≥ 2 and γ > 0. If (ω^(1), ..., ω^(R)) is a local minimum of E_γ, then the common
features with all (v_r, c_r) are a local minimum of the sum of the L^(r).

Covered: the step of the proof that is not Theorem 7: where all replicates are equal the penalty is
0, for given R and numbers of components, so E_γ there is the loss itself. If points with a smaller
loss tend to ω, so do their replicates, with the same values of E_γ. Then instances: a local minimum
of both; a point that is none of the loss, nor of E_γ; and, as the converse fails, the local minimum
of the loss (11) of Figure 5, which is none of E_γ.
"""

from exactmargin.problems import OneVersusAllHinge
from exactmargin.registry import Part, Step
from theorems.laurent2018._several_classes import SIZES, Replicates
from theorems.laurent2018._several_classes_points import Classes, searched
from theorems.laurent2018.figure_5 import SQUARE, minimum, square_multipliers
from theorems.steps import identity, part

BLIND = Classes(
    "two classes, nothing is active",
    ((-1,), (1,)),
    (0, 1),
    ([[1]],),
    [(1,)],
    [(-2,)],
    [(3, 0), (0, "1/2")],
)
SEEN = BLIND._replace(name="two classes, one is seen", biases=[(0,)])


def of_both(point: Classes, claim: str, words: str) -> list[Part]:
    """The same of the loss and of E_γ."""
    loss, penalized = point.together(OneVersusAllHinge()), point.penalized()
    first = searched(rf"{words} of $\bar{{\mathcal{{L}}}}$", claim, loss)
    second = searched(rf"{words} of $\mathcal{{E}}_\gamma$", claim, penalized)
    return [
        part(f"Instance: {point.name}, the loss", loss, [first], [first]),
        part(f"Instance: {point.name}, penalised", penalized, [second], [second]),
    ]


def converse() -> list[Part]:
    """A local minimum of the loss that is none of E_γ."""
    loss, penalized = SQUARE.together(OneVersusAllHinge()), SQUARE.penalized()
    first = minimum(r"A local minimum of $\bar{\mathcal{L}}$", loss, square_multipliers())
    words = r"No local minimum of $\mathcal{E}_\gamma$"
    second = searched(words, "not-local-minimum", penalized)
    return [
        part("The converse fails: the loss", loss, [first], [first]),
        part("The converse fails: penalised", penalized, [second], [second]),
    ]


def replicated(vectors: Replicates) -> Step:
    """All vectors equal to the first: the penalty is 0."""
    first = {vectors.entry(r, j): f"w1x{j}" for r in vectors.indices for j in vectors.components}
    return identity(
        rf"{vectors.shape}: $\mathcal{{R}}(\omega,\dots,\omega)=0$",
        vectors.penalty(first),
        "0",
        " ".join(vectors.symbols),
    )


def prove() -> list[Part]:
    """The penalty of replicated points; instances."""
    steps = [replicated(Replicates(*size)) for size in SIZES]
    return [
        part("Replicated points are not penalised", None, steps, steps),
        *of_both(BLIND, "local-minimum", "A local minimum"),
        *of_both(SEEN, "not-local-minimum", "No local minimum"),
        *converse(),
    ]
