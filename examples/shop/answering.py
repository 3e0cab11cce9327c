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
    return Guidance(found[0].id, found[0].title, found[0].text)


answering = find_article
