"""Misuse is said at the call, in one sentence with the place, the value and what is expected."""

import subprocess
import sys

import pytest
from hypothesis import strategies as st

from exactmargin.errors import FloatRefusedError, InvalidInputError
from exactmargin.networks import fully_connected
from exactmargin.strategies import (
    architectures,
    corrupted_certificates,
    datasets,
    deep_kkt_points,
    hinge_points,
    kkt_points,
    parameters,
    problems,
    rationals,
)

NETWORK = fully_connected([2, 1, 1])
SIZE = "is not a size; expected an integer from"
KINDS = "'dense', 'sparse', 'diagonal', 'shared', 'convolutional'"

MISUSES = {
    "no number": (
        lambda: rationals("1/3", "2/5", max_denominator=2),
        "there is no number from '1/3' to '2/5' with a denominator up to 2; widen the interval or "
        "raise max_denominator",
    ),
    "no nonzero number": (
        lambda: rationals(0, 0, nonzero=True),
        "there is no nonzero number from 0 to 0 with a denominator up to 4; widen the interval or "
        "raise max_denominator",
    ),
    "a bound that is no number": (
        lambda: rationals("one"),
        "min_value: 'one' is not a rational number; write "
        '"3", "-1/4" or "0.25", without spaces or exponents',
    ),
    "a size": (
        lambda: datasets(0),
        f"dimension: 0 {SIZE} 1, or a pair (least, most) of them",
    ),
    "a pair the wrong way round": (
        lambda: datasets(size=(3, 2)),
        f"size: (3, 2) {SIZE} 1, or a pair (least, most) of them",
    ),
    "a bool": (lambda: datasets(separable=1), "separable: 1 is not True, False or None"),
    "a position": (
        lambda: datasets(position="generic"),
        "position: 'generic' is unknown; expected one of 'any', 'general', 'special'",
    ),
    "separable classes": (
        lambda: datasets(classes=3, separable=True),
        "separable: True with 3 classes; only labels 1 and -1 are drawn separable or not, so leave "
        "one of the two out",
    ),
    "too few inputs": (
        lambda: datasets(2, 2, separable=False, position="general"),
        "size: at most 2 inputs; an inseparable sample of dimension 2 in general position has at "
        "least 3",
    ),
    "one special input": (
        lambda: datasets(2, 1, separable=True, position="special"),
        "size: at most 1 inputs; a separable sample of dimension 2 in special position has at "
        "least 2",
    ),
    "numbers that are no strategy": (
        lambda: datasets(numbers=[1, 2]),
        "numbers: [1, 2] is not a Hypothesis strategy; wrap a single value in "
        "hypothesis.strategies.just",
    ),
    "a kind": (
        lambda: architectures(kinds=["round"]),
        f"kinds[0]: 'round' is unknown; expected one of {KINDS}",
    ),
    "one kind without brackets": (
        lambda: architectures(kinds="dense"),
        f"kinds: 'dense' is not a sequence; expected one or more of {KINDS}",
    ),
    "a deep convolution": (
        lambda: architectures(kinds=["convolutional"], depth=3),
        "kinds: no architecture of the kind convolutional has dimension (1, 3), depth 3 and width "
        "(1, 3); convolutional networks have depth 2, and a weight is shared in a layer with two "
        "weights or more",
    ),
    "slopes": (
        lambda: architectures(slopes=[]),
        "slopes: [] is not a sequence; expected one or more slopes from 0 to 1",
    ),
    "a steep slope": (
        lambda: architectures(slopes=[0, 2]),
        "slopes[1]: 2 is not in [0, 1]; 0 is ReLU, 1 is linear",
    ),
    "no network": (
        lambda: parameters([2, 1, 1]),
        "network: [2, 1, 1] is not an Architecture; fully_connected([2, 3, 1]) makes one",
    ),
    "kinks without a hidden unit": (
        lambda: parameters(fully_connected([2, 1]), "kinks", inputs=[[1, 1]]),
        "kind: 'kinks' needs a hidden unit, but the network has depth 1",
    ),
    "kinks without inputs": (
        lambda: parameters(NETWORK, "kinks"),
        "inputs: None; a kink is a zero pre-activation at an input, so give at least one",
    ),
    "kinks with a short input": (
        lambda: parameters(NETWORK, "kinks", inputs=[[1, 2], [1]]),
        "inputs[1]: has length 1; the network has input dimension 2",
    ),
    "a depth without hidden units": (
        lambda: kkt_points(depth=1),
        f"depth: 1 {SIZE} 2, or a pair (least, most) of them",
    ),
    "no neurons": (
        lambda: kkt_points(moving=0),
        f"moving: 0 {SIZE} 1, or a pair (least, most) of them",
    ),
    "a flag": (lambda: kkt_points(kinks="no"), "kinks: 'no' is not True or False"),
    "a hinge point": (
        lambda: hinge_points("flat"),
        "kind: 'flat' is unknown; expected one of 'any', 'kinks', 'margins', 'constant', "
        "'zero neurons', 'off', 'optimal'",
    ),
    "equal weights of several classes": (
        lambda: hinge_points(balanced=True, classes=3),
        "balanced: needs labels 1 and -1; leave `classes` out",
    ),
    "a kind of two classes": (
        lambda: hinge_points("margins", classes=3),
        "kind: 'margins' is unknown; expected one of 'any', 'kinks', 'zero neurons', 'off', "
        "'optimal'",
    ),
    "a deep network": (
        lambda: deep_kkt_points(["deep"]),
        "kinds[0]: 'deep' is unknown; expected one of 'dense', 'sparse', 'diagonal', 'shared', "
        "'convolutional'",
    ),
    "an objective": (
        lambda: problems(["margin"]),
        "objectives[0]: 'margin' is unknown; expected one of 'max-margin', 'layer-max-margin', "
        "'hinge'",
    ),
    "points": (
        lambda: problems(points="flat"),
        "points: 'flat' is unknown; expected one of 'any', 'generic', 'kinks', 'zero neurons', "
        "'balanced'",
    ),
    "a network that is no strategy": (
        lambda: problems(networks=st),
        "networks: <module 'hypothesis.strategies' from ",
    ),
    "no certificate": (
        lambda: corrupted_certificates({"format": "x"}),
        "certificate: {'format': 'x'} is not a certificate; expected a Certificate or its JSON "
        'object, with the key "claim"',
    ),
}


@pytest.mark.parametrize(("call", "message"), MISUSES.values(), ids=MISUSES)
def test_misuse(call, message):
    with pytest.raises(InvalidInputError) as caught:
        call()
    text = str(caught.value)
    assert text == message or (message.startswith("networks") and text.startswith(message))


def test_floats_are_refused():
    with pytest.raises(FloatRefusedError, match=r"^max_value: 0.5 is a float"):
        rationals(0, 0.5)


def test_without_hypothesis_there_is_a_clear_error():
    program = (
        "import sys\n"
        "sys.modules['hypothesis'] = None\n"
        "try:\n"
        "    import exactmargin.strategies\n"
        "except ModuleNotFoundError as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == (
        "exactmargin.strategies needs Hypothesis, which is not installed; install it with: "
        'pip install "exactmargin[fuzz]"\n'
    )
