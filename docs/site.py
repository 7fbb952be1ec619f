"""A hook of MkDocs: what documents link to outside of ``docs/`` is in the site too, under ``repository/``."""

from __future__ import annotations

import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[1]
_LINK = re.compile(r"\]\((?P<target>[^)#:\s]+)(?P<part>#[^)]*)?\)")


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add every file that a document links to, and those that they link to."""
    waiting = [Path(config.docs_dir) / file.src_uri for file in files.documentation_pages()]
    waiting += [
        ROOT / name for name in ("ontology/README.md", "data/README.md", "CHANGELOG.md", "CONTRIBUTING.md")
    ]
    added: set[Path] = set()
    while waiting:
        document = waiting.pop()
        for target in [document, *_targets(document)]:
            if target not in added and _is_outside(target, config):
                added.add(target)
                uri = f"repository/{target.relative_to(ROOT)}"
                files.append(File.generated(config, uri, content=target.read_bytes()))
                waiting += [target] if target.suffix == ".md" else []
    return files


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Lead links where the files are in the site."""
    uri = page.file.src_uri
    source = ROOT / (uri.removeprefix("repository/") if uri.startswith("repository/") else f"docs/{uri}")

    def led(link: re.Match[str]) -> str:
        target = (source.parent / link["target"]).resolve()
        inside = target.is_relative_to(config.docs_dir)
        where = (
            target.relative_to(config.docs_dir if inside else ROOT) if target.is_relative_to(ROOT) else target
        )
        up = "../" * uri.count("/")
        return f"]({up}{'' if inside else 'repository/'}{where}{link['part'] or ''})"

    return _LINK.sub(led, markdown)


def _targets(document: Path) -> list[Path]:
    text = document.read_text(encoding="utf-8")
    found = [(document.parent / link["target"]).resolve() for link in _LINK.finditer(text)]
    return [target for target in found if target.is_file()]


def _is_outside(path: Path, config: MkDocsConfig) -> bool:
    return path.is_relative_to(ROOT) and not path.is_relative_to(config.docs_dir)
