"""Proposed multipliers: the conditions of a minimum, also where columns depend on each other."""

import numpy as np
import pytest

from exactmargin.numeric import nonnegative_least_squares


@pytest.mark.parametrize("kind", ["full rank", "dependent", "repeated", "zero columns", "scaled"])
@pytest.mark.parametrize("seed", range(5))
def test_conditions_of_a_minimum(kind: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    A = rng.standard_normal((30, 20))
    if kind == "dependent":
        A = rng.standard_normal((6, 20))
    elif kind == "repeated":
        A[:, 10:] = A[:, :10]
    elif kind == "zero columns":
        A[:, ::3] = 0
    elif kind == "scaled":
        A = A * 10.0 ** rng.integers(-6, 7, 20)
    b = A @ np.maximum(rng.standard_normal(20), 0) + 0.1 * rng.standard_normal(len(A))
    G, t = A.T @ A, A.T @ b
    x = nonnegative_least_squares(G, t)
    assert np.all(x >= 0)
    sizes = np.sqrt(np.diagonal(G))
    gradient = (G @ x - t) / np.where(sizes > 0, sizes, 1)
    assert np.min(gradient) > -1e-6 * np.linalg.norm(b)
    assert np.max(np.abs(gradient * x * sizes)) < 1e-6 * np.linalg.norm(b) ** 2


@pytest.mark.parametrize("seed", range(6))
def test_many_columns_that_are_almost_one(seed: int) -> None:
    """Gradients of a trained network: more of them than parameters, and all much alike."""
    rng = np.random.default_rng(seed)
    A = np.abs(rng.standard_normal((20, 1))) + 0.3 * rng.standard_normal((20, 60))
    b = A @ np.maximum(rng.standard_normal(60), 0) * 0.1 + 0.1 * rng.standard_normal(20)
    G, t = A.T @ A, A.T @ b - 1e-3 * rng.random(60)
    x = nonnegative_least_squares(G, t)
    gradient = (G @ x - t) / np.sqrt(np.diagonal(G))
    assert np.min(x) >= 0
    assert np.min(gradient) > -1e-8
    assert np.max(np.abs(gradient * x)) < 1e-8


def test_no_columns_and_no_use() -> None:
    assert nonnegative_least_squares(np.zeros((0, 0)), np.zeros(0)).tolist() == []
    assert nonnegative_least_squares(np.eye(2), np.array([-1.0, 2.0])).tolist() == [0, 2]


def test_numbers_that_are_not_finite_get_no_multiplier() -> None:
    G = np.array([[1.0, np.nan], [np.nan, 1.0]])
    assert nonnegative_least_squares(G, np.array([1.0, 1.0])).tolist() == [0, 0]
