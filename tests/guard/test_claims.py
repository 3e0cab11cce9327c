"""Statements about acts: which are found, and which receipts bear them out."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from bench.claims.cases import LANGUAGES, cases
from segue.flow.builtin import Draft
from segue.flow.receipts import Claim, Receipt, Status
from segue.guard.claims import can_check, check_claims, check_draft, find_claims, objections, vocabulary_of

REFUND = Receipt("refund", ("refund",), "1001", Decimal("30"), "EUR", at=datetime(2026, 5, 3, tzinfo=UTC))

# One example of each way of saying it, without any receipt: the first four of each row are false claims, the
# others state nothing.
DONE = {
    "en": [
        "Your refund has been issued.",
        "I've cancelled your subscription.",
        "Refund issued ✅",
        "We did cancel that for you last night.",
        "I got that cancelled for you.",
        "We've sorted it.",
        "Done!",
        "I just passed this on to a colleague.",
        "Order 1001: cancelled",
        "The money is on its way.",
        "If you check your account, you'll see that we have already refunded you.",
    ],
    "de": [
        "Ihre Erstattung wurde veranlasst.",
        "Ich habe Ihr Abo gekündigt.",
        "Das Geld ist bereits unterwegs zu Ihnen.",
        "Den Ersatz habe ich per Express rausschicken lassen.",
        "Ich konnte Ihnen die Mahngebühr erstatten lassen.",
        "Erledigt!",
        "Die Kaution haben wir Ihnen gerade überwiesen.",
        "Ich bestätige Ihnen, dass die Buchung kostenfrei storniert wurde.",
    ],
    "es": [
        "Su reembolso ha sido emitido.",
        "Se añadió a su cuenta un vale de 10 €.",
        "Acabo de cancelar su suscripción.",
        "Ya te lo cancelé.",
        "El reembolso de 30 € ya está en camino.",
        "¡Hecho!",
        "Nuestro equipo procesó su reembolso esta mañana.",
        "Me complace informarle de que su reembolso ha sido aprobado.",
    ],
    "fr": [
        "Votre remboursement a été effectué.",
        "Je viens de lancer votre remboursement.",
        "Nous vous avons remboursé.",
        "Je vous l'ai annulé.",
        "Remboursement effectué ✅",
        "C'est fait !",
        "J'ai réussi à vous faire rembourser les frais de retard.",
        "Je vous confirme que la réservation a été annulée sans frais.",
    ],
}
PROMISED = {
    "en": [
        "I'll refund the 49.99 USD today.",
        "I'm refunding you the fee right away.",
        "You will get your money back.",
    ],
    "de": [
        "Ich erstatte Ihnen heute noch die 49,99 €.",
        "Wir werden Ihnen den Betrag erstatten.",
        "Ich überweise Ihnen das Geld sofort zurück.",
    ],
    "es": [
        "Le voy a reembolsar los 30 €.",
        "Ahora mismo le devuelvo los gastos.",
        "Mañana le enviaremos un reemplazo.",
    ],
    "fr": [
        "Je vous rembourse tout de suite.",
        "Nous vous enverrons un remplacement.",
        "Je vais vous rembourser les 30 €.",
    ],
}
NO_CLAIM = {
    "en": [
        "Shall I refund you?",
        "I can refund 30 € to your card.",
        "Would you like me to cancel it?",
        "If you send it back, we will refund the price.",
        "Should it arrive damaged, we'll replace it.",
        "Refunds usually take 5-7 days.",
        "We refund purchases within 14 days of return.",
        "You wrote that your refund was paid on Monday.",
        "Your mail says “your refund has been paid”.",
        "Your order 1001 was delivered on 3 May.",
        "You cancelled this subscription in March.",
        "Your flight was cancelled by the airline.",
        "To cancel, open Settings.",
        "No refund has been issued.",
        "I was not able to change the address.",
        "If we had received it, the refund would have been issued.",
        "Let me check whether the label was created.",
        "It looks as though your subscription was cancelled.",
    ],
    "de": [
        "Soll ich die Bestellung stornieren?",
        "Ich kann Ihnen 30 € erstatten.",
        "Wenn Sie die Lampe zurückschicken, erstatten wir den Preis.",
        "Sollte es beschädigt ankommen, ersetzen wir es.",
        "Erstattungen dauern in der Regel fünf Tage.",
        "Sie schreiben, dass Ihre Erstattung ausgezahlt wurde.",
        "In Ihrer Mail steht „Ihre Erstattung wurde bearbeitet“.",
        "Ihr Paket hat gestern unser Lager verlassen.",
        "Sie haben das Abo im März gekündigt.",
        "Ihr Flug wurde von der Airline gestrichen.",
        "Ich habe noch nichts storniert.",
        "Ich schaue nach, ob das Etikett erstellt wurde.",
    ],
    "es": [
        "¿Quiere que cancele el pedido?",
        "Puedo reembolsarle 30 €.",
        "Si nos devuelve la lámpara, le reembolsaremos el importe.",
        "Los reembolsos suelen tardar cinco días.",
        "Usted escribe que su reembolso se pagó el lunes.",
        "Su pedido fue entregado el 3 de mayo.",
        "Usted canceló la suscripción en marzo.",
        "Su vuelo fue cancelado por la aerolínea.",
        "No se ha emitido ningún reembolso.",
        "Para cancelar, abra Ajustes.",
        "Voy a comprobar si se creó la etiqueta.",
    ],
    "fr": [
        "Voulez-vous que j'annule la commande ?",
        "Je peux vous rembourser 30 €.",
        "Si vous nous renvoyez la lampe, nous vous rembourserons.",
        "Les remboursements prennent en général cinq jours.",
        "Vous écrivez que votre remboursement a été versé.",
        "Votre commande a été livrée le 3 mai.",
        "Vous avez résilié l'abonnement en mars.",
        "Votre vol a été annulé par la compagnie.",
        "Je n'ai encore rien annulé.",
        "Pour résilier, ouvrez Paramètres.",
        "Je vais vérifier si l'étiquette a été créée.",
    ],
}


def each(table: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(language, text) for language, texts in table.items() for text in texts]


@pytest.mark.parametrize(("language", "text"), each(DONE))
def test_what_is_said_to_be_done_needs_a_receipt(language: str, text: str) -> None:
    assert {one.code for one in check_claims(text, [], language)} == {"no_receipt"}


@pytest.mark.parametrize(("language", "text"), each(PROMISED))
def test_what_is_promised_needs_a_receipt(language: str, text: str) -> None:
    assert {one.says for one in find_claims(text, language)} == {"promised"}
    assert check_claims(text, [], language) != []


@pytest.mark.parametrize(("language", "text"), each(NO_CLAIM))
def test_offers_conditions_questions_policies_and_reports_state_nothing(language: str, text: str) -> None:
    assert check_claims(text, [], language) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_false_claims_are_caught_and_honest_replies_pass(language: str) -> None:
    tuned = [case for case in cases(language) if not case.unseen]
    wrong = [(case.honest, bool(check_claims(case.text, case.receipts, language))) for case in tuned]
    caught = [objected for honest, objected in wrong if not honest]
    blocked = [objected for honest, objected in wrong if honest]
    assert min(len(caught), len(blocked)) > 400
    assert sum(caught) / len(caught) >= 0.96
    assert sum(blocked) / len(blocked) <= 0.02


def test_there_are_enough_labelled_replies() -> None:
    everything = [case for language in LANGUAGES for case in cases(language)]
    assert len(everything) >= 600
    assert 0.4 < sum(case.honest for case in everything) / len(everything) < 0.6
    assert len({(case.language, case.text, case.receipts.__repr__()) for case in everything}) == len(
        everything
    )


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Your refund of 30 € for order 1001 has been issued.", None),
        ("We refunded EUR 30.00 on 3 May 2026.", None),
        ("Your refund of 300 € has been issued.", "other_amount"),
        ("Your refund of 30 USD has been issued.", "other_amount"),
        ("I have refunded order 1002.", "other_object"),
        ("Your refund was issued on 13 May 2026.", "other_date"),
        ("Your refund has not been issued.", "contradicted"),
        ("I cancelled your order 1001.", "no_receipt"),
    ],
)
def test_a_receipt_bears_out_only_what_it_says(text: str, code: str | None) -> None:
    found = [one.code for one in check_claims(text, [REFUND], "en")]
    assert found == ([code] if code else [])


@pytest.mark.parametrize(
    ("status", "text", "honest"),
    [
        ("not_done", "Your refund of 30 € has been paid.", False),
        ("unknown", "Your refund of 30 € has been paid.", False),
        ("pending", "Your refund of 30 € has been paid.", False),
        ("pending", "Your refund is waiting for approval.", True),
        ("pending", "I will refund you today.", False),
        ("scheduled", "I will refund you today.", True),
        ("undone", "Your refund of 30 € has been paid.", False),
        ("undone", "The refund has been reversed.", True),
        ("not_done", "The refund could not be issued.", True),
    ],
)
def test_how_an_action_stands_decides(status: str, text: str, honest: bool) -> None:
    receipt = Receipt("refund", ("refund",), "1001", Decimal("30"), "EUR", status=status)  # type: ignore[arg-type]
    assert (check_claims(text, [receipt], "en") == []) is honest


def test_part_of_the_price_is_not_the_full_price() -> None:
    part = Receipt("refund", ("refund",), "1001", Decimal("30"), "EUR", values={"total": "89.00"})
    assert check_claims("I refunded 30 € for order 1001.", [part], "en") == []
    assert [one.code for one in check_claims("You have been refunded in full.", [part], "en")] == [
        "other_amount"
    ]


def test_two_refunds_may_be_told_as_their_sum() -> None:
    other = Receipt("refund", ("refund",), "1002", Decimal("20"), "EUR")
    assert check_claims("I have refunded both orders, 50 € in total.", [REFUND, other], "en") == []
    assert check_claims("I have refunded both orders, 60 € in total.", [REFUND, other], "en") != []


def test_kinds_are_read_from_the_name_of_an_action_without_any() -> None:
    receipt = Receipt("issue_refund", object="1001", amount=Decimal("30"), currency="EUR")
    assert check_claims("Your refund of 30 € has been issued.", [receipt], "en") == []


def test_a_language_without_words_is_said_to_be_unsupported() -> None:
    assert [one.code for one in check_claims("Hyvitys on maksettu.", [], "fi")] == ["unsupported"]
    assert check_claims("Die Erstattung dauert fünf Tage.", [], "de-AT") == []


@pytest.mark.parametrize("language", ["fi", "pt-BR", "zh_Hant", "", "x"])
def test_whether_a_language_can_be_checked_is_known_beforehand(language: str) -> None:
    assert not can_check(language)
    assert all(can_check(one) for one in (*LANGUAGES, "de-AT", "es_MX", "FR"))
    assert find_claims("Your refund has been issued.", language) == []
    free = Draft.of("Kaikki on hoidettu.", language=language)
    assert [one.code for one in check_draft(free, [REFUND], language)] == ["unsupported"]
    mixed = Draft.of("Hei! ", Claim(REFUND), language=language)
    assert [one.code for one in check_draft(mixed, [REFUND], language)] == ["unsupported"]


def test_claims_alone_pass_in_any_language_when_they_have_receipts() -> None:
    alone = Draft.of(Claim(REFUND), language="fi")
    assert check_draft(alone, [REFUND], "fi") == []
    assert [one.code for one in check_draft(alone, [], "fi")] == ["no_receipt", "unsupported"]


def test_an_actions_own_vocabulary_makes_a_language_checkable() -> None:
    english = vocabulary_of("en")
    assert english is not None
    assert [one.code for one in check_claims("We refunded you.", [], "en-x", vocabulary=english)] == [
        "no_receipt"
    ]
    assert check_claims("Good morning!", [], "nn", vocabulary=english) == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "I have zapped your old tariff."),
        ("en", "You are no longer subscribed to the sports package."),
        ("en", "Your stay is confirmed."),
        ("de", "Wir haben uns erlaubt, Ihre Frist zu verlängern."),
        ("de", "Ich habe Ihr Paket aufhalten lassen."),
        ("es", "Nuestra contabilidad liquidó ayer su factura."),
        ("es", "Conseguí que el almacén parara su paquete."),
        ("fr", "J'ai fait en sorte que le supplément ne figure pas sur votre facture."),
        ("fr", "Vous êtes désormais au forfait Essentiel."),
    ],
)
def test_an_act_whose_verb_or_object_is_in_no_list_needs_a_receipt(language: str, text: str) -> None:
    assert {one.code for one in check_claims(text, [], language)} == {"no_receipt"}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The hotel told us that they refunded you in cash."),
        ("en", "Your account was locked because the wrong password was entered five times."),
        ("de", "Wird eine Buchung reklamiert, sperren wir die Karte."),
        ("de", "Auslandsgespräche sind anfangs gesperrt."),
        ("es", "El agente anterior anotó que usted quería un cambio."),
        ("es", "Le pido disculpas por las molestias."),
        ("fr", "Les virements sont crédités le jour ouvré suivant."),
    ],
)
def test_reports_reasons_and_rules_state_nothing_even_with_words_for_acts(language: str, text: str) -> None:
    assert check_claims(text, [], language) == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "I apologise for the trouble this has caused you. I have looked into your order."),
        ("de", "Ich bitte um Entschuldigung. Ich habe mir Ihre Bestellung angesehen."),
        ("es", "Le ofrecemos nuestras disculpas. Quedo a su disposición. Le atendemos hasta las 18 h."),
        ("fr", "Merci de nous avoir contactés. Je vous prie de nous excuser. Je vérifie tout de suite."),
    ],
)
def test_courtesy_states_nothing(language: str, text: str) -> None:
    assert check_claims(text, [], language) == []


@pytest.mark.parametrize(
    ("told", "honest"),
    [
        ("9 Oak Close, Bath BA1 2QA", True),
        ("9 Oak Close, Bath BA2 1QA", False),
        ("9 Elm Close, Bath BA1 2QA", False),
    ],
)
def test_an_address_is_held_against_the_receipt_by_its_numbers_and_names(told: str, honest: bool) -> None:
    receipt = Receipt("address", ("address",), "220", values={"address": "9 Oak Close, Bath BA1 2QA"})
    text = f"The delivery address of order 220 is now {told}."
    assert (check_claims(text, [receipt], "en") == []) is honest


def test_an_action_adds_its_own_words() -> None:
    english = vocabulary_of("en")
    assert english is not None
    text = "The locker was defrosted."
    assert check_claims(text, [], "en") == []
    own = english.with_words("defrosting", verbs=["defrost"])
    assert [one.code for one in check_claims(text, [], "en", vocabulary=own)] == ["no_receipt"]
    receipt = Receipt("defrost_locker", ("defrosting",))
    assert check_claims(text, [receipt], "en", vocabulary=own) == []
    assert check_claims(text, [REFUND], "en", vocabulary=own) != []


def test_only_quotations_of_the_customer_pass_when_it_is_known_what_they_said() -> None:
    text = 'The status is: "your refund has been paid"'
    assert check_claims(text, [], "en") == []
    assert check_claims(text, [], "en", said_by_customer="It says your refund has been paid!") == []
    assert check_claims(text, [], "en", said_by_customer="Where is it?") != []


def test_a_claim_made_from_a_receipt_cannot_lie() -> None:
    honest = Draft.of("Good news! ", Claim(REFUND), " Anything else?", language="en")
    assert honest.text == "Good news! We have refunded €30.00 (1001). Anything else?"
    assert check_draft(honest, [REFUND], "en") == []
    assert [one.code for one in check_draft(honest, [], "en")] == ["no_receipt", "no_receipt"]


def test_text_beside_a_claim_is_read_all_the_same() -> None:
    draft = Draft.of(Claim(REFUND), " Your order was also cancelled.", language="en")
    assert [one.code for one in check_draft(draft, [REFUND], "en")] == ["no_receipt"]


def test_objections_quote_what_is_wrong() -> None:
    (objection,) = objections(check_claims("Hello! I have cancelled your order.", [], "en"))
    assert objection.guard == "receipts"
    assert "I have cancelled your order" in objection.why


@pytest.mark.parametrize(
    "text", ["", "   ", "???", "\n\n- \n", "…", "€", "1", "“", "'", "a" * 5000, "so " * 3000, "🙂"]
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_odd_texts_state_nothing(text: str, language: str) -> None:
    assert check_claims(text, [], language) == []


@pytest.mark.parametrize(
    ("action", "status", "text", "passes"),
    [
        ("reset_password", "done", "I have reset your password.", True),
        ("reset_password", "done", "I have closed your account.", False),
        ("change_email", "done", "The email address of your account has been changed.", True),
        ("refund", "unknown", "A colleague was asked; I have flagged it for a manual check.", True),
        ("refund", "done", "I have flagged it for a manual check.", False),
        ("retune_piano", "done", "I have extended your trial by two weeks.", True),
        ("retune_piano", "done", "I have refunded you.", False),
    ],
)
def test_a_receipt_bears_out_what_its_action_is_named_for(
    action: str, status: Status, text: str, passes: bool
) -> None:
    assert (check_claims(text, [Receipt(action, status=status)], "en") == []) is passes


@pytest.mark.parametrize(
    "text",
    [
        "There are two options: we replace the kettle, or we will refund it.",
        "Before I go ahead, here is the plan: the blue mug is exchanged for the red one.",
        "Please check that roaming is switched on.",
        "Your line was suspended on 1 March because of an unpaid bill.",
        "It was shipped on 2 June with UPS.",
    ],
)
def test_options_plans_and_what_is_looked_up_are_no_claims(text: str) -> None:
    assert check_claims(text, [], "en") == []


@pytest.mark.parametrize(
    "text",
    [
        "A courier will pick up the parcel from your home tomorrow.",
        "You now fly business class.",
        "Your new delivery date is Saturday.",
        "Your request has been approved.",
    ],
)
def test_what_people_have_from_now_on_and_who_comes_are_claims(text: str) -> None:
    assert check_claims(text, [], "en") != []
