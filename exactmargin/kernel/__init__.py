"""The kernel: what counts as a proof.

**What it is.** ``check(certificate, problem)`` reads a certificate and says *accepted*, *rejected*
(well formed, but not a proof: code, place, numbers) or *malformed*. It imports the standard
library and nothing else, and nothing of the library that finds proofs; that library may
guess, this one only checks. It is a second implementation, on purpose: forward passes,
gradients, signs and numbers are written again here, from the definitions.

**What it trusts.** Python with its ``fractions``, ``math``, ``json``, ``re``, ``hashlib`` and
small helpers (``itertools``, ``collections``, ``dataclasses``); and itself, which is short so that
it can be read in an evening. It trusts no number that it can recompute: a certificate states
parameters and evidence, never a margin, a gradient or a sign. It does not search, and it does not
guess: a list that is left out is empty, a tree that is left out has no splits.

**What is proved.** One rule per claim, each a theorem in the head of its module: from the checks
that the rule makes the claim follows, for the problem that stands in the certificate. Whether
that is the problem you mean is checked against your own file (``--problem``); then only what is
proved of that very problem is counted. What rests on a cited result lists it under
``assumptions``, a closed table. Names of theorems and of steps are the author's words, not claims.

**Reading order.** The core, under 1000 lines of code: ``outcome`` (how to fail), ``numbers`` (Q and
Q(r) with a true order, the sign of a polynomial on an interval), ``reading`` and ``problem`` (the
file), ``network`` (forward, backward, kinks); the rules about a problem's point ``feasible``,
``kkt``, ``not_kkt``, ``minima``; ``theorem``, which collects steps; and ``checker``, the table that
joins the rules. The other rules stand on the core, each on its own, and can be read when a
certificate uses one: ``minimum`` with its methods ``lifting``, ``products``, ``one_layer`` and
``second_order`` (both on ``regions``); ``general_position``, ``multilinear``, ``cells``,
``hinge_cells``, ``clarke`` and ``flat`` (both on ``loss_cells`` and ``empty_leaves``), ``algebra``,
``gradient_flow_limit`` (with ``region``), by means of ``expressions`` (polynomials from text)
and ``assumptions`` (what may be cited).

**Every check has a code.** ``need`` rejects, ``form`` calls malformed; no two checks share a code.
For each the tests hold a file that only this check refuses.
"""

from .assumptions import ASSUMPTIONS
from .checker import CLAIMS, check
from .outcome import Outcome

__all__ = ["ASSUMPTIONS", "CLAIMS", "Outcome", "check"]
