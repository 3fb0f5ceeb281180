"""Rational programs with the help of floats: HiGHS proposes a basis, FLINT solves and checks it.

A proposal that is right is confirmed by a few exact solutions.  One that fails by a hair is
refined (`FloatModel.zoom`); whatever fails otherwise is where the exact simplex method starts
from.  So a wrong, missing or failing float solver costs time, and nothing else.
"""

import logging
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, TypeVar

from flint import fmpz

from exactmargin.exact.lp import LPStatus
from exactmargin.exact.lp_basis import Basis
from exactmargin.exact.lp_form import Form
from exactmargin.exact.simplex import (
    End,
    blocking,
    conclusive,
    descents,
    run_simplex,
    violations,
)

if TYPE_CHECKING:
    from exactmargin.exact.lp_float import FloatModel, Proposal

__all__ = ["solve_large"]

_LOG: Final = logging.getLogger(__name__)
_ROUNDS: Final = 12
_CANDIDATES: Final = 4
_T = TypeVar("_T")


def solve_large(form: Form) -> tuple[Basis, End]:
    """The basis at which a rational program ends, and how."""
    held: Basis | None = None
    seen: set[tuple[int, ...]] = set()
    floats = _FloatSolver(form)
    proposal = floats.propose()
    for _ in range(_ROUNDS):
        if proposal is None:
            break
        held = _basis(form, proposal)
        end = _conclusion(held, proposal)
        if end is not None:
            return held, end
        if tuple(held.basis) in seen:
            break
        seen.add(tuple(held.basis))
        proposal = floats.zoom(held)
    held = held or Basis(form)
    return held, run_simplex(held)


class _FloatSolver:
    """HiGHS, or nothing where it fails in any way: it is there to save time only."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self.model: FloatModel | None = None
        try:
            from exactmargin.exact import lp_float
        except ImportError as error:
            _LOG.warning("linear programs are solved without floats, slowly: %s", error)
        else:
            self.model = self._attempt(lambda: lp_float.FloatModel(form))

    def propose(self) -> "Proposal | None":
        """The first proposal, if any."""
        return None if self.model is None else self._attempt(self.model.propose)

    def zoom(self, held: Basis) -> "Proposal | None":
        """A better one, if any."""
        model = self.model
        return None if model is None else self._attempt(lambda: model.zoom(held))

    @staticmethod
    def _attempt(call: Callable[[], _T | None]) -> _T | None:
        try:
            return call()
        except Exception:
            _LOG.warning("the float solver failed; exact pivots take over", exc_info=True)
            return None


def _basis(form: Form, proposal: "Proposal") -> Basis:
    """The proposal as a basis; what is no index in it is passed over."""
    columns, rows = set(proposal.columns), set(proposal.rows)
    return Basis(
        form,
        [j for j in range(form.n) if j in columns],
        [i for i in range(form.m) if i in rows],
    )


def _conclusion(held: Basis, proposal: "Proposal") -> End | None:
    """How the program ends, if this basis shows it."""
    values = held.values()
    moves = violations(held, values)
    if any(moves):
        if proposal.optimal:
            return None
        for r in _likely(held.basis, values, moves, proposal.hint):
            if conclusive(held, moves[r], held.row(r)[0]):
                return End(LPStatus.INFEASIBLE, r, moves[r])
        return None
    reduced = held.reduced()
    moves = descents(held, reduced)
    if not any(moves):
        return End(LPStatus.OPTIMAL)
    if not proposal.optimal:
        for q in _likely(held.cobasis, reduced, moves, proposal.hint):
            if not blocking(held, moves[q], held.column(q)[0]):
                return End(LPStatus.UNBOUNDED, q, moves[q])
    return None


def _likely(
    order: list[int], sizes: Sequence[fmpz], moves: list[int], hint: int | None
) -> list[int]:
    """The positions that must move: the hint first, then a few of the largest."""
    positions = [p for p, move in enumerate(moves) if move]
    positions.sort(key=lambda p: (order[p] != hint, -abs(sizes[p])))
    return positions[:_CANDIDATES]
