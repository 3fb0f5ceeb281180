"""What Hypothesis calls when it is imported where exactmargin is installed (its entry point).

``st.from_type(Problem)``, and with it ``@given(problem=...)`` for an annotated argument and
``st.builds``, then draw from `exactmargin.strategies`. Importing Hypothesis must not load the
rooms, so a type is registered when the module that defines it is loaded, and its strategy is
made when it is first asked for.

Three profiles are registered, for ``--hypothesis-profile`` and ``--exactmargin-profile``; see
`PROFILES`.
"""

import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import TYPE_CHECKING, Any, final

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

__all__ = ["PROFILES", "register"]

TYPES = {
    "exactmargin.data.dataset": ("Dataset", "datasets"),
    "exactmargin.networks.architecture": ("Architecture", "architectures"),
    "exactmargin.problems.problem": ("Problem", "problems"),
}
"""The modules that define the types, each with its type and the strategy for it."""

PROFILES: dict[str, dict[str, Any]] = {
    "exactmargin": {},
    "exactmargin-ci": {"derandomize": True},
    "exactmargin-thorough": {"max_examples": 10_000, "derandomize": False},  # in CI, too
}
"""Hypothesis profiles, with what they change. None has a deadline: exact arithmetic takes as long
as its numbers are, so a deadline would only measure the machine."""


def register() -> None:
    """Register the profiles, and the strategies of all types: now where they are loaded, else once
    they are."""
    from hypothesis import settings

    for profile, changes in PROFILES.items():
        settings.register_profile(profile, deadline=None, **changes)
    for name in TYPES:
        if name in sys.modules:
            _register(sys.modules[name])
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


def _register(module: ModuleType) -> None:
    from hypothesis import strategies as st

    kind, strategy = TYPES[module.__name__]

    def resolve(_: type) -> "SearchStrategy[Any]":
        from exactmargin import strategies

        made: SearchStrategy[Any] = getattr(strategies, strategy)()
        return made

    st.register_type_strategy(getattr(module, kind), resolve)


@final
class _Finder(MetaPathFinder):
    """Finds the modules of `TYPES` as Python does, and has them registered once they are loaded."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The usual specification, with a loader that registers."""
        spec = PathFinder.find_spec(fullname, path, target) if fullname in TYPES else None
        if spec is not None and spec.loader is not None:
            spec.loader = _RegisteringLoader(spec.loader)
        return spec


@final
class _RegisteringLoader(Loader):
    """Loads as another loader does, gives the module back to that one, and registers its type."""

    def __init__(self, usual: Loader) -> None:
        self._usual = usual

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """As the usual loader does."""
        return self._usual.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        """As the usual loader does, then register."""
        module.__loader__ = self._usual
        if module.__spec__ is not None:
            module.__spec__.loader = self._usual
        self._usual.exec_module(module)
        _register(module)
