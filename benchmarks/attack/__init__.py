"""`make attack`: what the quality rules (Q2) do to false answers, and to honest ones (docs/trust.md)."""
