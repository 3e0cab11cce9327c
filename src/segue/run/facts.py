"""Facts on disk: every fact carries the stable name and version of its type.

On disk a fact is `{"t": name, "v": version, "d": data}` and a list of facts `{"l": [fact, ...]}`. Data is
what pydantic makes of the class (a dataclass, a model, or any class pydantic knows). The type is never
guessed from the fields.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from functools import cached_property
from operator import attrgetter
from typing import Any, Final, get_origin, get_type_hints

import orjson
import pydantic  # and not its names: it loads each of them when it is asked for, here when a desk is made

from segue.errors import DefinitionError, FactUnreadable
from segue.flow.kinds import Case, Many, spell, spell_case, stable_name
from segue.run.masking import mask_json
from segue.run.stillness import is_frozen, is_still

_ABSENT: Final = object()


class Held:
    """A fact in a conversation: its case, its value, and how it is written down.

    What a step gave is written when it is recorded; what was read from a journal is decoded only when
    somebody reads it.
    """

    __slots__ = ("_book", "_case", "data", "digest", "value")

    data: bytes
    """As it stands in the journal."""
    value: Any
    digest: str
    """Equal facts have equal digests; 16 hexadecimal digits."""

    def __init__(
        self, case: Case | None, book: "FactBook", *, data: bytes | None = None, value: Any = _ABSENT
    ) -> None:
        self._case = case
        self._book = book
        if data is not None:
            self.data = data
        if value is not _ABSENT:
            self.value = value

    def __getattr__(self, name: str) -> Any:
        """What is not there yet is made when it is asked for, and stays."""
        if name == "value":
            self.value = self._book.decode(self.data)
        elif name == "data":
            self.data = self._book.encode(self.value)
        elif name == "digest":
            self.digest = hashlib.blake2b(self.data, digest_size=8).hexdigest()
        else:
            raise AttributeError(f"a fact has no {name}")
        return getattr(self, name)

    def __repr__(self) -> str:
        return f"<fact {self.data.decode()}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Held) and self.data == other.data

    def __hash__(self) -> int:
        return hash(self.data)

    def among(self, cases: Iterable[Case]) -> Case:
        """Which of these cases it is; FactUnreadable when it is none of them."""
        if self._case is None:
            self._case = self._book.case_of(self.data, cases)
        if self._case not in cases:
            raise FactUnreadable(f"{spell_case(self._case)} was recorded where {spell(cases)} is expected")
        return self._case

    @property
    def name(self) -> str:
        """The stable name of its class; empty for a list."""
        return str(orjson.loads(self.data).get("t", ""))


class _Later(Held):
    """One that is made when somebody reads it, which for most turns nobody does."""

    __slots__ = ("_make",)

    def __init__(self, case: Case, book: "FactBook", make: Callable[[], Any]) -> None:
        super().__init__(case, book)
        self._make = make

    def __getattr__(self, name: str) -> Any:
        if name == "value":
            self.value = self._make()
            return self.value
        return super().__getattr__(name)


class _Codec:
    """How one class is written down."""

    def __init__(self, cls: type) -> None:
        self.cls = cls
        self.name = stable_name(cls)
        self._prefix = b'{"t":%s,"v":%d,"d":' % (orjson.dumps(self.name.name), self.name.version)
        self._to_json = self._adapter.serializer.to_json
        self._types, self._values = _plain_fields(cls)
        self._tuples = [n for n, kind in enumerate(self._types) if kind is tuple]

    @cached_property
    def is_still(self) -> bool:
        return is_still(self.cls)

    @cached_property
    def is_frozen(self) -> bool:
        return is_frozen(self.cls)

    def is_plain(self, value: Any) -> bool:
        """Is each field just what it is declared as, a text or a number, or an empty tuple?"""
        if not self._types:
            return False
        values = self._values(value)
        if tuple(map(type, values)) != self._types:
            return False
        return not self._tuples or not any([values[n] for n in self._tuples])

    @cached_property
    def _adapter(self) -> "pydantic.TypeAdapter[Any]":
        try:
            return pydantic.TypeAdapter(self.cls)
        except (pydantic.PydanticSchemaGenerationError, pydantic.PydanticUserError, NameError) as error:
            reason = str(error).splitlines()[0]
            raise DefinitionError(
                f"{self.cls.__name__} cannot be written down as a fact: {reason} "
                f"Make it a frozen dataclass or a pydantic model."
            ) from error

    def encode(self, value: Any, *, plain: bool = False) -> bytes:
        if plain or self.is_plain(value):  # asking pydantic to find that out takes thrice as long
            return self._prefix + self._to_json(value) + b"}"
        return self._prefix + self._to_json(value, warnings="error") + b"}"

    def decode(self, data: Any, version: int) -> Any:
        if version != self.name.version:
            upgrade = getattr(self.cls, "upgrade", None)
            if upgrade is None:
                raise FactUnreadable(
                    f"a {self.name.name} of version {version} was recorded, today's is "
                    f"{self.name.version}, and {self.cls.__name__} has no upgrade(data, version)"
                )
            try:
                data = upgrade(data, version)
            except Exception as error:
                raise FactUnreadable(
                    f"{self.cls.__name__}.upgrade cannot read version {version} of {self.name.name}: {error!r}"
                ) from error
        try:
            return self._adapter.validate_json(orjson.dumps(data))
        except pydantic.ValidationError as error:
            fields = ", ".join(".".join(map(str, detail["loc"])) or "it" for detail in error.errors())
            raise FactUnreadable(
                f"a recorded {self.name.name} does not fit today's class: {fields}"
            ) from error


class FactBook:
    """The facts that a desk knows, by class and by stable name."""

    def __init__(self, cases: Iterable[Case]) -> None:
        self._by_class: dict[type, _Codec] = {}
        self._by_name: dict[str, _Codec] = {}
        for case in cases:
            for cls in case.items if isinstance(case, Many) else (case,):
                self.add(cls)

    def add(self, cls: type) -> None:
        """Know this class too; DefinitionError when it cannot be written or its name is taken."""
        if cls in self._by_class:
            return
        codec = _Codec(cls)
        for name in (codec.name.name, *codec.name.was):
            other = self._by_name.setdefault(name, codec)
            if other is not codec:
                raise DefinitionError(
                    f"two facts are called {name!r} on disk, {_full(other.cls)} and {_full(cls)}; "
                    f"give one of them a name of its own with @fact(name=...)"
                )
        self._by_class[cls] = codec

    def hold(self, value: Any, cases: Iterable[Case]) -> Held:
        """Check that a value is one of these cases and write it down, card numbers masked; TypeError if it is not.

        What is read from it is what was written, so that a live run sees what a replay will see: where the value
        may change afterwards, or had a card number in it, it is read back at once.
        """
        cls = type(value)
        if cls is list:
            return self._hold_list(value, cases)
        if cls not in cases:  # a subclass would lose on disk what it has more than its base
            raise TypeError(f"it gave {_show(value)}, but says that it gives {spell(cases)}")
        codec = self._by_class[cls]
        plain = codec.is_plain(value)
        data = codec.encode(value, plain=plain)
        masked = mask_json(data)
        if masked is not data or not (codec.is_frozen if plain else codec.is_still):
            value = self._read_back(masked)
        return Held(cls, self, data=masked, value=value)

    def given(self, value: Any) -> Held:
        """A fact of ours that is written down only if somebody asks for it."""
        return Held(type(value), self, value=value)

    def later(self, cls: type, make: Callable[[], Any]) -> Held:
        """The same of one that is made only if somebody reads it; `make` must always give an equal one."""
        return _Later(cls, self, make)

    def encode(self, value: Any) -> bytes:
        """How a value of known classes is written down."""
        if type(value) is list:
            return b'{"l":[' + b",".join(map(self.encode, value)) + b"]}"
        return self._by_class[type(value)].encode(value)

    def _hold_list(self, values: list[Any], cases: Iterable[Case]) -> Held:
        many = next((case for case in cases if isinstance(case, Many)), None)
        if many is None:
            raise TypeError(f"it gave a list, but says that it gives {spell(cases)}")
        parts = [self.hold(value, many.items) for value in values]
        data = b'{"l":[' + b",".join([part.data for part in parts]) + b"]}"
        return Held(many, self, data=data, value=[part.value for part in parts])

    def written(self, data: bytes) -> Held:
        """A fact as it stands in an event; its class is looked up, and it is decoded, when asked for."""
        return Held(None, self, data=data)

    def gather(self, many: Many, parts: Iterable[Held]) -> Held:
        """A list of facts, written down only if somebody asks for it."""
        return Held(many, self, value=[part.value for part in parts])

    def items(self, listed: Held) -> list[Held]:
        """The facts of a list."""
        return [self.given(value) for value in listed.value]

    def case_of(self, data: bytes, cases: Iterable[Case]) -> Case:
        """Which of these cases a written fact is; FactUnreadable when this desk does not know it."""
        written = orjson.loads(data)
        if "l" not in written:
            return self._codec(written).cls
        for case in cases:
            if isinstance(case, Many):
                return case
        raise FactUnreadable(f"a list was recorded where {spell(cases)} is expected")

    def class_of(self, written: Mapping[str, Any]) -> type | None:
        """The class of a fact as it was loaded from JSON; None when this desk does not know it."""
        return self.named(written.get("t", ""))

    def name_of(self, cls: type) -> str:
        """What a class is called on disk."""
        return self._by_class[cls].name.name

    def named(self, name: str) -> type | None:
        """The class that is or was called so on disk."""
        codec = self._by_name.get(name)
        return codec.cls if codec else None

    def decode(self, data: bytes) -> Any:
        """The value of a written fact; FactUnreadable when it does not fit today's class."""
        written = orjson.loads(data)
        if "l" in written:
            return [self._codec(item).decode(item["d"], item["v"]) for item in written["l"]]
        return self._codec(written).decode(written["d"], written["v"])

    def schema(self, cls: type) -> dict[str, Any]:
        """The JSON schema of a class, for forms."""
        return self._by_class[cls]._adapter.json_schema()

    def from_form(self, cls: type, data: Any) -> Held:
        """A fact from what somebody filled in; pydantic's ValidationError says what is wrong."""
        codec = self._by_class[cls]
        value = codec._adapter.validate_python(data)
        written = codec.encode(value)
        masked = mask_json(written)
        if (
            masked is not written
        ):  # a field in which a masked number cannot stand is told to whoever filled it in
            value = codec._adapter.validate_json(orjson.dumps(orjson.loads(masked)["d"]))
        return Held(cls, self, data=masked, value=value)

    def _read_back(self, data: bytes) -> Any:
        try:
            return self.decode(data)
        except (FactUnreadable, orjson.JSONEncodeError) as error:
            raise TypeError(f"what it gave cannot be read again, card numbers masked: {error}") from error

    def _codec(self, written: Mapping[str, Any]) -> _Codec:
        codec = self._by_name.get(written.get("t", ""))
        if codec is None:
            raise FactUnreadable(
                f"a fact called {written.get('t')!r} was recorded, and no fact of this desk "
                "is or was called so"
            )
        return codec


def _plain_fields(cls: type) -> tuple[tuple[type, ...], Callable[[Any], tuple[Any, ...]]]:
    """The types of a dataclass's fields, where all are as plain as str or tuples, and how to read them at once."""
    if not is_dataclass(cls):
        return (), tuple
    try:
        hints = get_type_hints(cls, include_extras=True)
    except NameError:  # pydantic looks in more places
        return (), tuple
    names = [field.name for field in fields(cls)]
    types = tuple(hints[name] for name in names)
    types = tuple(tuple if get_origin(kind) is tuple else kind for kind in types)
    if not types or not all(kind in (str, int, float, bool, tuple) for kind in types):
        return (), tuple
    if len(names) == 1:  # for one name, attrgetter gives no tuple
        return types, lambda value: (getattr(value, names[0]),)
    return types, attrgetter(*names)


def _full(cls: type) -> str:
    return f"{cls.__module__}.{cls.__qualname__}"


def _show(value: Any) -> str:
    return "None" if value is None else f"a {type(value).__name__}"
