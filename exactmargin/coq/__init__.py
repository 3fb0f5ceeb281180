"""Certificates as theorems of Coq, which Coq's own kernel accepts.

What is said over the rational numbers rests on no axioms; what is said of real parameters
(minima, the Hessian) rests on those of Coq's real numbers, and the outcome names them.

The folder holds a Coq development: ``Specification.v`` says what a network, a margin, a KKT point
and a minimum are; the other files are checkers of evidence with proofs that they are sound.
`to_coq` writes a certificate as a file that applies them; `check_with_coq` has Coq accept it,
reads back from Coq what the theorem is about, and compares it with the certificate. A ``.v`` file
that somebody sends is never used: it is written anew from the certificate.

Not every claim has a checker: `Unsupported` says which and why. Nothing here is trusted: evidence
that is translated wrongly is refused by Coq.
"""

from exactmargin.coq.application import Unsupported
from exactmargin.coq.document import Theorem, to_coq
from exactmargin.coq.prover import CoqOutcome, check_with_coq, coq_is_installed

__all__ = [
    "CoqOutcome",
    "Theorem",
    "Unsupported",
    "check_with_coq",
    "coq_is_installed",
    "to_coq",
]
