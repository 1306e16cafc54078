"""Names for addresses."""

import re


def slug(title: str, longest: int = 20) -> str:
    """The title in small letters with `-` between its words, cut to `longest` characters."""
    words = re.findall(r"[a-z0-9]+", title.lower())
    return "-".join(words)[:longest].rstrip("-")
