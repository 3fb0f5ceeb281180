"""The closed table of cited results that a certificate may rest on, and the claims that need one.

The rules about a problem's point need none. A certificate lists what it rests on, and the kernel
prints it with the statement.
"""

FLOW = "vardi2022/theorem-2.1"

ASSUMPTIONS = {
    FLOW: "Lyu and Li 2019, Ji and Telgarsky 2020 (V Theorem 2.1, threshold corrected): gradient "
    "flow on the exponential or the logistic loss of a homogeneous network, once the loss is "
    "below l(0), has norm tending to infinity and converges in direction to a KKT point",
    "calculus/power-rule": "the derivative of x^p is p x^(p-1)",
    "vardi2022/proof-C.5.2": "of the trajectories of gradient flow from w_i = 2 x_i, v_i = 2 (it "
    "is not unique there) the one on the ray w_i = a x_i, v_i = a is meant; it solves the flow for "
    "every constant value of sigma'(0)",
}

RESTS_ON = {"gradient-flow-limit": FLOW}
