"""The dual of the lifted problem in floats: multipliers and lifted neurons that are near optimal.

    max Σλ_i - ½ c (Σ y_i λ_i)²   over λ ≥ 0 and, for each piece p, t_p, with ‖B_p λ + C_p t_p‖ ≤ 1,
    t_pi ≥ 0, or α λ_i ≤ t_pi ≤ λ_i where the activation is relaxed (`Piece`).

A logarithmic barrier with Newton's method: its iterates are strictly feasible, and so are, but for
rounding, the lifted neurons (2/T) g_p / (1 - ‖g_p‖²) that come with them: 1 - ‖g_p‖² loses as many
digits as T has. Where the optimal multipliers are not unique the path leads to the middle of the
optimal face.
Only proposals come from here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from exactmargin.decisions.budget import Budget

__all__ = ["BallProgram", "Piece", "Proposal"]

Floats: TypeAlias = NDArray[np.float64]
_TOLERANCE = 1e-10
_STEPS = 60


@dataclass(frozen=True, slots=True)
class Piece:
    """What one neuron can be: g = from_multipliers @ λ + from_locals @ t, for n examples.

    Both matrices have n columns; `relaxed[i]` says that t_i lies between slope·λ_i and λ_i,
    else it is any number from 0 up.
    """

    from_multipliers: Floats
    from_locals: Floats
    relaxed: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Proposal:
    """Near optimal: `value` of the dual at `multipliers`, `locals` (P, n), and the primal `points`,
    one vector for each piece; `bias` is the output bias of the primal point."""

    value: float
    multipliers: Floats
    locals: Floats
    points: list[Floats]
    bias: float


class BallProgram:
    """The program of these pieces; `labels` are ±1, `bias` says whether there is an output bias."""

    def __init__(self, pieces: Sequence[Piece], labels: Sequence[int], slope: float, bias: bool):
        n = len(labels)
        self.sizes = [len(piece.from_multipliers) for piece in pieces]
        width = max([1, *self.sizes])
        self.B, self.C = np.zeros((2, len(pieces), width, n))
        for j, piece in enumerate(pieces):
            self.B[j, : self.sizes[j]] = piece.from_multipliers
            self.C[j, : self.sizes[j]] = piece.from_locals
        # every example gets inputs of length 1 (λ_i grows as they shrink), the largest gain is 1
        lengths = np.sqrt(np.maximum((self.B**2).sum(1), (self.C**2).sum(1)).max(0, initial=0))
        self.lengths = np.where(lengths > 0, lengths, 1.0)
        self.B /= self.lengths
        self.C /= self.lengths
        self.gain = 1 / self.lengths
        self.unit = 1 / float(self.gain.max())
        self.gain *= self.unit
        self.relaxed = np.array([piece.relaxed for piece in pieces], bool).reshape(-1, n)
        self.low = slope if slope < 1 else 0.0
        self.y = np.array(labels, float) / self.lengths
        self.curb = (1.0 if bias else 0.0) * self.unit
        self.terms = n + len(pieces) * (1 + n) + int(self.relaxed.sum())

    def solve(self, budget: Budget, enough: float = np.inf) -> Proposal:
        """Follow the path to the optimum, or until the value is clearly more than `enough`."""
        with np.errstate(all="ignore"):  # a step that overflows is refused, as any bad step
            return self._solve(budget, enough)

    def _solve(self, budget: Budget, enough: float) -> Proposal:
        x = np.full(len(self.y), 0.25 / len(self.y))
        t = np.where(self.relaxed, (1 + self.low) / 2, 1.0) * x
        weight = T = float(self.terms)
        centre, goal = (x, t), enough * self.unit * (1 + 1e-3)
        while self._value(x) <= goal:
            budget.check()
            x, t, centred = self._centre(x, t, weight, goal)
            if not centred:  # no bound on the value, or the end of floating-point accuracy
                break
            centre, T = (x, t), weight
            if self.terms / T < _TOLERANCE * max(abs(self._value(x)), 1e-9) or T > 1e22:
                break
            weight = T * 8
        value, g = self._value(x), self._g(*centre)
        points = (2 / T) * g / (1 - (g * g).sum(1))[:, None]
        return Proposal(
            value / self.unit,
            x / self.lengths,
            t / self.lengths,
            [p[:size] / self.unit for p, size in zip(points, self.sizes, strict=True)],
            float(self.curb / self.unit * (self.y @ centre[0])),
        )

    def _value(self, x: Floats) -> float:
        return float(self.gain @ x - self.curb * (self.y @ x) ** 2 / 2)

    def _g(self, x: Floats, t: Floats) -> Floats:
        found: Floats = self.B @ x + np.einsum("pdn,pn->pd", self.C, t)
        return found

    def _merit(self, x: Floats, t: Floats, T: float) -> float:
        """The barrier's value; minus infinity outside."""
        g = self._g(x, t)
        room = 1 - (g * g).sum(1)
        low = np.where(self.relaxed, t - self.low * x, t)
        high = np.where(self.relaxed, x - t, 1.0)
        if min(x.min(), room.min(initial=1), low.min(initial=1), high.min(initial=1)) <= 0:
            return -np.inf
        logs = np.log(x).sum() + np.log(room).sum() + np.log(low).sum() + np.log(high).sum()
        return float(T * self._value(x) + logs)

    def _centre(self, x: Floats, t: Floats, T: float, goal: float) -> tuple[Floats, Floats, bool]:
        """Newton's method for the barrier with weight T; the last is false where it fails.

        It stops early where the value is above the goal.
        """
        merit = self._merit(x, t, T)
        for _ in range(_STEPS):
            dx, dt, decrement = self._step(x, t, T)
            if not -1e-6 < decrement < np.inf:
                break
            if decrement < 1e-6:
                return x, t, True
            size = 1.0 if decrement < 0.25 else 1 / (1 + decrement**0.5)
            size = max(size, min(1.0, self._reach(x, t, dx, dt)))
            while size > 1e-12:
                new = self._merit(x + size * dx, t + size * dt, T)
                close = decrement < 0.05 and np.isfinite(new)  # rounding hides the last gains
                if close or new > merit + 0.1 * size * decrement:
                    break
                size /= 2
            else:
                return x, t, decrement < 1e-2
            x, t, merit = x + size * dx, t + size * dt, new
            if self._value(x) > goal:
                break
        return x, t, False

    def _reach(self, x: Floats, t: Floats, dx: Floats, dt: Floats) -> float:
        """Nearly the largest step that keeps the linear constraints."""
        low = np.where(self.relaxed, t - self.low * x, t)
        fall = np.where(self.relaxed, dt - self.low * dx, dt)
        high = np.where(self.relaxed, x - t, 1.0)
        rise = np.where(self.relaxed, dx - dt, 0.0)
        pairs = ((x, dx), (low, fall), (high, rise))
        worst = min(float(np.min(d / v, initial=0)) for v, d in pairs)
        return -0.9 / worst if worst < 0 else 1.0

    def _step(self, x: Floats, t: Floats, T: float) -> tuple[Floats, Floats, float]:
        """Newton's direction and the squared decrement.

        With W the curvature of log(1 - ‖g‖²) and q = W dg as unknowns, first dt, then q are
        eliminated: so all matrices are sums of positive ones, and nothing cancels near the end.
        """
        relaxed = self.relaxed
        g = self._g(x, t)
        room = 1 - (g * g).sum(1)
        drag = np.where(relaxed, self.low, 0.0)
        to_low = 1 / (t - drag * x)
        to_high = np.where(relaxed, 1 / np.where(relaxed, x - t, 1.0), 0.0)
        gain = T * (self.gain - self.curb * (self.y @ x) * self.y) + 1 / x
        pull = (2 / room)[:, None] * g
        grad_x = gain - (np.einsum("pdn,pd->pn", self.B, pull) + drag * to_low - to_high).sum(0)
        grad_t = to_low - to_high - np.einsum("pdn,pd->pn", self.C, pull)
        low, high = to_low**2, to_high**2
        stiff = low + high
        share = (drag * low + high) / stiff
        own = 1 / x**2 + (low * high * (1 - drag) ** 2 / stiff).sum(0)
        B = self.B + self.C * share[:, None, :]
        eye = np.eye(g.shape[1])
        soft = eye - g[:, :, None] * g[:, None, :] * (2 / (2 - room))[:, None, None]
        S = soft * (room / 2)[:, None, None]
        S = S + np.einsum("pdn,pen->pde", self.C / stiff[:, None, :], self.C)
        given = np.einsum("pdn,pn->pd", self.C, grad_t / stiff)
        try:
            solved = np.linalg.solve(S, np.concatenate([B, given[:, :, None]], axis=2))
            H = np.diag(own) + T * self.curb * np.outer(self.y, self.y)
            H += np.einsum("pdi,pdj->ij", B, solved[:, :, :-1], optimize=True)
            right = grad_x + (share * grad_t).sum(0)
            right -= np.einsum("pdi,pd->i", B, solved[:, :, -1])
            unit = 1 / np.sqrt(np.diag(H))
            dx = np.linalg.solve(H * unit[:, None] * unit, right * unit) * unit
        except np.linalg.LinAlgError:
            return x, t, np.nan
        q = solved[:, :, :-1] @ dx + solved[:, :, -1]
        dt = (grad_t - np.einsum("pdn,pd->pn", self.C, q)) / stiff + share * dx
        return dx, dt, float(grad_x @ dx + (grad_t * dt).sum())
