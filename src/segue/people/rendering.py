"""Rendering: a packet as plain text, for chat tools, tickets and mail."""

from collections.abc import Iterator

from segue.people.bounds import CUT, cut
from segue.people.packet import Packet
from segue.people.summary import moment

LONGEST = 2000
"""Characters of a text."""


def as_text(packet: Packet, *, longest: int = LONGEST) -> str:
    """What matters first, at most so many characters; what did not fit is said."""
    text = ""
    for block in _blocks(packet):
        if len(text) + len(block) + len(_MORE) + 2 > longest:
            room = longest - len(text) - len(_MORE) - 2
            return text + (cut(block, room) + "\n" if room > len(CUT) + 40 else "") + _MORE
        text += block + "\n"
    return text.rstrip()


_MORE = "(more in the packet)"


def _blocks(packet: Packet) -> Iterator[str]:
    header = packet.header
    about = [header.priority, header.person, header.queue, header.language, header.channel]
    yield f"{header.headline}\n{' · '.join(part for part in about if part)}"
    due = f" (by {moment(header.due)})" if header.due is not None else ""
    yield f"Why: {packet.why.sentence}{due}" + (f" {packet.why.detail}" if packet.why.detail else "")
    yield from _list("Next", [step.text for step in packet.next_steps])
    never = [
        f"{act.told}" for act in packet.actions if act.again == "never" and act.status != "pending_approval"
    ]
    yield from _list("Done, never again", never)
    unsure = [f"{act.told}" for act in packet.actions if act.again == "look_first"]
    yield from _list("Not known; look before you do it", unsure)
    yield from _list(
        "Summary", [f"{one.text} [{', '.join(map(str, one.evidence))}]" for one in packet.summary]
    )
    yield from _list("Do not ask again", [f"{known.about}: {known.answer}" for known in packet.do_not_ask])
    promised = [
        f"{one.what}" + (f", by {moment(one.due)}" if one.due is not None else "")
        for one in packet.promises
        if not one.kept
    ]
    yield from _list("Promised", promised)
    yield f"Conversation {header.conversation}, events up to {header.until}; trace {packet.trace}"


def _list(title: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield f"{title}:\n" + "\n".join(f"- {' '.join(line.split())}" for line in lines)
