"""docs/coq.md: Coq by hand, on nothing but the exported file and the development."""

import json
import re
import subprocess
from pathlib import Path

from exactmargin.coq import to_coq
from tests.kernel.certificates import SAMPLES

ROOT = Path(__file__).resolve().parents[2]


def test_by_hand(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "coq.md").read_text(encoding="utf-8")
    (command,) = re.findall(r"(?ms)^```sh\n(mkdir by-hand .*?)^```$", page)
    (tmp_path / "kkt.v").write_text(to_coq(json.loads(json.dumps(SAMPLES["kkt"]))))
    (tmp_path / "exactmargin").symlink_to(ROOT / "exactmargin")
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Closed under the global context\n")
    assert (tmp_path / "by-hand" / "kkt.vo").exists()
