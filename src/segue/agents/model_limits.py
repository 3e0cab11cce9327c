"""ModelLimits: how hard one model may be asked."""

from dataclasses import dataclass, fields

from segue.errors import DefinitionError


@dataclass(frozen=True)
class ModelLimits:
    """How hard one model may be asked, and when it is left alone. Times are seconds.

    `timeout` is for the whole call, waiting included; `patience` is the part of it that may be spent waiting for its
    turn, or because the provider asked to wait. After `failures` in a row that are the provider's fault it is not
    asked for the length of `pause`, then once; as long as that fails too, the pause doubles. No pause is longer than
    `longest_pause`, whatever the provider says.
    """

    timeout: float = 30
    patience: float = 5
    at_once: int = 50
    per_minute: int | None = None
    failures: int = 5
    pause: float = 15
    longest_pause: float = 600

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if value is not None and not value > 0 and field.name != "patience":
                raise DefinitionError(f"ModelLimits({field.name}={value!r}) must be more than 0")
        if not self.patience >= 0:
            raise DefinitionError(f"ModelLimits(patience={self.patience!r}) must not be less than 0")
