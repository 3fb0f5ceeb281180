r"""L Lemma 109 (appendix, section 4): local minima of the penalised loss are ones of the loss.

Statement. Let R ≥ 2 and γ > 0. If (ω^(1), ..., ω^(R)) is a local minimum of E_γ, then the common
features with all (v_r, c_r) are a local minimum of the sum of the L^(r).

Covered: the step of the proof that is not Theorem 7: where all replicates are equal the penalty is
0, for given R and numbers of components, so E_γ there is the loss itself. If points with a smaller
loss tend to ω, so do their replicates, with the same values of E_γ.
"""

from exactmargin.registry import Part, Step
from theorems.laurent2018._several_classes import SIZES, Replicates
from theorems.vardi2022._steps import identity, part


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
    """The penalty of replicated points."""
    steps = [replicated(Replicates(*size)) for size in SIZES]
    return [part("Replicated points are not penalised", None, steps, steps)]
