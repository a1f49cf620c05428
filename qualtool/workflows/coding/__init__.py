"""Codes on passages by hand: the panel, the answers grid, find and code."""
