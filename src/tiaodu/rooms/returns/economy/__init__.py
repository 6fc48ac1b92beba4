"""Months of the economy: checks and closing, the board, the burden of forms, the monthly text."""
