"""What a customer reads outside a reply: text keys, in the languages of the desk.

A desk may override any key and add its own. English and German come with Segue; a desk that speaks another
language must give every key in it, and is refused otherwise.
"""

from collections.abc import Iterable, Mapping

from segue.errors import DefinitionError
from segue.flow.node import Texts

BUILT_IN: Mapping[str, Mapping[str, str]] = {
    "handed_over": {
        "en": "I am handing this over to a colleague, who will answer you here. "
        "You do not need to repeat anything.",
        "de": "Ich gebe das an eine Kollegin oder einen Kollegen weiter; die Antwort kommt hier. "
        "Sie müssen nichts wiederholen.",
    },
    "handed_over_after_trouble": {
        "en": "I am sorry, I could not finish this myself. A colleague has everything you told me "
        "and will answer you here.",
        "de": "Es tut mir leid, das konnte ich nicht selbst abschließen. Eine Kollegin oder ein Kollege hat "
        "alles, was Sie mir gesagt haben, und antwortet Ihnen hier.",
    },
    "passed_on": {
        "en": "Passed on to the colleague who is looking after this.",
        "de": "An die Kollegin oder den Kollegen weitergegeben, die oder der sich darum kümmert.",
    },
    "waiting_for_colleague": {
        "en": "I am checking this with a colleague and will come back to you here.",
        "de": "Ich kläre das mit einer Kollegin oder einem Kollegen und melde mich hier wieder.",
    },
    "waiting_for_approval": {
        "en": "Nothing has been done yet: a colleague has to approve this first. I will come back to you here.",
        "de": "Es ist noch nichts geschehen: Das muss zuerst eine Kollegin oder ein Kollege genehmigen. "
        "Ich melde mich hier wieder.",
    },
    "still_there": {
        "en": "I am still waiting for your answer to this:",
        "de": "Darauf warte ich noch auf Ihre Antwort:",
    },
    "still_waiting": {
        "en": "I am sorry that this takes so long. It has not been forgotten: it is still with a colleague, "
        "who will answer you here.",
        "de": "Es tut mir leid, dass es so lange dauert. Es ist nicht vergessen: Es liegt noch bei einer Kollegin "
        "oder einem Kollegen; die Antwort kommt hier.",
    },
    "unanswered": {
        "en": "I have not heard from you, so I am leaving it at that for now. Just write when you want to go on.",
        "de": "Ich habe nichts von Ihnen gehört und lasse es vorerst dabei. Schreiben Sie einfach, wenn es "
        "weitergehen soll.",
    },
    "withdrawn": {
        "en": "All right, I have left it at that. Is there anything else?",
        "de": "Gut, dann lasse ich es dabei. Kann ich sonst etwas für Sie tun?",
    },
}


class TextTable:
    """The texts of a desk, by key and language."""

    def __init__(self, languages: Iterable[str], own: Mapping[str, Mapping[str, str]] | None = None) -> None:
        self.languages = tuple(languages)
        self._texts: dict[str, dict[str, str]] = {key: dict(table) for key, table in BUILT_IN.items()}
        for key, table in (own or {}).items():
            self._texts.setdefault(key, {}).update(table)

    def say(self, text: Texts, language: str) -> str:
        """A text in a language of the desk; in its first one when it does not speak that language."""
        table = self._texts.get(text) if isinstance(text, str) else text
        if table is None:
            return str(text)
        return table.get(language) or table.get(self.languages[0]) or next(iter(table.values()))

    def check(self, text: Texts, who: str) -> None:
        """DefinitionError when a text is unknown or lacks a language of the desk."""
        table = self._texts.get(text) if isinstance(text, str) else text
        if table is None:
            known = ", ".join(sorted(self._texts))
            raise DefinitionError(
                f"{who} says {text!r}, and this desk has no such text (there is: {known}); "
                f"give it in Desk(texts={{{text!r}: {{'en': ...}}}})"
            )
        if missing := [language for language in self.languages if not table.get(language)]:
            raise DefinitionError(f"{who} says {text!r}, which is missing in {', '.join(missing)}")

    def check_all(self) -> None:
        """Every text that comes with Segue or the desk, in every language of the desk."""
        for key in self._texts:
            self.check(key, "the desk")
