"""Theorem packs, one package per paper, found through `exactmargin.registry`'s entry points."""
