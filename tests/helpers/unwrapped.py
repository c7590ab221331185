"""What a command said, as one line: messages are wrapped at 80 columns wherever they go."""

from __future__ import annotations


def unwrapped(text: str) -> str:
    return " ".join(text.split())
