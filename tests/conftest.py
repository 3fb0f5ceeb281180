"""What every test may count on: Hypothesis profiles, LaTeX or a loud word without it."""

import os
import shutil

import pytest
from hypothesis import settings

pytest_plugins = ["pytester"]  # runs pytest inside a test, for the plugin's own tests

# Exact arithmetic takes as long as its numbers are: a deadline would only measure the machine.
settings.register_profile("dev", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "dev")


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        message = f"{name} is not installed; .ci/setup --latex installs it on Debian"
        if os.environ.get("EXACTMARGIN_REQUIRE_LATEX"):
            pytest.fail(f"{message} (EXACTMARGIN_REQUIRE_LATEX is set)")
        pytest.skip(message)
    return found


@pytest.fixture(scope="session")
def latexmk() -> str:
    """The path of latexmk; skips where it is missing, fails where it is required."""
    _program("pdflatex")
    return _program("latexmk")


@pytest.fixture(scope="session")
def pdftotext() -> str:
    """The path of pdftotext; skips where it is missing, fails where it is required."""
    return _program("pdftotext")
