"""Lets torchvision's CUDA build import beside a CPU build of torch.

Package indexes other than PyTorch's own carry only the CUDA build. Beside CPU torch its C library does not load, and
`import torchvision` ends in "operator torchvision::nms does not exist": it describes operators that the library would
have declared. Declaring them is enough for image processing; calling one still fails, as it should.

`fix_qwen_dependencies.sh` copies this file into site-packages, where a `.pth` file imports it in every Python process,
for vLLM starts several. So nothing but `sys` is imported until torchvision is.
"""

import sys

OPERATORS = ("nms", "qnms")
SIGNATURE = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"

_declared: list[object] = []  # a torch Library's operators vanish with it


class BeforeTorchvision:
    """Finds nothing; it is asked once, right before torchvision is imported for the first time."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        if name == "torchvision":
            sys.meta_path.remove(self)
            declare_operators()


def declare_operators() -> None:
    """Declares what torchvision's C library would have, unless that library loads."""
    import torch

    try:
        torch.ops.load_library(library_path())
    except (ImportError, OSError):
        library = torch.library.Library("torchvision", "FRAGMENT")
        for operator in OPERATORS:
            library.define(operator + SIGNATURE)
        _declared.append(library)


def library_path() -> str:
    """Where torchvision's C library lies, found without importing torchvision."""
    from importlib.machinery import EXTENSION_SUFFIXES, ExtensionFileLoader, FileFinder
    from importlib.util import find_spec

    package = find_spec("torchvision")
    for folder in (package and package.submodule_search_locations) or ():
        library = FileFinder(folder, (ExtensionFileLoader, EXTENSION_SUFFIXES)).find_spec("_C")
        if library and library.origin:
            return library.origin
    raise ImportError("torchvision has no C library")


sys.meta_path.insert(0, BeforeTorchvision())
