"""The files for those who host a relay: they name what there is."""

import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from client.catalogue import Catalogue
from client.cli import _parser

DEPLOY = Path(__file__).parents[2] / "scripts" / "deploy"
UNIT = DEPLOY / "chevet-relay.service"


def understood(words: Sequence[str]) -> Any:
    """What the command makes of these words; the test fails if it refuses them."""
    return _parser(Catalogue("en")).parse_args([word for word in words if word])


def options_in_the_guide() -> list[str]:
    guide = (DEPLOY / "README.md").read_text("utf-8")
    (line,) = re.findall(r"OPTIONS=(.*)", guide)
    return str(line).split()


def test_the_units_command_is_understood() -> None:
    (command,) = re.findall(r"^ExecStart=\S+ (.*)$", UNIT.read_text("utf-8"), re.MULTILINE)
    words = command.replace("$OPTIONS", "").split()
    args = understood([*words, *options_in_the_guide()])
    assert args.log == "json"
    assert args.metrics == "9187"
    assert len(args.turn) == 2


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not here")
def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    unit = tmp_path / UNIT.name
    unit.write_text(UNIT.read_text("utf-8").replace("/opt/chevet/bin/chevet", "/bin/true"))
    done = subprocess.run(  # noqa: S603 -- systemd's own checker
        ["systemd-analyze", "verify", str(unit)],  # noqa: S607 -- wherever it is
        capture_output=True,
        text=True,
        check=False,
    )
    assert UNIT.name not in done.stderr, done.stderr


def test_the_cluster_is_whole() -> None:
    yaml = pytest.importorskip("yaml", reason="PyYAML is not installed")
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    services = compose["services"]
    assert {"nats-1", "nats-2", "nats-3", "relay-1", "relay-2", "caddy"} == set(services)
    for service in services.values():
        assert set(service.get("depends_on", [])) <= set(services)
        for volume in service.get("volumes", []):
            name = volume.partition(":")[0]
            assert name in compose["volumes"] or (DEPLOY / name).is_file()
        assert set(service.get("secrets", [])) <= set(compose["secrets"])
        assert set(service["networks"]) <= set(compose["networks"])
    for name in ("relay-1", "relay-2"):
        words = [re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", word) for word in services[name]["command"]]
        args = understood(words)
        assert args.trusted_proxy == [compose["networks"]["inside"]["ipam"]["config"][0]["subnet"]]


def test_no_secret_is_in_there() -> None:
    for path in DEPLOY.iterdir():
        for line in path.read_text("utf-8").splitlines():
            assert not re.search(r"(secret|password)=(?!REPLACE|/)\S{8,}", line), path.name
