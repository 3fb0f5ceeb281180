"""The parts of a certificate: what is proved, the instances, the steps."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from exactmargin.kernel.problem import Problem
from exactmargin.kernel.replicates import read_problem
from exactmargin.render.acceptance import Accepted
from exactmargin.render.algebra import quantifier
from exactmargin.render.claims import ABOUT_POLYNOMIALS, sentence, show
from exactmargin.render.escape import quoted
from exactmargin.render.instance import instance
from exactmargin.render.layout import items

__all__ = ["counted", "parts", "proved"]

_POLYNOMIALS = {"identity": "identity", "positive": "inequality"}
_PLURALS = {"identity": "identities", "inequality": "inequalities"}
_NAMED = "the author's name for it:"


def _problem(part: Any, step: Any) -> Problem | None:
    if part["problem"] is None:
        return None
    own = {"objective": step["objective"]} if "objective" in step else {}
    return read_problem({**part["problem"], **own})


def _label(accepted: Accepted, n: int, k: int) -> str:
    return f"{n}.{k}" if len(accepted.parts) > 1 else str(k)


def proved(accepted: Accepted) -> list[str]:
    """What is proved: what the kernel says of each conclusion; names are marked as the author's."""
    listed = [_conclusions(accepted, n) for n in range(1, len(accepted.parts) + 1)]
    given = "If the cited result at the end holds, then" if accepted.data["assumptions"] else ""
    if len(accepted.data["assumptions"]) > 1:
        given = "If the cited results at the end hold, then"
    if len(listed) > 1:
        head = f"{given} the following holds:" if given else "The following holds:"
        lines = []
        for n, (part, texts) in enumerate(zip(accepted.parts, listed, strict=True), 1):
            name = f" ({_NAMED} {quoted(part['name'])})" if part["name"] else ""
            end = f" {texts[0]}." if len(texts) == 1 else "\n" + _items(texts)
            lines.append(f"\\raggedright Part~{n}{name}:{end}")
        return [head, items(lines)]
    alone, step = accepted.data["claim"], accepted.parts[0]["steps"][0]
    if alone in ABOUT_POLYNOMIALS and accepted.parts[0]["problem"] is None:  # the display follows
        return [f"The following holds{quantifier(step['claim'], step['evidence'])}:"]
    lead = given or "The following holds:"
    if accepted.parts[0]["problem"] is not None:
        lead = f"{given} for the instance below:" if given else "For the instance below:"
    if len(listed[0]) == 1:
        return [f"{lead} {listed[0][0]}."]
    return [lead, _items(listed[0])]


def _conclusions(accepted: Accepted, n: int) -> list[str]:
    """The conclusions of one part, each with its step."""
    part, found = accepted.parts[n - 1], []
    for k, step in enumerate(part["steps"], 1):
        if step["name"] not in part["conclusion"]:
            continue
        text = sentence(step["claim"], _problem(part, step), step["evidence"])
        if accepted.data["claim"] == "theorem":
            text += f" (Step~{_label(accepted, n, k)}"
            if step["claim"] in ABOUT_POLYNOMIALS and step["name"]:
                text += f"; {_NAMED} {quoted(step['name'])}"
            text += ")"
        found.append(text)
    return found


def counted(parts: Sequence[Any]) -> list[str]:
    """What these parts conclude, equal words counted; of polynomials only their number."""
    found: Counter[str] = Counter()
    for part in parts:
        for step in part["steps"]:
            if step["name"] in part["conclusion"]:
                kind = _POLYNOMIALS.get(step["claim"])
                found[kind or sentence(step["claim"], _problem(part, step), step["evidence"])] += 1
    texts = []
    for text, n in found.items():
        if text in _POLYNOMIALS.values():
            texts.append(f"{n} {text if n == 1 else _PLURALS[text]}")
        else:
            texts.append(text if n == 1 else f"{text} (${n}\\times$)")
    return texts


def _items(texts: list[str]) -> str:
    ends = [";"] * (len(texts) - 1) + ["."]
    return items([f"\\raggedright {text}{end}" for text, end in zip(texts, ends, strict=True)])


def parts(accepted: Accepted) -> list[str]:
    """All parts, each with its instance and its steps."""
    found = accepted.parts
    result: list[str] = []
    for n, part in enumerate(found, 1):
        if len(found) > 1:
            name = f". {quoted(part['name'])}" if part["name"] else ""
            result.append(f"\\subsection*{{Part {n}{name}}}")
        same = [
            k for k, other in enumerate(found[: n - 1], 1) if other["problem"] == part["problem"]
        ]
        if part["problem"] is not None and same:
            result.append(f"The instance is that of Part~{same[0]}.")
        elif part["problem"] is not None:
            title = "The instance" if len(found) == 1 else ""
            result += [f"\\subsection*{{{title}}}"] if title else []
            result += instance(read_problem(part["problem"]))
        if len(found) == 1 and part["problem"] is not None:
            result.append("\\subsection*{Proof}")
        for k, step in enumerate(part["steps"], 1):
            label = _label(accepted, n, k) if accepted.data["claim"] == "theorem" else ""
            result += _step(part, step, label)
    return result


def _step(part: Any, step: Any, label: str) -> list[str]:
    problem, claim, evidence = _problem(part, step), step["claim"], step["evidence"]
    first, *rest = show(claim, problem, evidence)
    if not label:
        return [first, *rest]
    if claim in ABOUT_POLYNOMIALS:
        text = f"The following holds{quantifier(claim, evidence)}:"
    else:
        text = sentence(claim, problem, evidence)
        text = f"{text[0].upper()}{text[1:]}."
    name = f" ({quoted(step['name'])})" if step["name"] else ""
    head = f"\\par\\medskip\\noindent\\textbf{{Step {label}}}{name}\\textbf{{.}}\\enspace {text}"
    if problem is not None and "objective" in step and problem.layer is not None:
        head += (
            f" Here only layer~{problem.layer + 1} is free and the other parameters keep their "
            f"values; this is the problem (P$_{{{problem.layer + 1}}}$)."
        )
    return [f"{head} {first}", *rest] if first[0].isalnum() else [head, first, *rest]
