"""Names and characters: what stands for them in a formula."""

import re

__all__ = ["GREEK", "UNICODE_MATH", "symbol_tex"]

_COMMAND = re.compile(r"\\([A-Za-z]+)")
_LETTERS = (
    r"\alpha\beta\gamma\delta\varepsilon\zeta\eta\theta\iota\kappa\lambda\mu\nu\xi\pi\rho\sigma"
    r"\tau\upsilon\varphi\chi\psi\omega\Gamma\Delta\Theta\Lambda\Xi\Pi\Sigma\Phi\Psi\Omega"
)
GREEK = {
    **{name: f"\\{name}" for name in _COMMAND.findall(_LETTERS)},
    "epsilon": "\\varepsilon",
    "eps": "\\varepsilon",
    "phi": "\\varphi",
    "lam": "\\lambda",
    "ell": "\\ell",
}
"""Spelled-out names that are written as one letter."""

UNICODE_MATH = {
    **dict(
        zip(
            "αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΦΨΩ",
            (f"\\{name}" for name in _COMMAND.findall(_LETTERS)),
            strict=True,
        )
    ),
    **{digit: f"{{}}^{n}" for n, digit in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")},
    **{digit: f"{{}}_{n}" for n, digit in enumerate("₀₁₂₃₄₅₆₇₈₉")},
    "≤": "\\le",
    "≥": "\\ge",
    "≠": "\\ne",
    "≈": "\\approx",
    "∈": "\\in",
    "∞": "\\infty",
    "∇": "\\nabla",
    "∂": "\\partial",
    "→": "\\to",
    "·": "\\cdot",
    "×": "\\times",
    "±": "\\pm",
    "−": "-",
    "∗": "\\ast",
    "√": "\\surd",
    "∑": "\\sum",
    "∏": "\\prod",
    "‖": "\\|",
    "⟨": "\\langle",
    "⟩": "\\rangle",
    "′": "{}'",
    "\u2113": "\\ell",
    "½": "\\tfrac{1}{2}",
    "¼": "\\tfrac{1}{4}",
}
"""Characters that LaTeX knows only as formulas."""

_NAME = re.compile(r"([A-Za-z]+)_?([0-9]+(?:_[0-9]+)*)?")


def symbol_tex(name: str) -> str:
    """A symbol's name as in a paper: ``w1`` as w with index 1, ``eps`` as the Greek letter."""
    found = _NAME.fullmatch(name)
    if found is None:
        return f"\\mathit{{{name.replace('_', chr(92) + '_')}}}"
    base, index = found.groups()
    base = GREEK.get(base, base if len(base) == 1 else f"\\mathit{{{base}}}")
    return base if index is None else f"{base}_{{{index.replace('_', ',')}}}"
