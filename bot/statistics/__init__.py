"""Pure formulas, and the rules that hide small counts."""
