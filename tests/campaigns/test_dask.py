"""A campaign on a real Dask cluster of two processes, one of which is killed in the middle."""

import os
import signal
from pathlib import Path

import pytest
from distributed import Client, LocalCluster

from exactmargin.campaigns import Report, campaign, running
from exactmargin.conjectures import survey
from tests.campaigns.test_campaigns import evidence, recorded
from tests.campaigns.toys import SLOW

EXAMPLES = 240


@pytest.mark.filterwarnings("default")  # the cluster's own, about the process that is killed
def test_a_worker_is_killed_in_the_middle(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(running, "BLOCK", 8)
    monkeypatch.setenv("TOYS_LOG", str(tmp_path / "log"))
    monkeypatch.setenv("TOYS_SLEEP", "0.005")
    killed: list[int] = []

    def kill_one(report: Report) -> None:
        if not killed and report.instances >= EXAMPLES // 4:
            killed.append(int((tmp_path / "log").read_text().split()[-1]))
            os.kill(killed[0], signal.SIGKILL)

    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        client.wait_for_workers(2, timeout=60)
        before = set(client.run(os.getpid).values())
        report = campaign(
            SLOW,
            examples=EXAMPLES,
            folder=tmp_path / "campaign",
            executor=client.get_executor(),
            progress=kill_one,
        )
    assert set(killed) <= before
    assert len(killed) == 1
    monkeypatch.delenv("TOYS_SLEEP")
    workers = set(map(int, (tmp_path / "log").read_text().split()))
    assert len(workers & before) == 2, "both processes have worked"
    assert evidence(report) == {"slow": survey(SLOW, 0, 0, EXAMPLES).to_json()}
    numbers = [n for _, start, stop in recorded(tmp_path / "campaign") for n in range(start, stop)]
    assert sorted(numbers) == list(range(EXAMPLES))
