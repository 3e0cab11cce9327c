"""numpy, which only routing by examples needs."""

from typing import TypeAlias

try:
    import numpy as np
    import numpy.typing as npt
except ImportError as missing:
    raise ImportError(f"routing by examples needs {missing.name}: pip install 'segue[router]'") from missing

__all__ = ["Floats", "Hashes", "Ints", "Singles", "np"]

Floats: TypeAlias = npt.NDArray[np.float64]
Singles: TypeAlias = npt.NDArray[np.float32]
Ints: TypeAlias = npt.NDArray[np.int64]
Hashes: TypeAlias = npt.NDArray[np.uint64]
