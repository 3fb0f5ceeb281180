"""One altered number in a construction, and the kernel refuses the theorem for that very reason."""

from pathlib import Path

import pytest

import theorems.vardi2022
from tests.theorems.altering import Altered, Parts, check_altered, outcome

CURVE = r"The perturbation $\theta'(\epsilon)$"
FLOW = "Gradient flow from"
KKT = r"$\tilde\theta$ is a KKT point"

ALTERED = [
    # Table 1, Table 2: the parts are those of the theorems
    Altered("table_1", 4, r"$\tilde\theta$ is a global", ("multipliers", 4), "1", "product-bound"),
    Altered("table_2", 0, r"$\tilde\theta$ is a KKT", ("multipliers", 0), "3", "stationarity"),
    # Theorem 3.1
    Altered("theorem_3_1", 0, FLOW, ("velocities", 0, 0, 0), "a", "velocity"),
    Altered("theorem_3_1", 0, FLOW, ("region", 2), "a", "velocity"),
    Altered("theorem_3_1", 3, KKT, ("multipliers", 0), "1", "stationarity"),
    Altered(
        "theorem_3_1", 4, r"$\tilde\theta$ is a global", ("multipliers", 4), "1", "product-bound"
    ),
    Altered("theorem_3_1", 4, r"$\|\tilde{W}^{(1)}\|", ("right",), "8", "not-identical"),
    Altered("theorem_3_1", 11, r"$\|W\|_F^2", ("right",), "0", "not-identical"),
    # Figure 1
    Altered("figure_1", 0, FLOW, ("symbols", 3, "motion"), "decreasing", "region-sign"),
    Altered(
        "figure_1", 0, "$u_1[2]$ rises", ("expression",), "1/4*b*(4*a+b)-4*u^2", "not-positive"
    ),
    # Remark 3.1
    Altered("remark_3_1", 0, r"$B^2\|\theta'\|^2=4", ("right",), "2*(c*B)^2", "not-identical"),
    Altered("remark_3_1", 1, r"$\theta'=", ("better", 0), "1/4", "better-point-infeasible"),
    Altered("remark_3_1", 2, FLOW, ("velocities", 0, 1, 1), "100*u", "velocity"),
    Altered("remark_3_1", 5, r"$\|\tilde\theta\|^2=B^2", ("right",), "5*2*1/4", "not-identical"),
    Altered("remark_3_1", 11, "Of layer 1 alone", ("better", 0), "1/8", "better-point-infeasible"),
    Altered("remark_3_1", 14, KKT, ("multipliers", 0), "2", "stationarity"),
    # Remark 3.2
    Altered("remark_3_2", 0, "$A>9/5$, for", ("expression",), "p1-p0", "not-positive"),
    Altered("remark_3_2", 0, "$A>9/5$, re", ("right",), "p1", "not-identical"),
    Altered("remark_3_2", 1, r"$\dot{z}_1", ("right",), "v*(m*(g+h)+d*h)", "not-identical"),
    Altered("remark_3_2", 2, r"$Bx_1+Ax_2=Dn$", ("right",), "p-r", "not-identical"),
    Altered("remark_3_2", 3, r"$n\perp d$", ("left",), "(p-r)*(q-s)+(q-s)*(p-r)", "not-identical"),
    Altered("remark_3_2", 4, r"$\Phi(\theta';x_1)=1$", ("right",), "1+e", "not-identical"),
    Altered("remark_3_2", 5, KKT, ("multipliers", 0), "1", "stationarity"),
    Altered("remark_3_2", 6, "The perturbation", ("breakpoints", 0), "1", "sign-changes"),
    Altered(
        "remark_3_2",
        7,
        "The perturbation",
        ("numerators", 5),
        ["0", "1/2"],
        "margin-below-one-along",
    ),
    Altered("remark_3_2", 8, r"$-Dx_3=Ex_1+Fx_2$", ("left",), "p*t", "not-identical"),
    Altered("remark_3_2", 9, "4.3: with", ("expression",), "2*(1+9/10)-5", "not-positive"),
    Altered("remark_3_2", 10, "$w_j'=(x,y)$", ("right",), "2*(f*x^2+h*y^2)", "not-identical"),
    Altered(
        "remark_3_2",
        11,
        "$w_j'=(ux,wz)$",
        ("expression",),
        "(U*(z+d)^3+W*z^3)^2-(U*(z+d)^2+W*z^2)^3",
        "not-positive",
    ),
    Altered("remark_3_2", 15, "At the start", ("right",), "1330", "not-identical"),
    Altered(
        "remark_3_2", 16, "It is a gl", ("multipliers", 0), "-1", "product-multiplier-negative"
    ),
    # Theorem 3.2
    Altered("theorem_3_2", 0, KKT, ("multipliers", 1), "3", "stationarity"),
    Altered("theorem_3_2", 0, FLOW, ("region", 1), "3*a+b", "region-sign"),
    Altered("theorem_3_2", 0, FLOW, ("velocities", 0, 1, 1), "4*u", "velocity"),
    Altered("theorem_3_2", 0, FLOW, ("symbols", 0, "motion"), "constant", "moves-though-constant"),
    Altered("theorem_3_2", 0, FLOW, ("start", "parameter"), 1, "no-escape"),
    Altered("theorem_3_2", 0, FLOW, ("limit", 0, "value"), "1", "limit-point"),
    Altered(
        "theorem_3_2", 0, CURVE, ("numerators", 0), ["0", "0", "1/8"], "margin-below-one-along"
    ),
    Altered("theorem_3_2", 0, CURVE, ("breakpoints", 0), "2", "sign-changes"),
    Altered("theorem_3_2", 1, "Refuted", ("right",), "1", "not-identical"),
    # Theorem 4.1
    Altered("theorem_4_1", 0, KKT, ("multipliers", 0), "2", "stationarity"),
    Altered("theorem_4_1", 1, KKT, ("subgradients", 0, "slopes", 0, "slope"), "2", "slope-outside"),
    Altered("theorem_4_1", 0, FLOW, ("start", "bounds", 0), "2", "bound-above-margin"),
    Altered("theorem_4_1", 0, FLOW, ("start", "bounds", 0), "0", "initial-loss"),
    Altered("theorem_4_1", 1, CURVE, ("numerators", 3), ["0", "1"], "margin-below-one-along"),
    Altered("theorem_4_1", 1, CURVE, ("breakpoints", 0), "2", "sign-changes"),
    # Theorem 4.2, part 1
    Altered("theorem_4_2_1", 0, "(7)", ("multipliers", 0), "5", "stationarity"),
    Altered(
        "theorem_4_2_1", 1, "(9) holds", ("tree", "multipliers", 4), "1", "lifting-outside-ball"
    ),
    Altered("theorem_4_2_1", 1, "(9) holds", ("tree", "multipliers", 0), "1", "lifting-bound"),
    Altered("theorem_4_2_1", 2, r"$\|\tilde{w}_1\|", ("right",), "2", "not-identical"),
    # Remark 4.1
    Altered(
        "remark_4_1", 1, r"$\frac12$ is the optimum, by d", ("squared_norm",), "2", "lifting-bound"
    ),
    Altered(
        "remark_4_1",
        1,
        r"$\frac12$ is the optimum, by the v",
        ("vertices", 0, "point", 1),
        "1/3",
        "vertex-root",
    ),
    Altered("remark_4_1", 2, r"$\|\beta\|_1", ("right",), "5", "not-identical"),
    # Theorem 4.2, part 2
    Altered("theorem_4_2_2", 0, r"$\Phi(\theta(0);x_1)=4$", ("value",), "2", "other-value"),
    Altered("theorem_4_2_2", 0, "On the ray, with", ("right",), "2*a*Y", "not-identical"),
    Altered(
        "theorem_4_2_2", 0, KKT, ("subgradients", 0, "slopes", 0, "slope"), "1", "stationarity"
    ),
    Altered("theorem_4_2_2", 0, CURVE, ("numerators", 8), ["1", "-1"], "margin-below-one-along"),
    Altered("theorem_4_2_2", 0, CURVE, ("breakpoints", 0), "2", "sign-changes"),
    Altered("theorem_4_2_2", 1, FLOW, ("velocities", 0, 0, 1), "r^2*p", "velocity"),
    # Theorem 4.3
    Altered("theorem_4_3", 0, "(10) holds", ("multipliers", 2), "2", "stationarity"),
    Altered("theorem_4_3", 0, "Near", ("right",), "1/2*(a^2+(b-u)^2+c^2+d^2)", "not-identical"),
    Altered("theorem_4_3", 0, "$A_{31}=0$", ("expression",), "0*0+2*(-1)", "not-positive"),
    Altered(
        "theorem_4_3", 3, "(12) holds", ("tree", "multipliers", 0), "51/2", "lifting-outside-ball"
    ),
    Altered("theorem_4_3", 4, "(10)", ("multipliers", 0), "25", "stationarity"),
    # Theorem 4.4
    Altered("theorem_4_4", 1, "Erratum: at", ("expression",), "1-1/2*r*3/4*2", "not-positive"),
    Altered(
        "theorem_4_4",
        1,
        r"Erratum: at $\epsilon=\frac14$, $\Phi",
        ("value",),
        "7/4",  # the printed 1+3*epsilon
        "other-value",
    ),
    Altered("theorem_4_4", 0, CURVE, ("breakpoints",), ["1/2*r"], "sign-changes"),
    Altered("theorem_4_4", 1, CURVE, ("breakpoints", 1), "1", "not-smaller-along"),
    Altered("theorem_4_4", 0, KKT, ("multipliers", 0), "1/2*r", "stationarity"),
    # Theorem 5.1
    Altered("theorem_5_1", 1, KKT, ("multipliers", 0), "r^2", "stationarity"),
    Altered("theorem_5_1", 0, FLOW, ("velocities", 0, 0, 0), "a", "velocity"),
    Altered(
        "theorem_5_1", 3, "A polynomial curve", ("breakpoints", 0), "1", "margin-below-one-along"
    ),
    Altered(
        "theorem_5_1",
        0,
        "$(x^2+z^2)^3",
        ("expression",),
        "1*((z+d)^3+z^3)^2-((z+d)^2+z^2)^3",
        "not-positive",
    ),
    Altered("theorem_5_1", 12, r"This is $-4(1+n)$", ("right",), "-4*n", "not-identical"),
    # Theorem 5.2
    Altered(
        "theorem_5_2",
        0,
        r"$\tilde{u}^{(2)}$ is a global",
        ("tree", "multipliers", 0),
        "2",
        "layer-bound",
    ),
    Altered("theorem_5_2", 5, KKT, ("multipliers", 0), "1", "stationarity"),
    # Theorem 5.3
    Altered(
        "theorem_5_3",
        0,
        "The perturbation of C.5.2",
        ("numerators", 0),
        ["0", "1/2"],
        "margin-below-one-along",
    ),
    Altered(
        "theorem_5_3", 0, r"$\tilde{u}^{(1)}$ is a KKT", ("multipliers", 3), "2", "stationarity"
    ),
    # Theorem 5.4
    Altered("theorem_5_4", 0, r"$\theta'$ of", ("better", 2), "-1", "better-point-infeasible"),
    Altered("theorem_5_4", 0, r"$\theta'$ of", ("better", 0), "r", "norm-not-smaller"),
    Altered(
        "theorem_5_4",
        2,
        r"$\tilde{u}^{(1)}$ is a local",
        ("tree", "multipliers", 0),
        "2",
        "layer-bound",
    ),
    # Lemmas C.1 to C.5
    Altered("lemma_C_1", 1, "Layer 1, weight 1", ("right",), "0", "not-identical"),
    Altered("lemma_C_1", 1, "Layer 1, neuron 1", ("right",), "w1x1", "not-identical"),
    Altered("lemma_C_2", 0, "Layer 2:", ("right",), "0", "not-identical"),
    Altered("lemma_C_3", 4, "At a kink", ("left",), "s", "not-identical"),
    Altered("lemma_C_4", 1, "KKT", ("right",), "v", "not-identical"),
    Altered("lemma_C_5", 0, "$m=3$: equality", ("right",), "26*z^3", "not-identical"),
    Altered("lemma_C_5", 0, "$m=2$: $", ("expression",), "(z+z+d2)^2-5*z*(z+d2)", "not-positive"),
    # Lemma C.6
    Altered(
        "lemma_C_6",
        0,
        r"$\tilde\theta$ is a local",
        ("tree", "multipliers", 2),
        "2",
        "lifting-outside-ball",
    ),
    Altered("lemma_C_6", 0, FLOW, ("start", "bounds", 0), "5/2", "bound-above-margin"),
    Altered("lemma_C_6", 0, FLOW, ("start", "bounds"), ["9/4", "9/4", "0"], "initial-loss"),
    Altered("lemma_C_6", 0, FLOW, ("limit", 1, "value"), "2", "limit-point"),
    Altered("lemma_C_6", 0, KKT, ("multipliers", 0), "1", "stationarity"),
    Altered("lemma_C_6", 0, r"$\theta'$ is feasible", ("better", 2), "-3", "norm-not-smaller"),
]


@pytest.mark.parametrize(
    "altered", ALTERED, ids=[f"{a.module}-{a.code}-{n}" for n, a in enumerate(ALTERED)]
)
def test_an_altered_number_is_rejected(altered: Altered) -> None:
    check_altered("vardi2022", altered)


@pytest.mark.parametrize(
    ("module", "i", "j", "value", "code"),
    [
        ("theorem_3_2", 0, 1, "1/2", "velocity"),  # x_1 = (1, 1/2)
        ("theorem_4_1", 0, 1, "1", "margin-below-one-along"),  # x = (1, 1)
        ("theorem_4_2_2", 1, 0, "2", "other-value"),  # x_2 = (2, 0)
        ("theorem_4_4", 0, 0, "1", "velocity"),  # x = (1, 1/sqrt 2, -4, 1/sqrt 2)
        ("theorem_5_1", 0, 1, "2", "other-value"),  # x = (1, 2)
        ("lemma_C_6", 0, 1, "1/2", "other-value"),  # x_1 = (1, 1/2)
    ],
)
def test_an_altered_datum_is_rejected(module: str, i: int, j: int, value: str, code: str) -> None:
    def change(parts: Parts) -> None:
        assert parts[0]["problem"]["data"]["inputs"][i][j] != value
        parts[0]["problem"]["data"]["inputs"][i][j] = value

    found = outcome("vardi2022", module, change)
    assert (found.status, found.code) == ("rejected", code), found.line()


@pytest.mark.parametrize("step", range(5))
def test_no_flow_without_its_assumption(step: int) -> None:
    def change(parts: Parts) -> None:
        flows = [s for part in parts for s in part["steps"] if "assumes" in s]
        del flows[step]["assumes"]

    found = outcome("vardi2022", "theorem_5_1", change)
    assert (found.status, found.code) == ("rejected", "assumption-missing")


def test_every_module_is_altered() -> None:
    folder = Path(theorems.vardi2022.__file__).parent
    modules = {path.stem for path in folder.glob("*.py") if not path.stem.startswith("_")}
    assert {altered.module for altered in ALTERED} == modules
