"""Mercato: who leaves which company for which, first and truthfully.

This package is the floor of the house: the words that every room shares (`model`, `errors`, `text`, `urls`,
`settings`) and the front door (`cli`). The floor imports no other room; only `mercato.cli` does.
"""

__version__ = "0.1.0"
