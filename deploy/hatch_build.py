"""What a package carries beyond its sources: the editor of the pages, and the built dataset.

A source distribution has them from the checkout that it was made in, so a wheel made of it needs no Node and
builds nothing.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

CARRIED = "carried"
EDITOR = Path("src/ti_graph/web/static/editor.js")
_CARRY = """
import sys
from pathlib import Path
from ti_graph.build import carry
from ti_graph.errors import TiGraphError
try:
    carry(Path(sys.argv[1]))
except TiGraphError as error:
    sys.exit(str(error))
"""


class CustomBuildHook(BuildHookInterface[Any]):
    """Makes both, where they are not there from the source distribution."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Before a source distribution or a wheel is made; an editable install carries nothing."""
        if version == "editable":
            return
        root = Path(self.root)
        is_unpacked = (root / "PKG-INFO").exists()  # a source distribution
        carried = root / CARRIED if is_unpacked else root / "build" / CARRIED
        if not is_unpacked:
            if not (root / EDITOR).exists():
                self._run("make", "pages")
            if not (root / EDITOR).exists():
                sys.exit("the pages' editor cannot be built: install npm, then try again")
            self._run(sys.executable, "-c", _CARRY, str(carried))
        where = f"ti_graph/_files/{CARRIED}" if self.target_name == "wheel" else CARRIED
        build_data["force_include"][str(carried)] = where

    def _run(self, *command: str) -> None:
        there = [str(Path(self.root) / "src"), os.environ.get("PYTHONPATH", "")]  # pip's own is there too
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, there))}
        done = subprocess.run(command, cwd=self.root, env=environment, check=False)
        if done.returncode:
            sys.exit(done.returncode)
