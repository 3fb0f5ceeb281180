"""Corrupted certificates: one value differs, all of them can be drawn, none is accepted wrongly."""

import json

from hypothesis import given, settings

from exactmargin.data import Dataset
from exactmargin.decisions import decide_kkt
from exactmargin.exact import Q
from exactmargin.formats import canonical_json
from exactmargin.kernel import check
from exactmargin.networks import Parameters, fully_connected
from exactmargin.problems import MaxMargin, Problem
from exactmargin.strategies import corrupted_certificates
from exactmargin.strategies.corruptions import corruptions
from tests.rejections import truth


def certificate():
    network = fully_connected([1, 1, 1])
    point = Parameters.over(Q, network, [[1], [1]])
    data = Dataset.over(Q, [[1]], [1])
    return decide_kkt(Problem("least", Q, network, data, MaxMargin(), point)).certificate


CERTIFICATE = certificate()
ALL = dict(corruptions(json.loads(CERTIFICATE.text())))


@settings(max_examples=200, derandomize=True)
@given(corrupted_certificates(CERTIFICATE))
def test_a_corrupted_certificate_is_one_of_the_corruptions(found):
    assert ALL[found.what] == found.certificate
    assert canonical_json(found.certificate) != CERTIFICATE.text()  # 1 and True differ
    outcome = check(json.dumps(found.certificate).encode())
    assert not outcome.accepted or truth.true(found.certificate)


def test_the_certificate_itself_is_left_alone():
    before = CERTIFICATE.text()

    @settings(max_examples=20, derandomize=True)
    @given(corrupted_certificates(CERTIFICATE.to_json()))
    def run(found):
        found.certificate["claim"] = "spoiled by the test"

    run()
    assert CERTIFICATE.text() == before
    assert check(before.encode()).accepted


def test_every_part_is_altered():
    seen = set()

    @settings(max_examples=300, derandomize=True)
    @given(corrupted_certificates(CERTIFICATE))
    def run(found):
        seen.add(found.what.split(":")[0].split(".")[0])

    run()
    assert seen == {"assumptions", "claim", "evidence", "format", "problem"}
