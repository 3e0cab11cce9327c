"""Data made by others, which some tests need: they are not part of the project, and lie where they lie.

In the folder that SEGUE_TEST_DATA names; where it names none, in `shared/data` beside the checkout.
"""

import os
from pathlib import Path

import pytest

FOLDER = Path(
    os.environ.get("SEGUE_TEST_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data"
).absolute()


def needs(*files: Path) -> pytest.MarkDecorator:
    """Skip tests where these files are missing, and say which."""
    missing = next((file for file in files if not file.is_file()), None)
    return pytest.mark.skipif(
        missing is not None, reason=f"there is no {missing}; SEGUE_TEST_DATA says where data of others lie"
    )
