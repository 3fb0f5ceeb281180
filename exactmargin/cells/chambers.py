"""The chambers of an arrangement: all of them, a stream of them, or tasks for an executor.

Chambers are kept as packed signs of the distinct hyperplanes, of a central arrangement one of
each antipodal pair ±C: the one on the positive side of hyperplane 0.  In an affine arrangement
hyperplane 0 is infinity, and these are exactly its chambers.  So a list takes 8 bytes for each
pair (up to 64 hyperplanes); a stream takes the same, however long it is.
"""

from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any, final

import numpy as np
from flint import fmpq
from numpy.typing import NDArray

from exactmargin.cells.arrangement import Arrangement
from exactmargin.cells.packing import Words, pack, unpack, words_for
from exactmargin.cells.sweeps import Run, runs, stages, sweep_runs, words_of_run
from exactmargin.cells.witnesses import witness_points
from exactmargin.errors import InternalError, InvalidInputError
from exactmargin.exact import Number, Q, strictly_feasible_direction

__all__ = ["Chambers", "Subtree", "chambers", "stream_chambers", "subtrees"]
