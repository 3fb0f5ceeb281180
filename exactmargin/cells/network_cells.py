"""The cells of a network's parameter space: all of them, or bounds on their number (THEORY §2).

One hidden layer without loss is a product of arrangements (§2.2), with the binary hinge loss a
union of lifted arrangements (§2.3): both lists are complete. Elsewhere cells are met by walking
(§2.4): a lower bound, an upper bound, and whether they agree. Where they do not, an oracle may be
asked; its word is then marked as such.
"""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor
from contextlib import suppress
from itertools import chain, islice
from typing import final

from exactmargin.cells.bounds import coarse_bound, refined_bound
from exactmargin.cells.first_layer import FirstLayer
from exactmargin.cells.lift import Lift, LiftedCell, OutputSigns, is_liftable, lifted_cells
from exactmargin.cells.oracle import OracleSearch
from exactmargin.cells.search import BudgetSpent, Clock, Row, signs_on_cone
from exactmargin.cells.signatures import Entry, Signature, SignatureMap, check_signatures
from exactmargin.cells.walking import random_points, walk
from exactmargin.cells.z3_queries import Queries, check_oracle
from exactmargin.errors import InternalError, InvalidInputError
from exactmargin.networks import Parameters

__all__ = ["Cells", "enumerate_cells"]

Progress = Callable[[int], None]
"""Called with the number of cells that are known so far."""

SPENT = "the budget is spent"
UNMET = "walking found no further cell, and the upper bound is greater"


@final
class Cells:
    """Cells of one signature map, each with exact parameters inside; see `enumerate_cells`.

    `lower` cells are known and can be iterated, `upper` bounds their number; `complete` tells
    whether the two agree, and `reason` why not. `oracle` is None, or the name of the oracle on
    whose word `upper`, and with it `complete`, rests: no certificate is behind it. A product is
    never multiplied out.
    """

    def __init__(
        self,
        signatures: SignatureMap,
        known: "FirstLayer | Mapping[Signature, Parameters]",
        upper: int,
        reason: str | None = None,
        output_signs: Mapping[Signature, tuple[OutputSigns, ...]] | None = None,
        oracle: str | None = None,
    ) -> None:
        self.signatures = signatures
        self._known = known
        self.lower = known.count if isinstance(known, FirstLayer) else len(known)
        self.upper = upper
        self.oracle = oracle
        self.reason = reason if self.lower != upper else None
        self.output_signs = output_signs or {}
        if self.lower > upper:
            raise InternalError(f"{self.lower} cells, where at most {upper} can be")

    def __repr__(self) -> str:
        rest = "all" if self.complete else f"at most {self.upper} ({self.reason})"
        return f"<Cells: {self.lower} known, {rest}>"

    @property
    def spent(self) -> bool:
        """Whether the budget was spent before the enumeration came to its end."""
        return self.reason == SPENT

    @property
    def complete(self) -> bool:
        """Whether every cell is known."""
        return self.lower == self.upper

    @property
    def count(self) -> int:
        """The number of cells; raises `InvalidInputError` where only bounds are known."""
        if not self.complete:
            raise InvalidInputError(
                f"the number of cells is not known, only {self.lower} <= number <= {self.upper} "
                f"({self.reason}); use lower and upper"
            )
        return self.lower

    def __iter__(self) -> Iterator[Signature]:
        """The signatures of the known cells, each once."""
        return iter(self._known)

    def __contains__(self, signature: object) -> bool:
        if not isinstance(signature, tuple) or len(signature) != len(self.signatures.entries):
            return False
        return signature in self._known

    def witness(self, signature: Signature) -> Parameters:
        """Parameters inside a known cell, their signature recomputed from nothing.

        Raises `InvalidInputError` for a signature that is not one of the known cells.
        """
        if signature not in self:
            raise InvalidInputError(f"{signature} is not the signature of a known cell")
        if isinstance(self._known, FirstLayer):
            rest = self.signatures.network.parameter_count
            block = self._known.block(signature)
            one = self.signatures.field.one
            flat = [*block, *[one] * (rest - len(block))]
            point = Parameters.from_flat(self.signatures.network, flat)
        else:
            point = self._known[signature]
        return confirmed(self.signatures, signature, point)

    @property
    def structural_zeros(self) -> tuple[Entry, ...]:
        """The entries that are 0 on every known cell."""
        entries = self.signatures.entries
        if isinstance(self._known, FirstLayer):
            cells: Iterator[Signature] = islice(iter(self._known), 1)  # a zero row is 0 everywhere
        else:
            cells = iter(self._known)
        zero = set(range(len(entries)))
        for signature in cells:
            zero = {k for k in zero if signature[k] == 0}
        return tuple(entries[k] for k in sorted(zero))

    @property
    def with_zeros(self) -> int:
        """The number of known cells on which some entry is 0: not cells in the sense of L."""
        if isinstance(self._known, FirstLayer):
            return self.lower if self.structural_zeros else 0
        return sum(0 in signature for signature in self._known)


def confirmed(signatures: SignatureMap, signature: Signature, point: Parameters) -> Parameters:
    """The parameters, once their signature has been recomputed; else `InternalError`."""
    if signatures(point) != signature:
        raise InternalError(f"a witness of {signature} has the signature {signatures(point)}")
    return point


def enumerate_cells(
    signatures: SignatureMap,
    *,
    budget: float | None = None,
    executor: Executor | None = None,
    progress: Progress = lambda _: None,
    oracle: str | None = None,
) -> Cells:
    """The cells S⁻¹(u) with inner points (L §2.1; THEORY §2).

    Complete for one hidden layer at most without loss, shared weights included, and with the
    hinge loss where `is_liftable`. Elsewhere the cells that walking meets, with bounds. `budget`
    is in seconds: what is known then is returned, with its bounds. `executor` spreads the hidden
    patterns of a hinge loss over its workers.

    `oracle` "z3" asks z3 which further cells exist where the bounds do not meet: exact parameters
    for every cell that it finds, its word for those that it denies (`Cells.oracle`). Raises
    `InvalidInputError` for what is no `SignatureMap`, for another oracle, where z3-solver is not
    installed, and over germs.
    """
    check_signatures(signatures)
    check_oracle(oracle)
    queries = None if oracle is None else Queries(signatures)
    clock = Clock(budget)
    if signatures.network.depth == 1 and signatures.labels is None:
        nothing = Parameters.zeros(signatures.network, signatures.field)
        return Cells(signatures, {(): nothing}, 1)
    if signatures.network.depth == 2 and signatures.labels is None:
        first = FirstLayer(signatures, clock)
        return Cells(signatures, first, first.bound, SPENT)
    if signatures.network.depth == 1 and signatures.network.output_dimension > 1:
        return _affine(signatures, clock)
    if is_liftable(signatures):
        return _lifted(signatures, clock, executor, progress)
    return _walked(signatures, clock, progress, queries)


def _affine(signatures: SignatureMap, clock: Clock) -> Cells:
    """No hidden layer, a loss of several outputs: affine functions of θ, linear in (θ, t)."""
    field, network = signatures.field, signatures.network
    origin = Parameters.zeros(network, field).flat()
    rows = []
    for i in range(len(signatures.inputs)):
        outputs = [signatures.first_layer_row(i, r) for r in range(network.output_dimension)]
        for factors in signatures.loss_factors(i).values():
            parts = [[c * a for a in outputs[r]] for r, c in factors.items()]
            columns = zip(*parts, strict=True)
            rows.append((*(sum(column, field.zero) for column in columns), field.one))
    positive, known = (*origin, field.one), dict[Signature, Parameters]()
    upper = 2 ** len(rows)
    try:
        for signature, point in signs_on_cone(field, [positive], rows, positive, clock):
            flat = [x / point[-1] for x in point[:-1]]
            inside = Parameters.from_flat(network, flat)
            known[signature] = confirmed(signatures, signature, inside)
    except BudgetSpent:
        return Cells(signatures, known, upper, SPENT)
    return Cells(signatures, known, len(known))


def _lifted(
    signatures: SignatureMap, clock: Clock, executor: Executor | None, progress: Progress
) -> Cells:
    lift = Lift(signatures)
    patterns: Iterator[tuple[Signature, Row]]
    patterns, hidden = iter([((), (signatures.field.zero,) * lift.first)]), 1
    if lift.hidden:
        first = FirstLayer(signatures, clock)
        patterns = ((pattern, first.block(pattern)) for pattern in first)
        hidden = first.bound
    upper = hidden * 2 ** len(signatures.inputs)
    known: dict[Signature, Parameters] = {}
    signs: dict[Signature, tuple[OutputSigns, ...]] = {}
    try:
        for cells in _by_pattern(signatures, patterns, clock, executor):
            for cell in cells:
                point = lift.parameters(cell.point, cell.output_signs[0])
                known[cell.signature] = confirmed(signatures, cell.signature, point)
                signs[cell.signature] = cell.output_signs
            progress(len(known))
    except BudgetSpent:
        return Cells(signatures, known, upper, SPENT, signs)
    if lift.hidden and not first.complete:
        return Cells(signatures, known, upper, SPENT, signs)
    return Cells(signatures, known, len(known), None, signs)


def _walked(
    signatures: SignatureMap, clock: Clock, progress: Progress, queries: Queries | None
) -> Cells:
    first = FirstLayer(signatures, clock)
    upper, reason = coarse_bound(signatures, first), UNMET
    points: list[Parameters] = []
    known: dict[Signature, Parameters] = {}
    try:
        if first.complete:
            with suppress(BudgetSpent):
                upper = min(upper, refined_bound(signatures, first, clock.half(), points))
        starts = chain(random_points(signatures, 64), points)
        ask = queries is not None and first.complete
        with suppress(*[BudgetSpent] if ask else []):
            for step in walk(signatures, starts, clock.half() if ask else clock):
                known[step.signature] = confirmed(signatures, step.signature, step.point)
                progress(len(known))
                if len(known) == upper:
                    break
        if queries is not None and first.complete and len(known) < upper:
            search = OracleSearch(signatures, first, tuple(known), queries, clock)
            for signature, point in search:
                known[signature] = confirmed(signatures, signature, point)
                progress(len(known))
            return _by_oracle(signatures, known, upper, search)
    except BudgetSpent:
        reason = SPENT
    return Cells(signatures, known, upper, reason)


def _by_oracle(
    signatures: SignatureMap, known: dict[Signature, Parameters], upper: int, search: OracleSearch
) -> Cells:
    """The cells after a search to its end; `upper` is what is proved without the oracle."""
    bound = len(known) + search.open_count
    reason = f"z3 left {search.undecided} questions open, and the upper bound is greater"
    if bound < upper:
        return Cells(signatures, known, bound, reason, oracle="z3")
    return Cells(signatures, known, upper, reason)


def _by_pattern(
    signatures: SignatureMap,
    patterns: Iterator[tuple[Signature, Row]],
    clock: Clock,
    executor: Executor | None,
) -> Iterator[list[LiftedCell]]:
    """The cells of every hidden pattern, in order; a bounded number of tasks waits at a time."""
    if executor is None:
        for pattern, block in patterns:
            yield lifted_cells(signatures, pattern, block, clock.left())
        return
    while batch := list(islice(patterns, 256)):
        clock.check()
        waiting = [
            executor.submit(lifted_cells, signatures, pattern, block, clock.left())
            for pattern, block in batch
        ]
        for task in waiting:
            yield task.result()
