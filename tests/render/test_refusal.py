"""What the kernel does not accept is not rendered, and the message names its code."""

import hashlib
import json
from collections.abc import Callable
from types import MappingProxyType
from typing import Any

import pytest

from exactmargin.errors import InvalidInputError
from exactmargin.render import latex_document, latex_fragment, text_summary

RENDERERS = (latex_document, latex_fragment, text_summary)


@pytest.mark.parametrize("render", RENDERERS)
def test_rejected(render: Callable[[Any], str], all_samples: dict[str, Any]) -> None:
    bad = all_samples["kkt"] | {"evidence": {"multipliers": ["2", "3"], "subgradients": []}}
    with pytest.raises(InvalidInputError) as error:
        render(bad)
    assert str(error.value) == (
        "the kernel does not accept this certificate (rejected: kink-without-slope at subgradient "
        "of example 1, layer 1, unit 2); only accepted certificates are rendered"
    )


@pytest.mark.parametrize("render", RENDERERS)
def test_malformed(render: Callable[[Any], str], all_samples: dict[str, Any]) -> None:
    with pytest.raises(InvalidInputError, match="malformed: claim-unknown at claim, magic"):
        render(all_samples["kkt"] | {"claim": "magic"})


def test_floats_are_refused(all_samples: dict[str, Any]) -> None:
    with pytest.raises(InvalidInputError, match=r"malformed: float at file, 0\.5"):
        latex_document(all_samples["kkt"] | {"evidence": {"multipliers": [0.5]}})


@pytest.mark.parametrize("value", [[], "text", None])
def test_not_a_mapping(value: Any) -> None:
    with pytest.raises(InvalidInputError, match="a certificate is a JSON object"):
        latex_document(value)


def test_not_json() -> None:
    with pytest.raises(InvalidInputError, match="not JSON data"):
        latex_document({"claim": {1, 2}})


def test_any_mapping_will_do(all_samples: dict[str, Any]) -> None:
    plain = all_samples["kkt"]
    assert latex_document(MappingProxyType(plain)) == latex_document(plain)


def test_the_digest_is_that_of_the_canonical_file(all_samples: dict[str, Any]) -> None:
    sample = all_samples["theorem"]
    text = json.dumps(sample, sort_keys=True, indent=1, ensure_ascii=True, separators=(",", ": "))
    digest = hashlib.sha256((text + "\n").encode()).hexdigest()
    assert digest in latex_document(sample).replace("\\allowbreak{}", "")
    assert digest in text_summary(sample)
