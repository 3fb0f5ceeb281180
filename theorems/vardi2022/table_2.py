"""V Table 2: deep networks, what the KKT point is.

Every entry is read off what the proofs of its theorem conclude, and must be the printed one; where
a row assumes non-zero inputs, every proof in it concludes that, too (for one layer: of the layers
from it on). The entries "Global" and "Local" are universal statements and rest on instances;
Theorem 5.1 is used at the depths 3 and 4; the two rows about fully connected ReLU networks and one
ReLU layer rest, as in the paper, on networks of depth 2. Assumed: V Theorem 2.1, and for Theorem
5.3 the paper's trajectory.
"""

from exactmargin.registry import Part
from theorems.steps import ACTIVATIONS
from theorems.vardi2022 import (
    theorem_3_1,
    theorem_3_2,
    theorem_5_1,
    theorem_5_2,
    theorem_5_3,
    theorem_5_4,
)
from theorems.vardi2022._tables import FULL, LAYER, NO_SHARE, NON_ZERO_INPUTS, Entry, table


def entries() -> list[Entry]:
    """The table, row by row."""
    full = [theorem_3_1.proof(s) for s in theorem_3_1.instances() if s.problem.network.depth > 2]
    linear, relu = (
        [theorem_5_1.proof(m, name, slope) for m in (3, 4)] for name, slope in ACTIVATIONS
    )
    return [
        Entry(FULL, None, "Linear", "Global", "3.1", full),
        Entry(FULL, None, "ReLU", "Not local", "3.2", theorem_3_2.prove()[:1]),
        Entry(NO_SHARE, NON_ZERO_INPUTS, "Linear", "Not local", "5.1", linear),
        Entry(NO_SHARE, NON_ZERO_INPUTS, "ReLU", "Not local", "5.1", relu),
        Entry(LAYER, None, "Linear", "Global", "5.2", theorem_5_2.prove()),
        Entry(LAYER, None, "ReLU", "Not local", "5.3", theorem_5_3.prove()),
        Entry(LAYER, NON_ZERO_INPUTS, "Linear", "Global", "5.2", theorem_5_2.with_nonzero_inputs()),
        Entry(LAYER, NON_ZERO_INPUTS, "ReLU", "Local, Not global", "5.4", theorem_5_4.prove()),
    ]


def prove() -> list[Part]:
    """All entries."""
    return table(entries())
