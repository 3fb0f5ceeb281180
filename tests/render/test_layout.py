"""Displays and tables fit on the line."""

from exactmargin.render.layout import chain, displays, paragraphs, relation, table, vector
from exactmargin.render.widths import LINE, width


def test_short_formulas_are_displayed() -> None:
    assert (
        chain("a", relation("=", [(True, "b"), (False, "c")]), end=".") == "\\[\n a = -b + c.\n\\]"
    )


def test_long_sums_break_between_terms() -> None:
    shown = chain("a", relation("=", [(False, "x" * 20)] * 12))
    assert shown.startswith("\\begin{align*}")
    lines = shown.removeprefix("\\begin{align*}").removesuffix("\\end{align*}").split("\\\\")
    assert all(width(line.replace("&", "")) <= LINE for line in lines)


def test_a_term_wider_than_the_line_is_a_paragraph() -> None:
    assert chain("a", relation("=", [(False, "x" * 200)])).startswith("\\begin{quote}")


def test_an_empty_sum_is_zero() -> None:
    assert chain("a", relation("=", [])) == "\\[\n a = 0\n\\]"


def test_displays_stand_side_by_side() -> None:
    assert displays(["a", "b"]).count("\\\\") == 0
    assert displays(["a" * 40, "b" * 40]).count("\\\\") == 1


def test_tables_leave_out_empty_columns_and_go_on_in_pieces() -> None:
    rows = [[str(i), "", "x"] for i in range(60)]
    shown = table(["i", "\\text{nothing}", "x"], rows)
    assert "nothing" not in shown
    assert shown.count("\\begin{tabular}") == 2


def test_wide_tables_become_columns_that_break_or_a_list() -> None:
    assert "p{" in table(["i", "x"], [["1", vector(["1"] * 80)]])
    assert "\\begin{itemize}" in table(["i", "x"], [["1", "x" * 100]])


def test_text_goes_on_after_a_display() -> None:
    assert paragraphs(["A is", "\\[x\\]", "with x.", "\\[y\\]", "B.", "C."]) == (
        "A is\n\\[x\\]\nwith x.\n\\[y\\]\n\nB.\n\nC."
    )
