"""The short form of ``scripts/kill_matrix``: ten kills; the long one is run by hand."""

from pathlib import Path

from killmatrix.matrix import killed_at_random
from killmatrix.setting import Setting


async def test_both_ends_keep_everything_once_whoever_is_killed(tmp_path: Path) -> None:
    findings = await killed_at_random(Setting(tmp_path, seed=1), kills=10)
    assert findings.faults == []
    assert findings.counts["readings"] > 0
    assert findings.counts["processes of the site that sealed"] > 1
