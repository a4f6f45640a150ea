"""The five levels' colours: one diverging palette, safe for the colour-blind, on page, PDF and spreadsheet alike."""

from typing import Final

# Teal against rust differ in lightness too, so that they stay apart in grey print and without red or green.
LEVELS: Final = {5: "#14596a", 4: "#5aa3b2", 3: "#b9b4a9", 2: "#d98b55", 1: "#a63a18"}
INK: Final = "#16202c"
QUIET: Final = "#47535f"
LINE: Final = "#d5dbe0"
