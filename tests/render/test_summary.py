"""A certificate in a few lines."""

from typing import Any

from exactmargin.render import text_summary


def test_theorem(all_samples: dict[str, Any]) -> None:
    lines = text_summary(all_samples["theorem"]).splitlines()
    assert lines[:-1] == [
        "theorem: vardi2022/theorem-3.2: 1 gradient-flow-limit, 1 kkt, 1 not-local-minimum; "
        "1 parts; assuming vardi2022/theorem-2.1",
        '  part 1: "the instance of the proof"',
        "    about   ReLU network 2-2-1, 6 parameters, 2 examples",
        '    proved  gradient-flow-limit: "the limit of gradient flow"',
        '    proved  kkt: "a KKT point with $\\tilde w_2 = 0$"',
        '    proved  not-local-minimum: "a descending curve"',
        "  assumes   vardi2022/theorem-2.1",
    ]
    assert lines[-1].startswith("  accepted by the kernel, sha256 ")


def test_an_identity_says_what_holds(hostile_theorem: Any) -> None:
    lines = text_summary(hostile_theorem("a", "b", 'c" proves all')).splitlines()
    assert '    proved  identity: (1+eps)^2 = 1+2*eps+eps^2 "c\' proves all"' in lines


def test_one_claim(all_samples: dict[str, Any]) -> None:
    assert text_summary(all_samples["not-local-minimum-layer"]).splitlines()[:-1] == [
        "not-local-minimum: the parameters are not a local minimum: a curve descends for all t in "
        "(0, 1)",
        "    about   ReLU network 2-4-1, 12 parameters, layer 1 alone free, 4 examples",
    ]


def test_lines_stay_lines(sample: Any) -> None:
    assert all(line.isprintable() and len(line) < 300 for line in text_summary(sample).split("\n"))
