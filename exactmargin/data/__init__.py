"""What a sample is: inputs, labels and example weights, validated once."""

from exactmargin.data.dataset import Dataset

__all__ = ["Dataset"]
