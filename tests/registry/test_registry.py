"""Ledgers and packs: what is refused, with its reason; what a pack of a third party needs."""

import sys
import textwrap

import pytest

from exactmargin.errors import InternalError, InvalidInputError
from exactmargin.registry import Pack, load_packs, prove, select

PAPER = '[paper]\nkey = "demo2030"\ntitle = "Demo"\nauthors = ["A"]\nyear = 2030\n'
ENTRY = {
    "id": "demo2030/theorem-1",
    "number": "Theorem 1",
    "kind": "theorem",
    "title": "A square",
    "statement": "$(x+1)^2 = x^2+2x+1$",
    "place": "Section 1",
    "status": "verified",
    "coverage": "identity",
}
MODULE = """
from exactmargin.registry import Part, Step

def prove():
    square = {"symbols": ["x"], "left": "(x+1)^2", "right": RIGHT}
    return [Part("the identity", None, [Step("expand", "identity", square)], ["expand"])]
"""


@pytest.fixture
def make_pack(tmp_path, monkeypatch):
    """A function that writes a pack with one entry and reads it."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def make(entry=ENTRY, right="x^2+2*x+1", extra=""):
        name = f"demo_{len(list(tmp_path.iterdir()))}"
        folder = tmp_path / name
        folder.mkdir()
        (folder / "__init__.py").write_text("")
        (folder / "theorem_1.py").write_text(textwrap.dedent(MODULE).replace("RIGHT", repr(right)))
        lines = "".join(f"{key} = {value!r}\n" for key, value in entry.items())
        (folder / "paper.toml").write_text(f"{PAPER}[[result]]\n{lines}{extra}")
        return Pack.read("demo2030", name)

    yield make
    for name in [name for name in sys.modules if name.startswith("demo_")]:
        del sys.modules[name]


def test_a_pack_of_a_third_party_is_proved(make_pack):
    pack = make_pack()
    (result,) = pack.results
    assert result.module == "theorem_1"
    certificate = prove(pack, result)
    assert certificate.outcome().statement == "demo2030/theorem-1: 1 identity; 1 parts"


def test_a_false_theorem_fails_with_the_kernels_reason(make_pack):
    pack = make_pack(right="x^2+2*x+2")
    with pytest.raises(InternalError, match=r"REJECTED not-identical at .*expand"):
        prove(pack, pack.results[0])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"id": "other/theorem-1"}, "the id must begin with demo2030/"),
        ({"status": "proved"}, "status 'proved'; one of"),
        ({"coverage": "all"}, "verified, so coverage is one of"),
        ({"status": "not yet"}, "status 'not yet' needs a reason"),
        ({"colour": "red"}, "unknown key 'colour'"),
        ({"title": None}, r"\['title'\] missing"),
    ],
)
def test_bad_ledgers(make_pack, change, message):
    entry = {key: value for key, value in {**ENTRY, **change}.items() if value is not None}
    with pytest.raises(InvalidInputError, match=message):
        make_pack(entry)


def test_a_double_id_and_broken_toml_are_refused(make_pack):
    lines = "".join(f"{key} = {value!r}\n" for key, value in ENTRY.items())
    with pytest.raises(InvalidInputError, match="an id stands twice"):
        make_pack(extra=f"[[result]]\n{lines}")
    with pytest.raises(InvalidInputError, match="the ledger cannot be read"):
        make_pack(extra="[[[")
    with pytest.raises(InvalidInputError, match="the ledger cannot be read"):
        Pack.read("demo2030", "no_such_package_at_all")


def test_results_without_a_check_are_not_proved(make_pack):
    entry = {k: v for k, v in ENTRY.items() if k != "coverage"}
    pack = make_pack({**entry, "status": "cited", "reason": "of Du et al."})
    with pytest.raises(InvalidInputError, match="has no check"):
        prove(pack, pack.results[0])


def test_selection_by_prefix():
    packs = load_packs()
    every = [result.id for _, result in select(packs, [])]
    of_one = [id for id in every if id.startswith("vardi2022/")]
    assert len(every) > len(of_one) > 0
    assert [result.id for _, result in select(packs, ["vardi2022"])] == of_one
    split = [result.id for _, result in select(packs, ["vardi2022/theorem-4.2"])]
    assert split == ["vardi2022/theorem-4.2.1", "vardi2022/theorem-4.2.2"]
    with pytest.raises(InvalidInputError, match="no result is called 'vardi2022/theorem-9'"):
        select(packs, ["vardi2022/theorem-9"])
