"""What a tool is asked with: a type of the user's, or one that is made from the tool's input schema."""

import keyword
import re
from collections.abc import Collection, Mapping
from typing import Annotated, Any, Literal, Union

import pydantic
from pydantic import ConfigDict, Field, WithJsonSchema, create_model

from segue.errors import DefinitionError
from segue.flow.kinds import fact, spell_case
from segue.tools.reviewed import Definition

DEEPEST = 12
"""How deep a schema is followed; what lies deeper, or holds itself, may be any JSON."""


class Asks:
    """A class whose fields are (some of) a tool's parameters."""

    def __init__(self, kind: type, tool: Definition, hidden: Collection[str], who: str) -> None:
        self.kind = kind
        self.schema: Mapping[str, Any] = _schema_of(kind, who)
        self._tool = tool
        self._adapter: pydantic.TypeAdapter[Any] = pydantic.TypeAdapter(kind)
        self.names = tuple(self.schema.get("properties", {}))
        for name in self.names:
            if name in hidden:
                raise DefinitionError(
                    f"{who} sets {name}, so whoever asks must not say it; leave it out of {spell_case(kind)}"
                )
            if name not in tool.properties:
                raise DefinitionError(
                    f"{who} is asked with {spell_case(kind)}, which has {name!r}, and the tool has no such parameter "
                    f"(it has: {', '.join(sorted(tool.properties)) or 'none'})"
                )

    def arguments(self, asked: Any) -> dict[str, Any]:
        """The arguments that a fact stands for. None leaves out what need not be given."""
        dumped = self._adapter.dump_python(asked, mode="json", by_alias=True)
        given = {name: dumped[name] for name in self.names if name in dumped}
        found: dict[str, Any] = _without_absent(given, self._tool.inputSchema, self._tool.inputSchema)
        return found


def made_from(tool: Definition, hidden: Collection[str], server: str) -> type:
    """A frozen type with the tool's parameters, but for the hidden ones, and its description as docstring."""
    root = tool.inputSchema
    taken: set[str] = set()
    fields: dict[str, Any] = {
        _identifier(name, taken): _field(name, schema, root, name in tool.required)
        for name, schema in tool.properties.items()
        if name not in hidden
    }
    name = _camel(tool.name)
    made: type = create_model(
        name,
        __config__=_config(tool.description or f"Asks for {tool.name}."),
        __doc__=tool.description or f"Asks for {tool.name}.",
        **fields,
    )
    return fact(name=f"{server}.{name}")(made)


def _config(description: str) -> ConfigDict:
    return ConfigDict(
        frozen=True,
        extra="forbid",
        validate_by_name=True,
        validate_by_alias=True,
        json_schema_extra={"description": description},
        protected_namespaces=(),
    )


def _field(name: str, schema: Any, root: Any, required: bool) -> Any:
    """The annotation and default of a field. What a model reads of it is the schema that was reviewed."""
    kind = _kind(schema, root, f"{_camel(name)}", 0)
    shown = _inlined(schema, root, 0)
    about: dict[str, Any] = {"description": shown.get("description")} if isinstance(shown, Mapping) else {}
    if required:
        return (_annotated(kind, shown), Field(alias=name, **about))
    default = schema.get("default") if isinstance(schema, Mapping) else None
    if isinstance(default, list | dict) or default is None:  # left out, the server takes its own
        return (_annotated(Union[kind, None], shown), Field(None, alias=name, **about))  # noqa: UP007
    return (_annotated(kind, shown), Field(default, alias=name, **about))


def _annotated(kind: Any, shown: Any) -> Any:
    return Annotated[kind, WithJsonSchema(dict(shown) if isinstance(shown, Mapping) else {})]


def _kind(schema: Any, root: Any, name: str, depth: int) -> Any:
    """The type of values that fit a schema; any JSON where that is too odd to be a type."""
    if depth > DEEPEST or not isinstance(schema, Mapping):
        return pydantic.JsonValue
    if "$ref" in schema:
        return _kind(_resolved(schema, root), root, name, depth + 1)
    if isinstance(options := schema.get("enum"), list) and options and all(map(_is_plain, options)):
        return Literal[tuple(options)]
    if "const" in schema and _is_plain(schema["const"]):
        return Literal[schema["const"]]
    for word in ("anyOf", "oneOf"):
        if schema.get(word):
            return Union[tuple(_kind(one, root, name, depth + 1) for one in schema[word])]  # noqa: UP007
    kind = schema.get("type")
    if isinstance(kind, list):
        return Union[tuple(_kind({**schema, "type": one}, root, name, depth + 1) for one in kind)]  # noqa: UP007
    match kind:
        case "string":
            return str
        case "boolean":
            return bool
        case "integer":
            return int
        case "number":
            return int | float
        case "null":
            return None
        case "array":
            return tuple[_kind(schema.get("items"), root, name, depth + 1), ...]  # type: ignore[misc]
        case "object" if schema.get("properties"):
            return _model(schema, root, name, depth)
    return pydantic.JsonValue


def _model(schema: Mapping[str, Any], root: Any, name: str, depth: int) -> type:
    required, taken = schema.get("required", ()), set[str]()
    fields: dict[str, Any] = {}
    for key, inner in schema["properties"].items():
        kind = _kind(inner, root, f"{name}{_camel(key)}", depth + 1)
        if key in required:
            fields[_identifier(key, taken)] = (kind, Field(alias=key))
        else:
            fields[_identifier(key, taken)] = (Union[kind, None], Field(None, alias=key))  # noqa: UP007
    made: type = create_model(name, __config__=_config(str(schema.get("description", ""))), **fields)
    return made


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, str | int | bool)


def _resolved(schema: Mapping[str, Any], root: Any) -> Any:
    """What a reference inside the document points at."""
    found = root
    for part in str(schema["$ref"]).removeprefix("#").strip("/").split("/"):
        key = part.replace("~1", "/").replace("~0", "~")
        found = found.get(key) if isinstance(found, Mapping) else None
    return found


def _inlined(schema: Any, root: Any, depth: int) -> Any:
    """A schema without references, so that a part of it can stand alone."""
    if depth > DEEPEST:
        return {}
    if isinstance(schema, Mapping):
        if "$ref" in schema:
            others = {key: value for key, value in schema.items() if key != "$ref"}
            target = _inlined(_resolved(schema, root), root, depth + 1)
            return {**(target if isinstance(target, Mapping) else {}), **others}
        return {key: _inlined(value, root, depth + 1) for key, value in schema.items() if key != "$defs"}
    if isinstance(schema, list | tuple):
        return [_inlined(item, root, depth + 1) for item in schema]
    return schema


def _without_absent(value: Any, schema: Any, root: Any) -> Any:
    if isinstance(schema, Mapping) and "$ref" in schema:
        schema = _resolved(schema, root)
    if not isinstance(schema, Mapping):
        return value
    if isinstance(value, dict) and isinstance(known := schema.get("properties"), Mapping):
        required = schema.get("required", ())
        return {
            key: _without_absent(inner, known.get(key), root)
            for key, inner in value.items()
            if inner is not None or key in required
        }
    if isinstance(value, list):
        return [_without_absent(item, schema.get("items"), root) for item in value]
    # Of several shapes, the one with properties is the one that has something to leave out.
    shapes = [s for word in ("anyOf", "oneOf") for s in schema.get(word, ())]
    for shape in shapes if isinstance(value, dict) else ():
        value = _without_absent(value, shape, root)
    return value


def _schema_of(kind: type, who: str) -> Mapping[str, Any]:
    try:
        schema = pydantic.TypeAdapter(kind).json_schema(by_alias=True)
    except (pydantic.PydanticUserError, pydantic.PydanticSchemaGenerationError, NameError) as error:
        raise DefinitionError(
            f"{who} is asked with {kind!r}, which has no schema: {str(error).splitlines()[0]}"
        ) from error
    if "$ref" in schema:
        schema = {**schema, **_resolved(schema, schema)}
    if schema.get("type") != "object":
        raise DefinitionError(
            f"{who} is asked with {spell_case(kind)}; let it be a frozen dataclass whose fields are the arguments"
        )
    return schema


def _identifier(name: str, taken: set[str]) -> str:
    """A name for a field; pydantic takes none that begins with an underscore or is its own."""
    plain = re.sub(r"\W", "_", name).strip("_") or "value"
    if keyword.iskeyword(plain) or plain[0].isdigit() or hasattr(pydantic.BaseModel, plain):
        plain = f"the_{plain}"
    while plain in taken:
        plain += "_"
    taken.add(plain)
    return plain


def _camel(name: str) -> str:
    parts = re.findall(r"[A-Za-z0-9]+", name)
    plain = "".join(part[:1].upper() + part[1:] for part in parts) or "Tool"
    return plain if plain[0].isalpha() else f"Tool{plain}"
