"""What somebody reads whose flow is wrong."""

import inspect
import re
from collections.abc import Callable
from typing import Any

import pytest

from segue import DefinitionError


def refusal(define: Callable[[], Any]) -> str:
    """The message of the refusal, with "[here]" for every line of the calling test's file."""
    frame = inspect.currentframe()
    assert frame is not None
    assert frame.f_back is not None
    file = frame.f_back.f_code.co_filename
    with pytest.raises(DefinitionError) as caught:
        define()
    return re.sub(rf"\[{re.escape(file)}:\d+\]", "[here]", str(caught.value))
