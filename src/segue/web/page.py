"""Page: how the chat is drawn. Everything that somebody wrote is escaped by the templates."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse

from segue.observe.transcript import Shown
from segue.observe.writers import Writer
from segue.web.languages import best, direction
from segue.web.words import WORDS, words_for

HERE = Path(__file__).parent
STATIC = HERE / "static"

LANGUAGE_COOKIE = "segue_language"

LONG = 1500
"""Characters above which a bubble scrolls inside."""

_PLAIN_ID = re.compile(r"[A-Za-z0-9_-]{1,80}")
_A = Markup('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>')
_LINK = re.compile(r"https?://[^\s<>\"'\]\[(){}]*[^\s<>\"'\]\[(){}.,;:!?]")


@dataclass(frozen=True, slots=True)
class Look:
    """What the chat page is called, and what it offers to say first, by language.

    With `writers` it says below each reply whether a language model wrote it.
    """

    title: str
    suggestions: Mapping[str, Sequence[str]]
    words: Mapping[str, Mapping[str, str]]
    writers: bool = False


class Page:
    """Draws pages and parts of them in the languages that both the desk and the page speak."""

    def __init__(self, look: Look, languages: Sequence[str]) -> None:
        self.look = look
        known = {**WORDS, **look.words}
        self.languages = [language for language in languages if language in known] or ["en"]
        self._env = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._env.filters |= {
            "clock": _clock,
            "moment": _moment,
            "iso": _iso,
            "linked": _linked,
            "initial": _initial,
            "coded": _coded,
        }
        self._env.globals |= {"static": static_address, "look": look, "direction": direction}

    def language(self, request: Request) -> str:
        """What the reader chose, else what the browser asks for."""
        for wanted in (request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE)):
            if wanted in self.languages:
                return str(wanted)
        return best(request.headers.get("accept-language", ""), self.languages)

    def words(self, language: str) -> Mapping[str, str]:
        return words_for(language, self.look.words)

    def full(self, template: str, request: Request, status: int = 200, **values: Any) -> HTMLResponse:
        """A whole page; it remembers a language that was chosen in its address."""
        language = self.language(request)
        html = self._env.get_template(template).render(
            language=language,
            languages=[(one, self.words(one)["language"]) for one in self.languages],
            path=request.url.path,
            t=self.words(language),
            **values,
        )
        response = HTMLResponse(html, status)
        if request.query_params.get("lang") in self.languages:
            response.set_cookie(
                LANGUAGE_COOKIE, language, max_age=365 * 86_400, httponly=True, samesite="lax"
            )
        return response

    def refusal(
        self, request: Request, status: int, detail: str, reference: str, headers: Mapping[str, str]
    ) -> HTMLResponse:
        """A page that says why not."""
        response = self.full("refused.html", request, status, detail=detail, reference=reference)
        response.headers.update(headers)
        return response

    def item(
        self, shown: Shown, place: str, language: str, writer: Writer | None = None, *, live: bool = False
    ) -> str:
        """One thing in the log; the same one has the same id, so drawing it twice shows it once.

        `place` orders it among the others, `writer` is who wrote a reply. What is `live` happens while the reader looks
        on.
        """
        return self._env.get_template("item.html").render(
            shown=shown,
            key=key_of(shown),
            place=place,
            long=len(shown.text) > LONG,
            writer=writer if self.look.writers else None,
            live=live,
            t=self.words(language),
        )

    def part(self, target: str, text: str) -> str:
        """A part of the page that is to be replaced by this text, or emptied."""
        return f'<hx-partial hx-target="{target}" hx-swap="innerHTML">{escape(text)}</hx-partial>'


class Status:
    """What stands in the live line below the log: fed with what is shown, it says what is going on."""

    def __init__(self) -> None:
        self.open: set[int] = set()
        self.text: str | None = None

    def see(self, shown: Shown, thinking: str) -> None:
        """Take in one more thing."""
        if shown.kind == "progress":
            self.text = shown.text
            return
        if shown.kind == "message":
            self.open.add(shown.seq)
        self.open -= set(shown.covers)
        self.text = thinking if self.open else None


class Order:
    """Where each thing stands in the log: what was done in a turn stands below the words that tell of it."""

    def __init__(self) -> None:
        self._done = 0  # the first receipt that no words follow yet

    def place(self, shown: Shown) -> str:
        """Take in one more thing; its place, as numbers are sorted."""
        if shown.kind == "receipt":
            self._done = self._done or (0 if shown.replaces else shown.seq)
            return str(shown.replaces or shown.seq)
        if shown.covers:
            first, self._done = self._done, 0
            if min(shown.covers) < first:
                return f"{first - 1}.5"
        return str(shown.seq)


def key_of(shown: Shown) -> str:
    """The id of an article: of a message the client's own, so that it replaces what the client drew."""
    if shown.kind == "message" and _PLAIN_ID.fullmatch(shown.message_id):
        return f"m-{shown.message_id}"
    return f"s-{shown.replaces or shown.seq}"


_addresses: dict[str, str] = {}


def static_address(name: str) -> str:
    """Where a static file is; another content has another address."""
    if name not in _addresses:
        _addresses[name] = f"/static/{name}?v={sha256((STATIC / name).read_bytes()).hexdigest()[:10]}"
    return _addresses[name]


def _iso(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="seconds")


def _clock(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).strftime("%H:%M UTC")


def _moment(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")


def _initial(name: str) -> str:
    return name.strip()[:1].upper()


def _coded(text: str) -> Markup:
    """The text with what stands between backticks as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))


def _linked(text: str) -> Markup:
    """The text with its web addresses as links."""
    parts: list[Markup] = []
    end = 0
    for match in _LINK.finditer(text):
        address = escape(match[0])
        parts.append(escape(text[end : match.start()]))
        parts.append(
            Markup('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>').format(address, address)
        )
        end = match.end()
    parts.append(escape(text[end:]))
    return Markup("").join(parts)
