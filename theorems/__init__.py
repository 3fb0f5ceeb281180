"""Theorem packs: one package per paper, loaded through the entry points of `exactmargin.registry`."""
