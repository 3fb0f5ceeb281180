"""The parts of a certificate: what is proved, the instances, the steps."""

from typing import Any

from exactmargin.kernel.problem import Problem, read_problem
from exactmargin.render.acceptance import Accepted
from exactmargin.render.claims import ABOUT_POLYNOMIALS, sentence, show
from exactmargin.render.escape import escape
from exactmargin.render.instance import instance
from exactmargin.render.layout import items

__all__ = ["parts", "proved"]


def _problem(part: Any, step: Any) -> Problem | None:
    if part["problem"] is None:
        return None
    own = {"objective": step["objective"]} if "objective" in step else {}
    return read_problem({**part["problem"], **own})


def _label(accepted: Accepted, n: int, k: int) -> str:
    return f"{n}.{k}" if len(accepted.parts) > 1 else str(k)


def proved(accepted: Accepted) -> list[str]:
    """What is proved: the conclusions in words, with the steps that prove them."""
    alone = accepted.data["claim"] != "theorem"
    result = []
    for n, part in enumerate(accepted.parts, 1):
        shown = []
        for k, step in enumerate(part["steps"], 1):
            if step["name"] in part["conclusion"]:
                text = sentence(step["claim"], _problem(part, step), step["evidence"])
                if step["claim"] in ABOUT_POLYNOMIALS and not alone:
                    text = escape(step["name"])
                where = "" if alone else f" (Step~{_label(accepted, n, k)})"
                shown.append(text + where)
        result.append(_listed(shown))
    given = "If the cited result at the end holds, then" if accepted.data["assumptions"] else ""
    if len(accepted.data["assumptions"]) > 1:
        given = "If the cited results at the end hold, then"
    if len(result) == 1:
        if accepted.parts[0]["problem"] is None:
            lead = given or "The following holds:"
        else:
            lead = f"{given} for the instance below:" if given else "For the instance below:"
        return [f"{lead} {result[0]}."]
    names = [escape(part["name"]) for part in accepted.parts]
    head = f"{given} the following holds:" if given else "The following holds:"
    lines = [
        f"{name or f'Part~{n}'}: {text}."
        for n, (name, text) in enumerate(zip(names, result, strict=True), 1)
    ]
    return [head, items(lines)]


def _listed(texts: list[str]) -> str:
    unique = list(dict.fromkeys(texts))
    if len(unique) == 1:
        return unique[0]
    glue = "; " if len(unique) > 2 else ", "
    return f"{'; '.join(unique[:-1])}{glue}and {unique[-1]}"


def parts(accepted: Accepted) -> list[str]:
    """All parts, each with its instance and its steps."""
    found = accepted.parts
    result: list[str] = []
    for n, part in enumerate(found, 1):
        if len(found) > 1:
            result.append(f"\\subsection*{{Part {n}. {escape(part['name'])}}}")
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
    problem = _problem(part, step)
    text = sentence(step["claim"], problem, step["evidence"])
    text = text[0].upper() + text[1:]
    head = ""
    if label:
        name = f" ({escape(step['name'])})" if step["name"] else ""
        head = f"\\par\\medskip\\noindent\\textbf{{Step {label}{name}.}}\\enspace {text}."
    if label and problem is not None and "objective" in step and problem.layer is not None:
        head += (
            f" Here only layer~{problem.layer + 1} is free and the other parameters keep their "
            f"values; this is the problem (P$_{{{problem.layer + 1}}}$)."
        )
    first, *rest = show(step["claim"], problem, step["evidence"])
    if first[0].isalnum():
        return [f"{head} {first}".strip(), *rest]
    return [*([head] if head else []), first, *rest]
