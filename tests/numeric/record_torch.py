"""Records what PyTorch's autograd says of the networks of `autograd_cases`.

    python -m tests.numeric.record_torch

writes autograd.json beside this file. PyTorch is no dependency of the tests: `test_autograd`
compares with the recorded numbers, and where PyTorch is installed with fresh ones.
"""

import json
from pathlib import Path
from typing import Any

import torch

from exactmargin.numeric import FloatNetwork
from tests.numeric.autograd_cases import AT_A_KINK, CASES, Case, kept

RECORDED = Path(__file__).with_name("autograd.json")


def record() -> dict[str, Any]:
    """Every number that the tests compare, and PyTorch's version."""
    torch.set_num_threads(1)
    return {
        "torch": torch.__version__,
        "cases": {name: of_case(case) for name, case in CASES.items()},
        "kinks": at_kinks(),
    }


def of_case(case: Case) -> dict[str, Any]:
    """Outputs, gradients of Φ_i (some entries, and the norm), and the KKT residual."""
    network, inputs, labels, multipliers = case.problem
    model = Model(network, getattr(torch, case.type))
    outputs = model(inputs)
    gradients = [model.gradient(output) for output in outputs]
    weights = torch.tensor(multipliers * labels, dtype=outputs.dtype)
    rest = model.theta() - model.gradient(torch.dot(weights, outputs))
    return {
        "outputs": outputs.tolist(),
        "gradients": [g[kept(len(g))].tolist() for g in gradients],
        "norms": [torch.linalg.vector_norm(g).item() for g in gradients],
        "residual": rest[kept(len(rest))].tolist(),
        "epsilon": torch.linalg.vector_norm(rest).item(),
    }


def at_kinks() -> dict[str, Any]:
    """d/dw (relu(w) - relu(-w)) at 0, and the gradients at a KKT point that lies on a kink."""
    w = torch.zeros((), dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(torch.relu(w) - torch.relu(-w), w)
    network, inputs = AT_A_KINK
    model = Model(network, torch.float64)
    return {
        "slope": slope.item(),
        "gradients": [model.gradient(output).tolist() for output in model(inputs)],
    }


class Model:
    """The same network for PyTorch: blocks of parameters, gathered into matrices."""

    def __init__(self, network: FloatNetwork, dtype: Any) -> None:
        self.network, self.dtype, self.leaves, self.layers = network, dtype, [], []
        for l, (W, bias) in enumerate(zip(network.weights, network.biases, strict=True)):
            block = torch.tensor(network.block(l, W, None), dtype=dtype, requires_grad=True)
            b = None if bias is None else torch.tensor(bias, dtype=dtype, requires_grad=True)
            self.leaves += [block] if b is None else [block, b]
            self.layers.append((block, torch.tensor(network.pattern(l)), b))

    def __call__(self, inputs: Any) -> Any:
        """Φ of every row."""
        h = torch.tensor(inputs, dtype=self.dtype)
        slope = int(self.network.slope.p) / int(self.network.slope.q)
        nothing = torch.zeros(1, dtype=self.dtype)
        for l, (block, pattern, bias) in enumerate(self.layers):
            if l:
                h = torch.nn.functional.leaky_relu(h, slope) if slope else torch.relu(h)
            W = torch.cat([nothing, block])[pattern]
            h = h @ W.T if bias is None else h @ W.T + bias
        return h[:, 0]

    def gradient(self, value: Any) -> Any:
        """Of one number, flat (V §2)."""
        return torch.cat(
            [g.reshape(-1) for g in torch.autograd.grad(value, self.leaves, retain_graph=True)]
        )

    def theta(self) -> Any:
        """All parameters, flat."""
        return torch.cat([leaf.detach() for leaf in self.leaves])


if __name__ == "__main__":
    RECORDED.write_text(json.dumps(record()) + "\n", encoding="utf-8")
