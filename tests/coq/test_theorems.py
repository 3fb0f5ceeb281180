"""The margin claims over Q that prove V's theorems: Coq's checkers accept them."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

from exactmargin.registry import Pack
from tests.coq.batch import MARGIN_CLAIMS, computation, computed

PACK = Pack.read("vardi2022", "theorems.vardi2022")


def claims() -> Iterator[tuple[str, dict[str, Any]]]:
    """The module, and each of its claims about a problem over Q, as a certificate."""
    for result in PACK.results:
        if result.status != "verified":
            continue
        for part in import_module(f"theorems.vardi2022.{result.module}").prove():
            stated = part.to_json()
            for step in stated["steps"]:
                problem = stated["problem"]
                if step["claim"] in MARGIN_CLAIMS and "field" not in problem:
                    given = {"objective": step["objective"]} if "objective" in step else {}
                    yield result.module, {**step, "problem": {**problem, **given}}


def test_coq_accepts_the_margin_claims_over_q() -> None:
    texts, missing = dict[str, str](), []
    for module, claim in claims():
        text = computation(claim)
        if text is None:
            missing.append((module, claim["claim"], claim["evidence"].get("by")))
        else:
            texts[text] = f"{module}: {claim['claim']}"
    answers = computed([*texts])
    refused = [name for name, answer in zip(texts.values(), answers, strict=True) if not answer]
    assert refused == []
    assert missing == []
    assert len(texts) >= 150
