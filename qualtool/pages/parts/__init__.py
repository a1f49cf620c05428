"""Pieces of pages that are longer than a page file may be."""
