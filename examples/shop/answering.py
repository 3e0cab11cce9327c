"""Questions that the help pages answer."""

from examples.shop.articles import Knowledge
from examples.shop.outcomes import Excuse, Guidance
from examples.shop.requests import Question
from segue import Message, step


@step(says="reading_help_pages")
async def find_article(question: Question, message: Message, *, knowledge: Knowledge) -> Guidance | Excuse:
    """The best article, in the customer's language where there is one."""
    found = await knowledge.search(question.words, message.language, limit=1)
    if not found:
        return Excuse("nothing_found")
    return Guidance(found[0].id, found[0].title, without_tables(found[0].text))


def without_tables(markdown: str) -> str:
    """The rows of a table as lines of text, since a chat shows no tables."""
    lines: list[str] = []
    heads: list[str] = []
    for line in markdown.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not line.lstrip().startswith("|"):
            heads = []
            lines.append(line)
        elif not heads:
            heads = cells
        elif not set("".join(cells)) <= set("-: "):
            rest = (f"{head} {cell}" for head, cell in zip(heads[1:], cells[1:], strict=False))
            lines.append(f"– {cells[0]}: {', '.join(rest)}")
    return "\n".join(lines)


answering = find_article
