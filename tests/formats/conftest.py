"""Files of trained networks, made on the spot or by PyTorch itself."""

import io
import json
import pickle
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

MODELS = Path(__file__).resolve().parent / "models"


@pytest.fixture(scope="session")
def models() -> Path:
    """Files that PyTorch 1.13 wrote (torch.save and torch.onnx.export)."""
    return MODELS


@pytest.fixture(scope="session")
def expected() -> dict[str, Any]:
    """What PyTorch says of them: weights, and float64 outputs, as hexadecimal floats."""
    result: dict[str, Any] = json.loads((MODELS / "expected.json").read_text(encoding="ascii"))
    return result


@pytest.fixture
def chain(tmp_path: Path) -> Callable[..., str]:
    """Write an ONNX file: nodes, constants by name, the input's shape."""

    def write(
        nodes: Sequence[Any],
        constants: dict[str, Any],
        shape: Sequence[Any] = ("N", 2),
        output: str = "y",
        inputs: Sequence[str] = ("x",),
    ) -> str:
        graph = helper.make_graph(
            list(nodes),
            "g",
            [helper.make_tensor_value_info(x, TensorProto.FLOAT, list(shape)) for x in inputs],
            [helper.make_tensor_value_info(output, TensorProto.FLOAT, ["a", "b"])],
            [numpy_helper.from_array(np.asarray(array), k) for k, array in constants.items()],
        )
        model = helper.make_model(
            graph,
            opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid("custom", 1)],
            ir_version=8,
        )
        path = tmp_path / "model.onnx"
        onnx.save(model, str(path))
        return str(path)

    return write


@pytest.fixture
def archive(tmp_path: Path) -> Callable[..., str]:
    """Write a ``.pt`` file: the object's pickle (or its bytes), and further members."""

    def write(obj: Any, compression: int = zipfile.ZIP_STORED, **members: bytes) -> str:
        path = tmp_path / "model.pt"
        data = obj if isinstance(obj, bytes) else pickle.dumps(obj, protocol=2)
        with zipfile.ZipFile(path, "w", compression) as file:
            file.writestr("archive/data.pkl", data)
            for name, content in members.items():
                file.writestr(f"archive/{name}", content)
        return str(path)

    return write


@pytest.fixture
def npz(tmp_path: Path) -> Callable[..., str]:
    """Write an ``.npz`` file of arrays."""

    def write(**arrays: Any) -> str:
        buffer = io.BytesIO()
        np.savez(buffer, **arrays)
        path = tmp_path / "model.npz"
        path.write_bytes(buffer.getvalue())
        return str(path)

    return write
