"""Receipts, the guard: what a draft says was done, will be done or was not done is borne out by a receipt.

Claims that a draft is made of (`Draft.of`) are our own words and are not read again; the rest of its text is.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from segue.flow.builtin import Conversation, Draft, Facts, History, Message, Objection
from segue.flow.receipts import Receipts
from segue.flow.step import Step, step
from segue.guard.claiming.vocabulary import Vocabulary
from segue.guard.claims import check_draft, objections, vocabulary_of


def receipts_with(vocabularies: Iterable[Vocabulary]) -> Step[Any, Any, Any]:
    """The guard `receipts` with the words of a desk's own actions: `vocabulary_of("en").with_words(...)`."""
    known: Mapping[str, Vocabulary] = {one.language: one for one in vocabularies}

    async def receipts(draft: Draft, facts: Facts) -> list[Objection]:
        """One objection for each statement about something done that no receipt of this conversation bears out."""
        return object_to(draft, facts, known)

    return step(receipts)


def object_to(draft: Draft, facts: Facts, vocabularies: Mapping[str, Vocabulary]) -> list[Objection]:
    """What such a guard objects to. Where a language has no vocabulary and something was done, to every free text."""
    told = facts.get(Receipts) or Receipts()
    language = _language(facts)
    vocabulary = vocabularies.get(language.partition("-")[0]) or vocabulary_of(language)
    if vocabulary is None and not told.items:
        return []
    wrong = check_draft(draft, told.items, language, vocabulary=vocabulary, said_by_customer=_said(facts))
    return objections(wrong)


def _language(facts: Facts) -> str:
    message, conversation = facts.get(Message), facts.get(Conversation)
    return (
        message.language
        if message is not None
        else conversation.language
        if conversation is not None
        else "en"
    )


def _said(facts: Facts) -> str:
    message, history = facts.get(Message), facts.get(History)
    lines = [line.text for line in history.lines if line.speaker == "customer"] if history is not None else []
    return "\n".join([*lines, message.text] if message is not None else lines)


receipts = receipts_with(())
