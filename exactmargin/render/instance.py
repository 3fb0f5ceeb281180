"""The instance that a step is about: network, data, problem, parameters and field."""

from collections.abc import Sequence
from fractions import Fraction

from exactmargin.kernel.numbers import from_coefficients
from exactmargin.kernel.problem import Problem
from exactmargin.kernel.replicates import Replicated
from exactmargin.render.layout import chain, displays, relation, system, table, vector
from exactmargin.render.naming import Block, Naming, matrix
from exactmargin.render.numerals import fraction, number, polynomial, pure_root
from exactmargin.render.symbols import symbol_tex

__all__ = ["block_values", "instance", "problem_name", "unit_tex"]


def instance(problem: Problem) -> list[str]:
    """The paragraphs that say what is given."""
    naming = Naming(problem)
    *network, counts = _network(problem, naming)
    first, *rest = _field(problem) or [""]
    result = [*network, f"{counts} {first}".strip(), *rest]
    result += _data(problem)
    result += _objective(problem, naming)
    if problem.has_point:
        result += ["\\textit{Parameters.} The point $\\theta$ is", _parameters(problem, naming)]
    return result


def problem_name(problem: Problem) -> str:
    """How the optimisation problem is called in the text."""
    return "(P)" if problem.layer is None else f"(P$_{{{problem.layer + 1}}}$)"


def unit_tex(problem: Problem, unit: tuple[int, int]) -> str:
    """A hidden unit's name in the text."""
    l, k = unit
    return f"unit~{k + 1}" + (f" of layer~{l + 1}" if len(problem.layers) > 2 else "")


def block_values(
    blocks: Sequence[Block],
    entries: Sequence[str],
    mark: str = "",
    before: str = "",
    end: str = ".",
) -> str:
    """The blocks with these entries (one per parameter), blocks of equal value together.

    A name is written between ``before`` and ``mark``; one with an exponent is closed before the
    mark, because TeX refuses a prime behind an exponent.
    """
    names: dict[str, list[str]] = {}
    for block in blocks:
        # a prime is a superscript of its own
        name = f"{{{block.name}}}" if "'" in mark and "^" in block.name else block.name
        names.setdefault(block.value(entries), []).append(before + name + mark)
    rows = []
    for value, called in names.items():
        pieces = [f"= {name}" for name in called[1:]]
        rows.append((called[0], [[*pieces, f"= {value}"]]))
    return system(rows, end)


def _parameters(problem: Problem, naming: Naming) -> str:
    return block_values(naming.blocks, [number(x) for x in problem.theta])


def _network(problem: Problem, naming: Naming) -> list[str]:
    kind, formula = _sigma(problem.slope)
    depth = len(problem.layers)
    sizes = "--".join(str(n) for n in [naming.sources(0), *(len(x.rows) for x in problem.layers)])
    head = f"\\textit{{Network.}} A {kind} network of depth~{depth} with layer sizes {sizes},"
    result = [
        head,
        chain("\\Phi(\\theta;x)", relation("=", [(False, _map(problem, naming))]), end=","),
    ]
    patterns: dict[tuple[object, ...], list[int]] = {}
    for block in naming.blocks:
        if block.name.startswith("u"):
            layer = problem.layers[block.layer]
            shape = tuple(tuple((p - layer.start, j) for p, j in row) for row in layer.rows)
            patterns.setdefault((naming.sources(block.layer), shape), []).append(block.layer)
    if patterns:
        result += ["where", displays([_pattern(naming, ls) for ls in patterns.values()], end=",")]
    parameters = problem.layers[-1].stop
    count = f"{parameters} parameters in all" if parameters > 1 else "one parameter"
    tail = f"with {formula}" if formula else "without an activation"
    if depth > 4 and 0 < sum(bool(x.biases) for x in problem.layers[:-1]) < depth - 1:
        tail += ", and $b^{(l)}=0$ in the layers without a bias"
    result.append(f"{tail}; {count}.")
    return result


def _sigma(slope: Fraction) -> tuple[str, str]:
    if slope == 0:
        return "ReLU", "$\\sigma(z)=\\max(z,0)$"
    if slope == 1:
        return "linear", ""
    a = fraction(slope)
    return "leaky ReLU", f"$\\sigma(z)=\\max(z,0)+{a}\\min(z,0)$"


def _map(problem: Problem, naming: Naming) -> str:
    """The network as a formula in its blocks."""
    bias = [f" + b^{{({l + 1})}}" if x.biases else "" for l, x in enumerate(problem.layers)]
    linear = problem.slope == 1
    if naming.by_neuron:
        size = len(problem.layers[0].rows)
        inside = "w_k^\\top x" + (" + b^{(1)}_k" if bias[0] else "")
        term = f"v_k\\,({inside})" if linear and bias[0] else f"v_k\\,{inside}"
        term = term if linear else f"v_k\\,\\sigma({inside})"
        return f"\\sum_{{k=1}}^{{{size}}} {term}{bias[1]}"
    depth = len(problem.layers)
    top = "v^{\\top}" if naming.blocks[-1 - bool(bias[-1])].name[0] == "v" else f"W^{{({depth})}}"
    if depth > 4:
        shift = " + b^{(l)}" if any(bias[:-1]) else ""
        step = f"W^{{(l)}}h_{{l-1}}{shift}"
        step = step if linear else f"\\sigma\\bigl({step}\\bigr)"
        return f"{top}h_{{{depth - 1}}}{bias[-1]},\\quad h_l = {step},\\quad h_0 = x"
    text = "x"
    for l in range(depth - 1):
        text = f"W^{{({l + 1})}}{text}{bias[l]}"
        if not linear:
            text = f"\\sigma\\bigl({text}\\bigr)"
        elif bias[l]:
            text = f"\\bigl({text}\\bigr)"
    return f"{top}{text}{bias[-1]}"


def _pattern(naming: Naming, layers: Sequence[int]) -> str:
    """The weight matrix of layers with missing or shared weights, in their parameters."""
    l = layers[0]
    layer = naming.problem.layers[l]
    upper = f"({l + 1})" if len(layers) == 1 else "(l)"
    single = len({p for row in layer.rows for p, _ in row}) == 1
    rows = []
    for row in layer.rows:
        cells = ["0"] * naming.sources(l)
        for p, j in row:
            index = "" if single else f"_{{{p - layer.start + 1}}}"
            cells[j] = f"u^{{{upper}}}{index}"
        rows.append(cells)
    shown = f"W^{{{upper}}} = {matrix(rows)}"
    if len(layers) == 1:
        return shown
    return f"{shown}\\quad (l = {', '.join(str(n + 1) for n in layers)})"


def _field(problem: Problem) -> list[str]:
    field = problem.field
    if field is None:
        return []
    r = symbol_tex(field.generator)
    root = pure_root(field)
    if root is not None:
        degree = "" if root[1] == 2 else f"[{root[1]}]"
        known = f"\\sqrt{degree}{{{fraction(root[0])}}}"
        return [f"All numbers lie in the field $\\mathbb{{Q}}({known})$."]
    low, high = (number(x) for x in field.interval)
    return [
        f"All numbers lie in the field $\\mathbb{{Q}}({r})$, where ${r}$ is the only root in "
        f"$({low}, {high})$ of",
        _equation(list(field.minpoly), r),
    ]


def _equation(coefficients: Sequence[Fraction], r: str) -> str:
    """The equation that the field's generator satisfies."""
    terms = polynomial(from_coefficients(coefficients), [r])[::-1]
    return chain("", relation("", terms), relation("=", []), end=".")


def _data(problem: Problem) -> list[str]:
    cells = [vector([number(x) for x in xs]) for xs in problem.inputs]
    labels = [str(y) for y in problem.labels]
    weights = [""] * len(cells) if problem.weights is None else map(number, problem.weights)
    rows = [[str(i), *row] for i, row in enumerate(zip(cells, labels, weights, strict=True), 1)]
    head = ["i", "x_i", "y_i", "\\mu_i"]
    if len(rows) == 1:
        names = [f"{name[:-1]}1 = {value}" for name, value in zip(head, rows[0], strict=True)]
        given = [name for name in names[1:] if not name.endswith("= ")]
        return ["\\textit{Data.} There is one example,", displays(given)]
    return [f"\\textit{{Data.}} There are {len(rows)} examples:", table(head, rows)]


def _objective(problem: Problem, naming: Naming) -> list[str]:
    size = len(problem.labels)
    if problem.loss is not None:
        return _loss(problem)
    examples = {1: "", 2: "\\quad (i=1,2)"}.get(size, f"\\quad (i=1,\\dots,{size})")
    constraint = f"y_i\\,\\Phi(\\theta;x_i)\\ge 1{examples}"
    if size == 1:
        constraint = constraint.replace("_i", "_1")
    given = f"\\quad\\text{{subject to}}\\quad {constraint}.\\tag{{{problem_name(problem)[1:-1]}}}"
    if problem.layer is None:
        return [
            "\\textit{Problem.} The margin is maximised by",
            _tagged(f"\\text{{minimise }}\\ \\tfrac12\\|\\theta\\|^2{given}"),
        ]
    blocks = naming.free_blocks()
    norms = " + ".join(f"\\|{b.name}\\|^2" for b in blocks)
    norms = norms if len(blocks) == 1 else f"\\bigl({norms}\\bigr)"
    free = ", ".join(f"${b.name}$" for b in blocks)
    if len(blocks) > 2:
        norms, free = f"\\|\\theta^{{({problem.layer + 1})}}\\|^2", "its parameters $\\theta^{(l)}$"
        free = free.replace("(l)", f"({problem.layer + 1})")
    return [
        f"\\textit{{Problem.}} Only layer~{problem.layer + 1} is free ({free}); the other "
        "parameters keep their values.",
        _tagged(f"\\text{{minimise }}\\ \\tfrac12{norms}{given}"),
    ]


def _loss(problem: Problem) -> list[str]:
    """A hinge loss and its terms."""
    tag = f"\\tag{{{problem_name(problem)[1:-1]}}}"
    left, outputs = "\\mathcal L(\\theta) = \\sum_i\\mu_i", "\\Phi_r(\\theta;x_i)"
    if problem.loss == "hinge":
        loss = f"{left}\\max\\bigl(0,\\,1-y_i\\,\\Phi(\\theta;x_i)\\bigr)"
        return ["\\textit{Problem.} The objective is the hinge loss,", _tagged(f"{loss}.{tag}")]
    multiclass = problem.loss == "multiclass-hinge"
    name = "multiclass" if multiclass else "one-versus-all"
    over = "_{r\\ne y_i}" if multiclass else "_r"
    inside = f"1+{outputs}-\\Phi_{{y_i}}(\\theta;x_i)"
    if not multiclass:
        inside = f"1-{outputs}\\ (r=y_i),\\quad m_{{ir}}(\\theta)=1+{outputs}\\ (r\\ne y_i)"
    more, where = "", "where"
    if isinstance(problem, Replicated):
        name = "penalised one-versus-all"
        factor = fraction(problem.gamma / (problem.outputs - 1))
        more = f" + {factor}\\sum_{{r<s}}\\|h_r-h_s\\|^2"
        where = (
            f"the {problem.outputs} outputs being those of copies of one network side by side, the "
            "replicates, and $h_r$ the parameters of the hidden layers of replicate~$r$; layer by "
            "layer those of replicate~0 come first, and"
        )
    return [
        f"\\textit{{Problem.}} The outputs $\\Phi_r$ are counted from 0; $y_i$ is the class of "
        f"example $i$. The objective is the {name} hinge loss,",
        _tagged(f"{left}\\sum{over}\\max\\bigl(0,\\,m_{{ir}}(\\theta)\\bigr){more},{tag}"),
        where,
        chain("m_{ir}(\\theta)", [f"= {inside}"], end="."),
    ]


def _tagged(formula: str) -> str:
    return f"\\begin{{equation*}}\n {formula}\n\\end{{equation*}}"
