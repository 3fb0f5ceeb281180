"""The command that reads trained networks."""

from argparse import ArgumentParser

from exactmargin.cli import values
from exactmargin.cli.command import Command

__all__ = ["CONVERT"]


def _convert(parser: ArgumentParser) -> None:
    parser.add_argument("model", metavar="MODEL", help="the trained network")
    parser.add_argument("--data", metavar="FILE", help="its sample (default: in the model's .npz)")
    parser.add_argument(
        "-o", dest="output", required=True, metavar="PROBLEM", help="where it goes, - is stdout"
    )
    parser.add_argument(
        "--objective",
        default="max-margin",
        metavar="KIND",
        help="the objective's kind in the problem file (default: %(default)s)",
    )
    parser.add_argument(
        "--layer", type=int, metavar="L", help="the free layer, 1, 2, ..., of layer-max-margin"
    )
    parser.add_argument("--name", metavar="TEXT", help="the problem's name (default: MODEL's)")
    parser.add_argument(
        "--negative-slope",
        metavar="S",
        help="the activation's, where the model does not say it, or the number that it rounds",
    )
    parser.add_argument(
        "--input-shape",
        type=values.shape,
        metavar="C,H,W",
        help="of one example, for convolutions in a file that does not say it",
    )
    parser.add_argument(
        "--untie-biases",
        action="store_true",
        help="give each unit of a convolution its own bias (the same outputs, more parameters)",
    )
    parser.add_argument(
        "--normalised",
        action="store_true",
        help="take a .nnet network, and the sample, in its normalised coordinates",
    )


CONVERT = Command(
    "convert",
    ("exactmargin.cli.convert", "run_convert"),
    "write a trained network and its sample as an exact problem",
    "A model is .npz, .pt, .pth, .onnx (extra 'onnx') or .nnet, a sample .npz or .csv. Every\n"
    "float becomes the rational that it is, without rounding; what is not of the form of a\n"
    "problem is refused by name.",
    "exactmargin convert model.onnx --data sample.npz -o problem.json",
    _convert,
)
