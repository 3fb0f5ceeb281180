"""Coq, or a loud word without it."""

import os

import pytest

from exactmargin.coq import coq_is_installed
from exactmargin.coq.prover import development


@pytest.fixture(scope="session", autouse=True)
def coq() -> None:
    """The compiled development; skips where Coq is missing, fails where it is required."""
    if not coq_is_installed():
        message = "coqc is not installed; .ci/setup --latex --coq installs it on Debian"
        if os.environ.get("EXACTMARGIN_REQUIRE_COQ"):
            pytest.fail(f"{message} (EXACTMARGIN_REQUIRE_COQ is set)")
        pytest.skip(message)
    development()
