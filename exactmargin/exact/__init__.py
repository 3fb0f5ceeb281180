"""Numbers that cannot lie, and what is decided with them.

Three ordered fields with exact zero test and exact sign: `Q`; `RealNumberField`, Q(r) for a
real algebraic number r; `GermField`, rational functions in a positive infinitesimal.  Over all
of them: univariate polynomials and their sign on an interval, linear algebra, and linear
programs with primal, dual and Farkas certificates.

The only way in is coercion (`Field.coerce`, `Field.parse`), and it refuses floats.  No decision
in this room rests on a floating-point number: balls (arb) only ever confirm a sign that an
algebraic test has shown to be nonzero, and a float solver only ever proposes the basis of a
linear program, which is then solved and checked exactly.  This room imports nothing but
`exactmargin.errors`.
"""

from exactmargin.exact.algebraic import Algebraic, RealNumberField
from exactmargin.exact.directions import (
    Direction,
    StrictPoint,
    strictly_feasible_direction,
    strictly_feasible_point,
)
from exactmargin.exact.fields import Element, Field, Number, check_field, sign
from exactmargin.exact.germs import Germ, GermField
from exactmargin.exact.intervals import (
    IntervalSign,
    bernstein_coefficients,
    first_positive_root_bound,
    roots_in,
    sign_on_interval,
)
from exactmargin.exact.least_norm import Contradiction, HalfSpace, LeastNorm
from exactmargin.exact.linalg import LDLT, ldlt, mat_vec, nullspace, rank, solve
from exactmargin.exact.lp import LinearProgram, LPResult, LPStatus, SparseRow
from exactmargin.exact.lp_check import verify_lp_result
from exactmargin.exact.lp_solver import feasible_point, solve_lp
from exactmargin.exact.polynomial import Polynomial
from exactmargin.exact.rationals import Q, RationalField
from exactmargin.exact.scalars import MAX_TEXT, exact_rational
from exactmargin.exact.vectors import dot, squared_norm

__all__ = [
    "LDLT",
    "MAX_TEXT",
    "Algebraic",
    "Contradiction",
    "Direction",
    "Element",
    "Field",
    "Germ",
    "GermField",
    "HalfSpace",
    "IntervalSign",
    "LPResult",
    "LPStatus",
    "LeastNorm",
    "LinearProgram",
    "Number",
    "Polynomial",
    "Q",
    "RationalField",
    "RealNumberField",
    "SparseRow",
    "StrictPoint",
    "bernstein_coefficients",
    "check_field",
    "dot",
    "exact_rational",
    "feasible_point",
    "first_positive_root_bound",
    "ldlt",
    "mat_vec",
    "nullspace",
    "rank",
    "roots_in",
    "sign",
    "sign_on_interval",
    "solve",
    "solve_lp",
    "squared_norm",
    "strictly_feasible_direction",
    "strictly_feasible_point",
    "verify_lp_result",
]
