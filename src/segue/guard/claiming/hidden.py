"""Clauses that state nothing: conditions, questions, what somebody said or wants."""

from segue.guard.claiming.sentence import Clause, Sentence


def hide(sentence: Sentence, inverted: bool) -> None:
    """Mark such clauses with why; `inverted` where a finite verb in front makes a condition."""
    reported = ""
    hidden = ""
    for place, clause in enumerate(sentence.clauses):
        if inverted and place == 0 and _verb_first(sentence.clauses[:2]):
            hidden = "condition"  # "wird eine Buchung reklamiert, sperren wir die Karte"
            sentence.conditional = True
        elif clause.opener in ("cond", "before") or _asks_if(clause):
            hidden = "condition"
            plan = "me" in clause.flags if clause.opener == "before" else "filler" not in clause.flags
            if plan:
                sentence.conditional = True  # "before I go ahead: ..." too
        elif not (clause.joined and clause.opener == "coord"):
            hidden = ""
        if "depends" in clause.flags or (place and _alternative(clause)):
            sentence.conditional = True
        before = sentence.clauses[place - 1].flags if place else set()
        if clause.opener == "that" and before & {"neg", "negaux", "negnoun"} and "saw_to" not in before:
            clause.hidden = "report"  # "there is no confirmation that ..."
        if clause.opener == "that" and "filler" in before and "me" not in before | clause.flags:
            clause.hidden = "report"  # "check that it is switched on"
        if "seems" in clause.flags or _reports(clause):
            reported = "" if "likeas" in clause.tokens[0].entry.flags else "report"  # "as you asked, ..."
            clause.hidden = "report"
        elif reported and "me" in clause.flags and clause.opener != "that" and place:
            reported = ""
        if place and "because" in clause.tokens[0].entry.flags and "me" not in clause.flags:
            clause.hidden = "reason"
            sentence.clauses[place - 1].flags.add("explained")
        clause.hidden = clause.hidden or hidden or reported
    if sentence.clauses and "whoever" in sentence.clauses[0].tokens[0].entry.flags:
        sentence.conditional = True
    if sentence.asks:
        _hide_questions(sentence)


def _alternative(clause: Clause) -> bool:
    """ "... or we refund it": one of two is offered, when the clause has a verb of its own."""
    first, *rest = clause.tokens
    return "or" in first.entry.flags and any(act.way != "gets" for it in rest for act in it.entry.acts)


def _verb_first(clauses: list[Clause]) -> bool:
    """Do both clauses begin with their finite verb, where that makes the first a condition?"""
    firsts = [clause.tokens[0].entry for clause in clauses]
    return (
        len(firsts) == 2
        and len(clauses[0].tokens) > 1
        and all(
            not first.flags & {"me", "coord", "adv", "poss"}
            and (
                first.flags & {"become", "be", "was", "modal"} or any("N" in act.forms for act in first.acts)
            )
            for first in firsts
        )
    )


def _asks_if(clause: Clause) -> bool:
    """A condition by the order of words: "should it arrive broken"."""
    return "ifverb" in clause.tokens[0].entry.flags


def _reports(clause: Clause) -> bool:
    if "says" in clause.flags or _told_by_others(clause):
        return True
    if "said" in clause.flags and not clause.flags & {"me"}:
        return True  # "the restaurant says ..."
    other = not clause.tokens[0].entry.flags & {"me"}
    pronouns = {"you", "toyou"} if other else {"you"}
    you = next((at for at, token in enumerate(clause.tokens) if pronouns & token.entry.flags), None)
    if you is None:
        return False
    return any(
        "reports" in token.entry.flags and -4 < at - you < 5 for at, token in enumerate(clause.tokens)
    ) and not ("me" in clause.flags and clause.tokens[0].entry.flags & {"me"})


def _told_by_others(clause: Clause) -> bool:
    """ "The hotel told us ...", but not "I have asked the hotel"."""
    for token in clause.tokens:
        if "reports" in token.entry.flags:
            return False
        if "outsider" in token.entry.flags:
            return "reports" in clause.flags
    return False


def _hide_questions(sentence: Sentence) -> None:
    clauses = sentence.clauses
    asking = next(
        (
            at
            for at, clause in enumerate(clauses)
            if any("interrogative" in it.entry.flags for it in clause.tokens[:2])
        ),
        len(clauses) - 1,
    )
    while asking and clauses[asking].joined:
        asking -= 1
    for clause in clauses[asking:]:
        clause.hidden = "question"
