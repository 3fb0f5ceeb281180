"""The measured figures of a document: what a benchmark writes between its marks."""

import datetime

END = "<!-- end of figures -->"


def table(rows):
    """A Markdown table, the first row being its head."""
    lines = ["| " + " | ".join(cells) + " |" for cells in rows]
    return [lines[0], "|" + "---|" * len(rows[0]), *lines[1:]]


def write_figures(path, script, how, lines):
    """Put the lines between the marks of `script`, under a stamp that says how they were taken."""
    mark = f"<!-- figures of benchmarks/{script} -->"
    before, rest = path.read_text().split(mark)
    _, after = rest.split(END)
    stamp = f"Measured on {datetime.date.today()}, {how}."
    path.write_text("\n".join([before + mark, stamp, "", *lines, END]) + after)
