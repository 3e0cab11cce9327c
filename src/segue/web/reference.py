"""Reference: the page at /docs, drawn from the OpenAPI description, with nothing fetched from elsewhere."""

from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response

from segue.web.page import Page


def routes(app: FastAPI, page: Page) -> APIRouter:
    """The one route."""
    router = APIRouter(include_in_schema=False)

    @router.get("/docs")
    async def docs(request: Request) -> Response:
        described = app.openapi()
        schemas = described.get("components", {}).get("schemas", {})
        operations = [
            {"method": method.upper(), "path": path, **operation, "body": _body(operation)}
            for path, methods in described["paths"].items()
            for method, operation in methods.items()
        ]
        groups: dict[str, list[dict[str, Any]]] = {}
        for operation in operations:
            groups.setdefault(operation["tags"][0], []).append(operation)
        return page.full(
            "reference.html", request, info=described["info"], groups=groups, schemas=schemas, spell=spell
        )

    return router


def _body(operation: dict[str, Any]) -> str:
    content = operation.get("requestBody", {}).get("content", {})
    return spell(next(iter(content.values()))["schema"]) if content else ""


def spell(schema: dict[str, Any]) -> str:
    """A JSON schema in a few words."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return " or ".join(dict.fromkeys(spell(one) for one in schema[several]))
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if "const" in schema:
        return str(schema["const"])
    if schema.get("type") == "array":
        return f"list of {spell(schema.get('items', {}))}"
    return str(schema.get("type", "anything"))
