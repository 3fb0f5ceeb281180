"""V Table 1: depth 2, what the KKT point is.

Every entry is read off what the proofs of its theorem conclude, and must be the printed one; where
a row assumes non-zero weight vectors or non-zero inputs, every proof in it concludes that, too. The
entries "Global" and "Local" are universal statements and rest on instances. Assumed: V Theorem 2.1,
and for Theorem 4.2, part 2, the paper's trajectory.
"""

from exactmargin.registry import Part
from theorems.vardi2022 import (
    theorem_3_1,
    theorem_3_2,
    theorem_4_1,
    theorem_4_2_1,
    theorem_4_2_2,
    theorem_4_3,
    theorem_4_4,
)
from theorems.vardi2022._tables import (
    FULL,
    NO_SHARE,
    NON_ZERO_INPUTS,
    NON_ZERO_WEIGHTS,
    SHARED,
    Entry,
    table,
)


def entries() -> list[Entry]:
    """The table, row by row."""
    full = [theorem_3_1.proof(s) for s in theorem_3_1.instances() if s.problem.network.depth == 2]
    neurons = [theorem_4_2_1.proof(s) for s in theorem_4_2_1.instances()]
    inputs = theorem_4_2_1.with_nonzero_inputs()
    relu, radial = theorem_3_2.prove()[:1], theorem_4_2_2.prove()[:1]
    local = theorem_4_3.prove()
    diagonal, shared = theorem_4_1.prove(), theorem_4_4.prove()
    return [
        Entry(FULL, None, "Linear", "Global", "3.1", full),
        Entry(FULL, None, "ReLU", "Not local", "3.2", relu),
        Entry(NO_SHARE, None, "Linear", "Not local", "4.1", diagonal[:1]),
        Entry(NO_SHARE, None, "ReLU", "Not local", "3.2", relu),
        Entry(NO_SHARE, NON_ZERO_WEIGHTS, "Linear", "Global", "4.2, part 1", neurons),
        Entry(NO_SHARE, NON_ZERO_WEIGHTS, "ReLU", "Not local", "4.2, part 2", radial),
        Entry(NO_SHARE, NON_ZERO_INPUTS, "Linear", "Global", "4.2, part 1", inputs),
        Entry(NO_SHARE, NON_ZERO_INPUTS, "ReLU", "Local, Not global", "4.3", local),
        Entry(SHARED, NON_ZERO_INPUTS, "Linear", "Not local", "4.4", shared[:1]),
        Entry(SHARED, NON_ZERO_INPUTS, "ReLU", "Not local", "4.4", shared[1:]),
    ]


def prove() -> list[Part]:
    """All entries."""
    return table(entries())
