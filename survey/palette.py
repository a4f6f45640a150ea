"""The five levels' colours: one diverging palette, safe for the colour-blind, on page, PDF and spreadsheet alike."""

from typing import Final

# Teal against rust differ in lightness too, so that they stay apart in grey print and without red or green.
LEVELS: Final = {5: "#14596a", 4: "#5aa3b2", 3: "#b9b4a9", 2: "#d98b55", 1: "#a63a18"}
INK: Final = "#16202c"
QUIET: Final = "#47535f"
LINE: Final = "#d5dbe0"


def contrast_with_white(colour: str) -> float:
    """The contrast of a colour such as ``#0b5563`` with white, from 1 to 21, as WCAG 2.2 defines it."""
    red, green, blue = (_linear(int(colour[place : place + 2], 16) / 255) for place in (1, 3, 5))
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
