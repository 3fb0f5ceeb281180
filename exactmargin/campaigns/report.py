"""What a campaign has shown so far."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import final

from exactmargin.campaigns.block import Block
from exactmargin.campaigns.finding import Finding
from exactmargin.conjectures import Evidence
from exactmargin.errors import InvalidInputError

__all__ = ["Entry", "Report"]


@final
@dataclass(slots=True)
class Entry:
    """The results on one conjecture: the evidence, and each finding once, by its key.

    All instances up to `front` are decided; `ahead` are the blocks beyond, each from its first
    instance up to its last, which is excluded.
    """

    evidence: Evidence
    findings: dict[str, Finding] = field(default_factory=dict)
    front: int = 0
    ahead: dict[int, int] = field(default_factory=dict)

    def add(self, block: Block) -> bool:
        """Count a block; False, and nothing is counted, where it has been counted before.

        Raises `InvalidInputError` where part of it has been.
        """
        start, stop = block.start, block.stop
        spans = [(0, self.front), *self.ahead.items()]
        if any(a <= start and stop <= b for a, b in spans):
            return False
        if any(a < stop and start < b for a, b in spans):
            raise InvalidInputError(f"instances {start} to {stop - 1} overlap with others")
        self.ahead[start] = stop
        while self.front in self.ahead:
            self.front = self.ahead.pop(self.front)
        self.evidence += block.evidence
        if block.finding is not None:
            self.findings.setdefault(block.finding.key, block.finding)
        return True

    def gaps(self, end: int | None) -> Iterator[tuple[int, int | None]]:
        """The spans of instances below `end` (None: without end) that are not decided."""
        at = self.front
        for start, stop in sorted(self.ahead.items()):
            if end is not None and start >= end:
                break
            yield at, start
            at = stop
        if end is None or at < end:
            yield at, end

    @property
    def rate(self) -> float | None:
        """Instances per second of one processor; None before there are any."""
        evidence = self.evidence
        return evidence.instances / evidence.seconds if evidence.seconds else None

    @property
    def found(self) -> list[Finding]:
        """The findings in the order of the instances that they were shrunk from."""
        return sorted(self.findings.values(), key=lambda finding: finding.number)


@final
@dataclass(slots=True)
class Report:
    """The results of a campaign by the conjectures' ids.

    `spent` says that the time ended before the number of examples that was asked for was reached.
    """

    seed: int
    entries: dict[str, Entry]
    spent: bool = False

    def add(self, block: Block) -> bool:
        """Count a block; see `Entry.add`."""
        return self.entries[block.evidence.conjecture].add(block)

    @property
    def instances(self) -> int:
        """How many instances are decided, of all conjectures."""
        return sum(entry.evidence.instances for entry in self.entries.values())
