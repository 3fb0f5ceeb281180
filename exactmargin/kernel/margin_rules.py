"""The table of rules beside the core for problems with margins (V Problem 2, 4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .approximate_kkt import approximate_kkt
from .cells import cells
from .gradient_flow_limit import gradient_flow_limit
from .kkt_exists import kkt_exists
from .minimum import global_minimum, local_minimum, norm_bound

MARGIN_RULES: dict[str, Callable[[Any, Any], str]] = {
    "approximate-kkt": approximate_kkt,
    "local-minimum": local_minimum,
    "global-minimum": global_minimum,
    "norm-bound": norm_bound,
    "gradient-flow-limit": gradient_flow_limit,
    "cells": cells,
    "kkt-exists": kkt_exists,
}
