"""Which inline formulas a name may hold: short, balanced, from a closed list of commands.

A name in a certificate is a text of a stranger.  A formula in it is set as a formula only if
LaTeX is certain to accept it; everything else is shown letter by letter.
"""

import re

from exactmargin.render.symbols import UNICODE_MATH
from exactmargin.render.widths import width

__all__ = ["inline_math"]

WIDEST = 200.0

_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|.", re.DOTALL)
_COMMAND = re.compile(r"\\[A-Za-z]+|\\.")
_LETTERS = frozenset(
    _COMMAND.findall(
        r"\alpha\beta\gamma\delta\epsilon\varepsilon\zeta\eta\theta\vartheta\iota\kappa\lambda\mu"
        r"\nu\xi\pi\rho\sigma\tau\upsilon\phi\varphi\chi\psi\omega\Gamma\Delta\Theta\Lambda\Xi\Pi"
        r"\Sigma\Phi\Psi\Omega\ell\partial\nabla\infty\in\le\leq\ge\geq\equiv\approx\sim\to\cdot\times"
        r"\pm\circ\top\perp\cap\cup\subset\subseteq\emptyset\forall\exists\prime\ast\star"
    )
)
"""One character each: an argument without braces may be one of them."""
_PLAIN = _LETTERS | frozenset(
    _COMMAND.findall(
        r"\notin\ne\neq\mapsto\langle\rangle\lVert\rVert\|\{\}\max\min\exp\log\lim\dots\ldots\cdots"
        r"\quad\,\;\!\:\ \colon\sum\prod"
    )
)
_WITH_ONE = frozenset(
    _COMMAND.findall(
        r"\sqrt\tilde\bar\hat\dot\overline\widetilde\mathbf\boldsymbol\mathbb\mathcal\mathrm\mathit"
    )
)
_WITH_TWO = frozenset(("\\frac", "\\tfrac", "\\binom"))


def inline_math(tex: str) -> str | None:
    """The formula between two dollar signs, ready to set; None where it is not surely one.

    A formula neither begins nor ends with a blank: ``costs $5 and $6`` holds none.
    """
    if tex != tex.strip():
        return None
    for character, formula in UNICODE_MATH.items():
        tex = tex.replace(character, f"{{{formula}}}")
    tokens = _TOKEN.findall(tex)[::-1]
    try:
        _list(tokens)
    except ValueError:
        return None
    return tex if tex and not tokens and width(tex) <= WIDEST else None


def _list(tokens: list[str]) -> None:
    """Nuclei with at most one superscript and one subscript each; stops before a brace."""
    free = {"^", "_"}
    while tokens and tokens[-1] != "}":
        token = tokens.pop()
        if token == "'":
            if "^" not in free:
                raise ValueError(token)
            while tokens and tokens[-1] == "'":
                tokens.pop()
            free -= {"^"}
        elif token in ("^", "_"):
            if token not in free:
                raise ValueError(token)
            _argument(tokens)
            free -= {token}
        else:
            _nucleus(token, tokens)
            free = {"^", "_"}


def _nucleus(token: str, tokens: list[str]) -> None:
    if token == "{":
        _list(tokens)
        if not tokens or tokens.pop() != "}":
            raise ValueError(token)
    elif token == "\\text":
        _words(tokens)
    elif token in _WITH_ONE or token in _WITH_TWO:
        for _ in range(2 if token in _WITH_TWO else 1):
            _argument(tokens)
    elif token not in _PLAIN and not (len(token) == 1 and _is_character(token)):
        raise ValueError(token)


def _words(tokens: list[str]) -> None:
    """A group of characters: what else a formula may hold is none in a text."""
    token = tokens.pop() if tokens else ""
    if token != "{":
        raise ValueError(token)
    while (token := tokens.pop() if tokens else "") != "}":
        if not (len(token) == 1 and _is_character(token)):
            raise ValueError(token)


def _is_character(token: str) -> bool:
    return token.isascii() and (token.isalnum() or token in " +-*/=<>()[]|,.:;!?")


def _argument(tokens: list[str]) -> None:
    """What a script is: a group, or one plain character or command."""
    while tokens and tokens[-1] == " ":
        tokens.pop()
    token = tokens.pop() if tokens else ""
    if token != "{" and token not in _LETTERS and not (len(token) == 1 and _is_character(token)):
        raise ValueError(token)
    _nucleus(token, tokens)
