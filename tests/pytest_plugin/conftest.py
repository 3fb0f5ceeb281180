"""Problem files and certificates in the folder of a run of pytest inside a test."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from exactmargin import certify, read_problem

CASE = Path(__file__).parents[1] / "cases" / "vardi2022-theorem-3.2.json"


@pytest.fixture
def problem(pytester: pytest.Pytester) -> Callable[..., Path]:
    """Write ``NAME.exactmargin.json``, V Theorem 3.2 with other top-level keys (None: without)."""

    def write(name: str = "case", **changes: Any) -> Path:
        obj = json.loads(CASE.read_text(encoding="utf-8")) | changes
        obj = {key: value for key, value in obj.items() if value is not None}
        path = pytester.path / f"{name}.exactmargin.json"
        path.write_text(json.dumps(obj), encoding="utf-8")
        return path

    return write


@pytest.fixture
def certificate(pytester: pytest.Pytester) -> Path:
    """``kkt.certificate.json``, a certificate that the kernel accepts."""
    found = certify(read_problem(CASE), "kkt").certificate
    assert found is not None
    path = pytester.path / "kkt.certificate.json"
    found.write(path)
    return path
