"""The example of docs/numeric.md is true."""

import re
from pathlib import Path
from typing import Any

DOCS = Path(__file__).resolve().parents[2] / "docs" / "numeric.md"


def test_the_example_does_what_it_says() -> None:
    (code,) = re.findall(r"```python\n(.+?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    names: dict[str, Any] = {}
    exec(code, names)
    found, network, inputs = names["found"], names["network"], names["inputs"]
    shown = names["signatures"](network, inputs).signs[0].tolist()
    assert shown == [[1, -1], [0, 1]]
    assert f"# {shown}: exact signs" in code
    assert 0.4714 < found.plain.epsilon.low < 2**0.5 / 3 + 1e-6  # no λ brings it below √2/3
    assert abs(found.plain.epsilon.high - 2**0.5 / 3) < 1e-6
    assert found.clarke.epsilon.high < 2.5e-15
