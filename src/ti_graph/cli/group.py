"""The command line's group: how a mistake is told, how progress shows, where the dataset comes from."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ti_graph import __version__
from ti_graph.errors import RequestError, TiGraphError
from ti_graph.files import read_bytes

if TYPE_CHECKING:
    from ti_graph.build import Dataset

#: Paths that commands take.
DIRECTORY = click.Path(path_type=Path, file_okay=False)
FILE = click.Path(path_type=Path, dir_okay=False, exists=True)

# What a command needs is imported by the command: worker processes start from this module too.


class _Group(click.Group):
    """Says what went wrong in one sentence and exits with the error's code."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except TiGraphError as error:
            click.echo("\n".join([f"ti-graph: {error}", *getattr(error, "__notes__", ())]), err=True)
            ctx.exit(error.exit_code)
        except BrokenPipeError:  # the reader of stdout has left, as `head` does
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(0)


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """Shows the step under way when stderr is a terminal."""
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda step: None
        return
    with console.status("reading") as status:
        yield lambda step: status.update(step)


@contextmanager
def counting() -> Iterator[Callable[[str, int, int], None]]:
    """Shows the step under way, and how many of how many are done, when stderr is a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"))
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as shown:
        task = shown.add_task("", total=None)
        yield lambda step, done, of: shown.update(task, description=step, completed=done, total=of)


def built() -> Dataset:
    """The built-in dataset, built first where needed."""
    from ti_graph.build import dataset

    with progress() as tell:
        return dataset(tell)


@click.group(cls=_Group)
@click.version_option(__version__)
def main() -> None:
    """The announcement of the Territoires d'industrie as a checked, sourced knowledge graph."""


def content_of(name: str) -> bytes:
    """What a file holds; standard input where its name is ``-``."""
    return sys.stdin.buffer.read() if name == "-" else read_bytes(Path(name))


def demand_extra(name: str, *modules: str) -> None:
    """Hold a command to the packages that an extra of the installation brings.

    Raises:
        RequestError: one is not there.
    """
    for module in modules:
        if find_spec(module) is None:
            raise RequestError(f"no module {module}: install the extra, pip install 'ti-graph[{name}]'")


def pair(text: str, separator: str = "=") -> tuple[str, str]:
    """The two sides of ``NAME=VALUE``."""
    name, found, value = text.partition(separator)
    if not found:
        raise RequestError(f"{text!r} is not of the form NAME{separator}VALUE")
    return name, value


def text_table(columns: tuple[str, ...] | list[str], rows: list[list[str]]) -> str:
    """Columns under their names, each as wide as its longest value."""
    lines = [list(columns), *([" ".join(cell.split()) for cell in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    lines.insert(1, ["-" * width for width in widths])
    padded = ("  ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)) for line in lines)
    return "\n".join(line.rstrip() for line in padded)
