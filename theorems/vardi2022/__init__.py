"""Vardi, Shamir, Srebro, *On Margin Maximization in Linear and ReLU Networks* (V), checked.

``paper.toml`` lists every numbered result with its status; ``theorem_3_2.py`` and its like each
prove one, in the paper's order. The modules only state: the kernel of `exactmargin` decides.
"""
