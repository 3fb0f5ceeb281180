"""What a sample is: inputs, labels and example weights; separable, rare and generic samples."""

from exactmargin.data.dataset import Dataset
from exactmargin.data.rarity import Choice, ExponentSplit, Functional, PairSplit, Tree, rarity
from exactmargin.data.separability import Separability, separability

__all__ = [
    "Choice",
    "Dataset",
    "ExponentSplit",
    "Functional",
    "PairSplit",
    "Separability",
    "Tree",
    "rarity",
    "separability",
]
