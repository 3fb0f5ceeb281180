"""Laurent, von Brecht, *The Multilinear Structure of ReLU Networks* (L), checked.

``paper.toml`` lists every numbered result with its status; ``theorem_1.py`` and its like each prove
one, in the paper's order. The modules only state: the kernel of `exactmargin` decides.
"""
