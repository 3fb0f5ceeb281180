"""Certificates with one value altered: what a checker must refuse, unless the claim still holds."""

import copy
import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from hypothesis import strategies as st

from exactmargin.decisions import Certificate
from exactmargin.errors import InvalidInputError
from exactmargin.exact.scalars import shown
from exactmargin.strategies.corruptions import alterations, put

__all__ = ["Corruption", "corrupted_certificates"]


class Corruption(NamedTuple):
    """An altered certificate as a JSON object, and what was altered: ``"evidence.x.0: up"``."""

    what: str
    certificate: Any


def corrupted_certificates(
    certificate: Certificate | Mapping[str, Any],
) -> st.SearchStrategy[Corruption]:
    """Copies of a certificate, or of its JSON object, with one value altered.

    A number is one step larger or smaller, negated or doubled; a list is shorter, longer or out
    of order; a key is missing or one too many; a claim is another; a value is of another type.
    An altered certificate may still be right: a larger ε proves the same.  The kernel may
    accept it only then.

    >>> corrupted_certificates(decide_kkt(problem).certificate).example().what  # doctest: +SKIP
    'evidence.multipliers.0: up'

    Examples shrink towards the first value in the order of the keys.  Raises `InvalidInputError`.
    """
    found: object = certificate.to_json() if isinstance(certificate, Certificate) else certificate
    if not isinstance(found, Mapping) or "claim" not in found:
        raise InvalidInputError(
            f"{shown(certificate)} is not a certificate; expected a Certificate or its JSON "
            'object, with the key "claim"',
            place="certificate",
        )
    plain = json.loads(json.dumps(found))  # the text that a checker reads has lists only
    ways = list(alterations(plain))
    return st.sampled_from(ways).map(
        lambda way: Corruption(way[0], copy.deepcopy(put(plain, way[1], way[2])))
    )
