"""What a package page shows, made of README.md when a package is built (a metadata hook of hatchling).

`address` in pyproject.toml is the one place where the project's address is set. Set, it gives the page its links, and
the README's pictures and paths become addresses of the released version. Unset, the page has no pictures, and paths are
words: no address is made up.
"""

from __future__ import annotations

import re
from pathlib import Path

from hatchling.metadata.plugin.interface import MetadataHookInterface

PICTURE = re.compile(r"^!\[[^\]]*\]\((?!https?:)([^)]+)\)\n\n?", re.MULTILINE)
LINK = re.compile(r"(?<!!)\[((?:[^\[\]]|\[[^\]]*\])*)\]\((?!https?:|#)([^)\s]+)\)")
ANCHOR = re.compile(r"\[([^\]]*)\]\(#[^)\s]+\)")
PAGES = {"Documentation": "tree/v{version}/docs/manual", "Source": "tree/v{version}", "Issues": "issues",
         "Changelog": "blob/v{version}/CHANGELOG.md"}


def links(address: str, version: str) -> dict[str, str]:
    """The links of the page's margin; none without an address."""
    return {"Homepage": address} | {name: f"{address}/{path.format(version=version)}" for name, path in PAGES.items()
                                    } if address else {}


def page(readme: str, address: str, version: str) -> str:
    """The README as it reads away from its repository."""
    if not address:
        return ANCHOR.sub(r"\1", LINK.sub(r"\1", PICTURE.sub("", readme)))
    pictures = re.sub(r"(!\[[^\]]*\])\((?!https?:)([^)]+)\)", rf"\1({address}/raw/v{version}/\2)", readme)
    return LINK.sub(rf"[\1]({address}/blob/v{version}/\2)", pictures)


class PackagePage(MetadataHookInterface):
    """Fills in `readme` and `urls`, which pyproject.toml calls dynamic."""

    def update(self, metadata: dict) -> None:
        root = Path(self.root)
        address = self.config["address"].rstrip("/")
        version = re.findall(r'^__version__ = "(.+)"$', (root / "rlskit" / "__init__.py").read_text("utf-8"), re.M)[0]
        metadata["urls"] = links(address, version)
        metadata["readme"] = {"content-type": "text/markdown",
                              "text": page((root / "README.md").read_text("utf-8"), address, version)}
