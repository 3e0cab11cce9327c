"""Claims: what a reply says was done, will be done or was not done must be borne out by a receipt.

No model is asked. A text is split into clauses, each is judged by its words for acts and by tense, auxiliaries,
subject, negation and modality around them, and what remains is held against the receipts of the conversation.
"""

from collections.abc import Iterable

from segue.flow.builtin import Draft, Objection
from segue.flow.receipts import Receipt
from segue.flow.saying import LANGUAGES, say
from segue.guard.claiming import de, en, es, fr
from segue.guard.claiming.clauses import sentences
from segue.guard.claiming.details import Details
from segue.guard.claiming.matching import Known, Mismatch, check
from segue.guard.claiming.reading import found_in
from segue.guard.claiming.statement import Statement
from segue.guard.claiming.tokens import without_quotes
from segue.guard.claiming.vocabulary import Vocabulary

VOCABULARIES = {one.language: one for one in (en.VOCABULARY, de.VOCABULARY, es.VOCABULARY, fr.VOCABULARY)}
"""What is known without an action's own words, by language."""


def vocabulary_of(language: str) -> Vocabulary | None:
    """The vocabulary of a language such as `de` or `de-AT`; None when there is none."""
    return VOCABULARIES.get(language.replace("_", "-").partition("-")[0].lower())


def can_check(language: str) -> bool:
    """Can free text in a language be checked? Where it cannot, a turn with actions replies from receipts alone."""
    return vocabulary_of(language) is not None


def find_claims(
    text: str, language: str, *, vocabulary: Vocabulary | None = None, said_by_customer: str | None = None
) -> list[Statement]:
    """Every statement that an act was done, is promised or under way, or was not done; none in other languages.

    Quotations are no statements. When it is known what the customer said, only quotations of that are not.
    """
    words = vocabulary or vocabulary_of(language)
    if words is None:
        return []
    plain = without_quotes(text, said_by_customer).strip()
    details = Details(plain)
    found: list[Statement] = []
    for sentence in sentences(plain, words):
        amounts = [details.has_amount(clause) for clause in sentence.clauses]
        told = list(found_in(sentence, words, amounts))
        for one in told:
            statement = Statement(one.kinds, one.says, "")
            found.append(details.add_to(statement, one.clause, sentence, alone=len(told) == 1))
    return found


def check_claims(
    text: str,
    receipts: Iterable[Receipt],
    language: str,
    *,
    vocabulary: Vocabulary | None = None,
    said_by_customer: str | None = None,
) -> list[Mismatch]:
    """What the text says of acts and no receipt bears out, in the order of the text.

    In a language without a vocabulary the answer is one mismatch with the code `unsupported`: the caller replies
    from receipts alone.
    """
    if vocabulary is None and not can_check(language):
        return [Mismatch("unsupported", f"claims cannot be checked in the language {language!r}")]
    known = [Known(receipt) for receipt in receipts]
    claims = find_claims(text, language, vocabulary=vocabulary, said_by_customer=said_by_customer)
    wrong = (check(statement, known) for statement in claims)
    return [mismatch for mismatch in wrong if mismatch is not None]


def check_draft(
    draft: Draft,
    receipts: Iterable[Receipt],
    language: str,
    *,
    vocabulary: Vocabulary | None = None,
    said_by_customer: str | None = None,
) -> list[Mismatch]:
    """The same for a draft of segments: a claim whose receipt is of this conversation is not read again.

    A draft of such claims alone passes in every language; any other text where it cannot be checked does not.
    """
    known = list(receipts)
    text, forged = draft.text, []
    for claim in draft.claims:
        if claim.receipt in known:
            for told in {say(claim.receipt, one) for one in LANGUAGES}:
                text = text.replace(told, " ", 1)
        else:
            forged.append(Mismatch("no_receipt", f"a claim of {claim.receipt.action!r} has no receipt here"))
    if not text.strip():
        return forged
    return forged + check_claims(
        text, known, language, vocabulary=vocabulary, said_by_customer=said_by_customer
    )


def objections(mismatches: Iterable[Mismatch]) -> list[Objection]:
    """Mismatches as a writer reads them in a Refine."""
    return [Objection("receipts", mismatch.why) for mismatch in mismatches]
