"""Exact, certified decisions about margin maximization and loss landscapes of ReLU networks.

This is the whole public interface.  Nothing behind it is loaded before it is asked for, so that
``import exactmargin``, the command line's ``--help`` and above all ``python -m exactmargin.kernel``
start with the standard library alone.

A name stands in three places, which a test compares: `__all__`, the list for readers; `_HOME`,
which serves the running program; and the imports under ``TYPE_CHECKING``, for type checkers.
"""

from sys import modules

TYPE_CHECKING = False  # type checkers read it as true; importing typing for it costs start-up time
if TYPE_CHECKING:
    from exactmargin.cells import (
        Cells,
        HingeForm,
        MultilinearForm,
        SignatureMap,
        enumerate_cells,
        hinge_form,
        incidence,
        indefinite_directions,
        signature_graph,
    )
    from exactmargin.data import (
        Dataset,
    )
    from exactmargin.decisions import (
        Answer,
        Certificate,
        Suboptimality,
        Verdict,
        analyze,
        certify,
        check_certificate,
        decide_clarke_critical,
        decide_feasible,
        decide_kkt,
        form_certificate,
        indefinite_certificate,
        local_minimum_type,
        suboptimality,
        zero_trace_certificate,
    )
    from exactmargin.errors import (
        ExactMarginError,
        FloatRefusedError,
        InternalError,
        InvalidInputError,
        UnknownVerdictTruthError,
    )
    from exactmargin.exact import (
        Q,
        RealNumberField,
    )
    from exactmargin.formats import (
        Reading,
        Trained,
        convert,
        dataset_from_arrays,
        network_from_arrays,
        network_from_torch,
        problem_from_json,
        problem_to_json,
        read_dataset,
        read_network,
        read_problem,
        write_problem,
    )
    from exactmargin.kernel import (
        Outcome,
    )
    from exactmargin.networks import (
        Architecture,
        Layer,
        Parameters,
        convolutional,
        diagonal,
        disjoint_patches,
        from_pattern,
        fully_connected,
    )
    from exactmargin.numeric import (
        FloatNetwork,
        KKTEnclosure,
        Signatures,
        enclose_kkt,
        enclose_problem,
        signatures,
    )
    from exactmargin.problems import (
        Hinge,
        LayerMaxMargin,
        MaxMargin,
        MulticlassHinge,
        OneVersusAllHinge,
        PenalizedOneVersusAllHinge,
        Problem,
        replicated_problem,
        replicates,
    )

__all__ = [
    "Answer",
    "Architecture",
    "Cells",
    "Certificate",
    "Dataset",
    "ExactMarginError",
    "FloatNetwork",
    "FloatRefusedError",
    "Hinge",
    "HingeForm",
    "InternalError",
    "InvalidInputError",
    "KKTEnclosure",
    "Layer",
    "LayerMaxMargin",
    "MaxMargin",
    "MulticlassHinge",
    "MultilinearForm",
    "OneVersusAllHinge",
    "Outcome",
    "Parameters",
    "PenalizedOneVersusAllHinge",
    "Problem",
    "Q",
    "Reading",
    "RealNumberField",
    "SignatureMap",
    "Signatures",
    "Suboptimality",
    "Trained",
    "UnknownVerdictTruthError",
    "Verdict",
    "__version__",
    "analyze",
    "certify",
    "check_certificate",
    "convert",
    "convolutional",
    "dataset_from_arrays",
    "decide_clarke_critical",
    "decide_feasible",
    "decide_kkt",
    "diagonal",
    "disjoint_patches",
    "enclose_kkt",
    "enclose_problem",
    "enumerate_cells",
    "form_certificate",
    "from_pattern",
    "fully_connected",
    "hinge_form",
    "incidence",
    "indefinite_certificate",
    "indefinite_directions",
    "local_minimum_type",
    "network_from_arrays",
    "network_from_torch",
    "problem_from_json",
    "problem_to_json",
    "read_dataset",
    "read_network",
    "read_problem",
    "replicated_problem",
    "replicates",
    "signature_graph",
    "signatures",
    "suboptimality",
    "write_problem",
    "zero_trace_certificate",
]

__version__ = "0.1.0"

_HOME = {
    "HingeForm": "exactmargin.cells",
    "MultilinearForm": "exactmargin.cells",
    "hinge_form": "exactmargin.cells",
    "indefinite_directions": "exactmargin.cells",
    "Cells": "exactmargin.cells",
    "SignatureMap": "exactmargin.cells",
    "enumerate_cells": "exactmargin.cells",
    "incidence": "exactmargin.cells",
    "signature_graph": "exactmargin.cells",
    "Dataset": "exactmargin.data",
    "Answer": "exactmargin.decisions",
    "Certificate": "exactmargin.decisions",
    "Suboptimality": "exactmargin.decisions",
    "Verdict": "exactmargin.decisions",
    "analyze": "exactmargin.decisions",
    "certify": "exactmargin.decisions",
    "decide_clarke_critical": "exactmargin.decisions",
    "decide_feasible": "exactmargin.decisions",
    "decide_kkt": "exactmargin.decisions",
    "form_certificate": "exactmargin.decisions",
    "indefinite_certificate": "exactmargin.decisions",
    "local_minimum_type": "exactmargin.decisions",
    "suboptimality": "exactmargin.decisions",
    "zero_trace_certificate": "exactmargin.decisions",
    "ExactMarginError": "exactmargin.errors",
    "FloatRefusedError": "exactmargin.errors",
    "InternalError": "exactmargin.errors",
    "InvalidInputError": "exactmargin.errors",
    "UnknownVerdictTruthError": "exactmargin.errors",
    "Q": "exactmargin.exact",
    "RealNumberField": "exactmargin.exact",
    "Reading": "exactmargin.formats",
    "Trained": "exactmargin.formats",
    "convert": "exactmargin.formats",
    "dataset_from_arrays": "exactmargin.formats",
    "network_from_arrays": "exactmargin.formats",
    "network_from_torch": "exactmargin.formats",
    "read_dataset": "exactmargin.formats",
    "read_network": "exactmargin.formats",
    "problem_from_json": "exactmargin.formats",
    "problem_to_json": "exactmargin.formats",
    "read_problem": "exactmargin.formats",
    "write_problem": "exactmargin.formats",
    "Outcome": "exactmargin.kernel",
    "check_certificate": "exactmargin.decisions",
    "Architecture": "exactmargin.networks",
    "Layer": "exactmargin.networks",
    "Parameters": "exactmargin.networks",
    "convolutional": "exactmargin.networks",
    "diagonal": "exactmargin.networks",
    "disjoint_patches": "exactmargin.networks",
    "from_pattern": "exactmargin.networks",
    "fully_connected": "exactmargin.networks",
    "FloatNetwork": "exactmargin.numeric",
    "KKTEnclosure": "exactmargin.numeric",
    "Signatures": "exactmargin.numeric",
    "enclose_kkt": "exactmargin.numeric",
    "enclose_problem": "exactmargin.numeric",
    "signatures": "exactmargin.numeric",
    "Hinge": "exactmargin.problems",
    "LayerMaxMargin": "exactmargin.problems",
    "MaxMargin": "exactmargin.problems",
    "MulticlassHinge": "exactmargin.problems",
    "OneVersusAllHinge": "exactmargin.problems",
    "PenalizedOneVersusAllHinge": "exactmargin.problems",
    "Problem": "exactmargin.problems",
    "replicated_problem": "exactmargin.problems",
    "replicates": "exactmargin.problems",
}
"""Each public name and the room it comes from."""


if not TYPE_CHECKING:  # else every misspelt name would have a type

    def __getattr__(name: str) -> object:
        """Load a public name from its room on first use (PEP 562)."""
        home = _HOME.get(name)
        if home is None:
            raise AttributeError(
                f"module 'exactmargin' has no attribute {name!r}", name=name, obj=modules[__name__]
            )  # with these two Python says which name may be meant
        from importlib import import_module

        value = getattr(import_module(home), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    """The public names, loaded or not."""
    return sorted(__all__)
