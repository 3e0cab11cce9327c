"""What the shop says outside replies, and the sentences that replies are made of, in both languages."""

TEXTS: dict[str, dict[str, str]] = {
    "looking_at_your_order": {
        "en": "Looking at your order …",
        "de": "Ich sehe mir Ihre Bestellung an …",
    },
    "asking_the_carrier": {
        "en": "Asking the carrier where your parcel is …",
        "de": "Ich frage beim Versand nach Ihrem Paket …",
    },
    "checking_the_refund": {
        "en": "Checking what was paid …",
        "de": "Ich prüfe, was bezahlt wurde …",
    },
    "paying_the_refund": {
        "en": "Arranging the refund …",
        "de": "Ich veranlasse die Erstattung …",
    },
    "changing_the_address": {
        "en": "Changing the delivery address …",
        "de": "Ich ändere die Lieferadresse …",
    },
    "reading_help_pages": {
        "en": "Reading our help pages …",
        "de": "Ich schaue in unseren Hilfeseiten nach …",
    },
    "asking_billing": {
        "en": "Checking with billing …",
        "de": "Ich kläre das mit der Buchhaltung …",
    },
    "asking_shipping": {
        "en": "Checking with shipping …",
        "de": "Ich kläre das mit dem Versand …",
    },
    "which_order": {
        "en": "Which order is it about? Please give me its number, such as 1001.",
        "de": "Um welche Bestellung geht es? Bitte nennen Sie mir die Nummer, zum Beispiel 1001.",
    },
    "which_address": {
        "en": "Where should it go? Please write street and number, postcode and town, with commas between.",
        "de": "Wohin soll es gehen? Bitte schreiben Sie Straße und Nummer, Postleitzahl und Ort, "
        "durch Kommas getrennt.",
    },
    "making_a_voucher": {
        "en": "Making a voucher for you …",
        "de": "Ich erstelle einen Gutschein für Sie …",
    },
    "lead_decides": {
        "en": "This refund is above what I may decide, so a colleague has to approve it first. Nothing has been "
        "paid yet; the answer comes here.",
        "de": "Diese Erstattung liegt über dem, was ich entscheiden darf, deshalb muss ihr erst jemand aus dem Team "
        "zustimmen. Es ist noch nichts bezahlt; die Antwort kommt hier.",
    },
    "asking_the_lead": {
        "en": "I have looked into this with billing and shipping. A colleague has to agree to the amount; "
        "I will come back to you here.",
        "de": "Ich habe das mit Buchhaltung und Versand geklärt. Dem Betrag muss noch jemand aus dem Team "
        "zustimmen; ich melde mich hier wieder.",
    },
    "offer_person": {
        "en": "Would you like to talk to a colleague?",
        "de": "Möchten Sie mit jemandem aus dem Team sprechen?",
    },
}

STATUS: dict[str, dict[str, str]] = {
    "processing": {
        "en": "Order {order} is being packed and should arrive by {estimated}.",
        "de": "Bestellung {order} wird gerade gepackt und sollte bis {estimated} ankommen.",
    },
    "shipped": {
        "en": "Order {order} was handed to {carrier} and should arrive by {estimated}.{tracking}",
        "de": "Bestellung {order} wurde an {carrier} übergeben und sollte bis {estimated} ankommen.{tracking}",
    },
    "in_transit": {
        "en": "Order {order} is on its way with {carrier} and should arrive by {estimated}.{tracking}",
        "de": "Bestellung {order} ist mit {carrier} unterwegs und sollte bis {estimated} ankommen.{tracking}",
    },
    "out_for_delivery": {
        "en": "Order {order} is with the driver of {carrier} and arrives today.{tracking}",
        "de": "Bestellung {order} ist beim Fahrer von {carrier} und kommt heute an.{tracking}",
    },
    "delivered": {
        "en": "Order {order} was delivered by {carrier} on {delivered}.{tracking}",
        "de": "Bestellung {order} wurde am {delivered} von {carrier} zugestellt.{tracking}",
    },
    "delayed": {
        "en": "I am sorry, order {order} is late. It was expected by {estimated}; {carrier} last saw it in "
        "{place}.{tracking}",
        "de": "Es tut mir leid, Bestellung {order} verspätet sich. Sie war bis {estimated} erwartet; {carrier} "
        "hat sie zuletzt in {place} gesehen.{tracking}",
    },
    "lost": {
        "en": "I am sorry, according to {carrier} the parcel of order {order} is lost. If you tell me that you want "
        "to complain, I will look into it.",
        "de": "Es tut mir leid, {carrier} hat das Paket zu Bestellung {order} verloren gemeldet. Wenn Sie mir "
        "sagen, dass Sie sich beschweren möchten, kläre ich das.",
    },
    "returned": {
        "en": "Order {order} came back to us.",
        "de": "Bestellung {order} ist zu uns zurückgekommen.",
    },
}

TRACKING = {"en": " The tracking number is {number}.", "de": " Die Sendungsnummer ist {number}."}

SENTENCES: dict[str, dict[str, str]] = {
    "twice": {
        "en": "You are right: there are two payments for order {order}.",
        "de": "Sie haben recht: Für Bestellung {order} gibt es zwei Zahlungen.",
    },
    "lost": {
        "en": "The parcel of order {order} is lost.",
        "de": "Das Paket zu Bestellung {order} ist verloren gegangen.",
    },
    "late": {
        "en": "Order {order} is late.",
        "de": "Bestellung {order} verspätet sich.",
    },
    "sorry": {
        "en": "I am sorry about this.",
        "de": "Das tut mir leid.",
    },
    "again": {
        "en": "There is something on record for this already:",
        "de": "Dazu liegt schon etwas vor:",
    },
    "did_you_mean": {
        "en": "I want to be sure that I understand you. Is it about “{first}” or “{second}”?",
        "de": "Ich möchte Sie richtig verstehen. Geht es um “{first}” oder um “{second}”?",
    },
    "welcome": {
        "en": "Hello{name}! I can tell you where a parcel is, refund an order, change a delivery address and "
        "answer questions about our shop. What can I do for you?",
        "de": "Guten Tag{name}! Ich kann Ihnen sagen, wo ein Paket ist, eine Bestellung erstatten, eine "
        "Lieferadresse ändern und Fragen zu unserem Shop beantworten. Was kann ich für Sie tun?",
    },
    "thanks": {
        "en": "You are welcome{name}. Is there anything else?",
        "de": "Gern geschehen{name}. Kann ich sonst noch etwas tun?",
    },
}

AFTERWARDS: dict[str, dict[str, str]] = {
    "refund": {
        "en": "The money goes back the way you paid.",
        "de": "Das Geld kommt auf dem Weg zurück, auf dem Sie bezahlt haben.",
    },
    "credit": {
        "en": "Enter this reference as a voucher code with your next order.",
        "de": "Geben Sie diese Referenz bei Ihrer nächsten Bestellung als Gutscheincode ein.",
    },
}
"""What belongs to the receipt of what was just done, by its kind."""

EXCUSES: dict[str, dict[str, str]] = {
    "no_such_order": {
        "en": "I cannot find an order {order} in your account. Is the number right?",
        "de": "Ich finde in Ihrem Konto keine Bestellung {order}. Stimmt die Nummer?",
    },
    "no_orders": {
        "en": "There are no orders in your account yet.",
        "de": "In Ihrem Konto gibt es noch keine Bestellungen.",
    },
    "not_signed_in": {
        "en": "To look at orders I need to know who you are. Please sign in first.",
        "de": "Um Bestellungen anzusehen, muss ich wissen, wer Sie sind. Bitte melden Sie sich zuerst an.",
    },
    "not_delivered": {
        "en": "Order {order} has not been delivered, so there is nothing to send back yet. Once it is there you "
        "can return it.",
        "de": "Bestellung {order} ist noch nicht zugestellt, es gibt also noch nichts zurückzugeben. Sobald sie da "
        "ist, können Sie sie zurücksenden.",
    },
    "too_old": {
        "en": "The time to return order {order} ended on {last_day}, so I cannot refund it.",
        "de": "Die Rückgabefrist für Bestellung {order} endete am {last_day}, deshalb kann ich sie nicht erstatten.",
    },
    "cannot_go_back": {
        "en": "Something in order {order} cannot be returned, so I cannot refund the order as a whole.",
        "de": "Etwas aus Bestellung {order} ist von der Rückgabe ausgeschlossen, deshalb kann ich sie nicht als "
        "Ganzes erstatten.",
    },
    "nothing_left": {
        "en": "Nothing is left to pay back for order {order}.",
        "de": "Für Bestellung {order} ist nichts mehr zurückzuzahlen.",
    },
    "put_right_before": {
        "en": "What went wrong with order {order} has been put right before; nothing is left to pay back.",
        "de": "Was bei Bestellung {order} schiefging, ist schon in Ordnung gebracht; es ist nichts mehr offen.",
    },
    "same_address": {
        "en": "Order {order} goes to that address anyway, so there is nothing to change.",
        "de": "Bestellung {order} geht ohnehin an diese Adresse, es gibt also nichts zu ändern.",
    },
    "already_shipped": {
        "en": "The parcel of order {order} has left already, so its address cannot be changed any more.",
        "de": "Das Paket zu Bestellung {order} ist schon unterwegs, die Adresse lässt sich nicht mehr ändern.",
    },
    "nothing_found": {
        "en": "I could not find anything about this in our help pages.",
        "de": "Dazu habe ich in unseren Hilfeseiten nichts gefunden.",
    },
    "no_fault_found": {
        "en": "I have asked billing and shipping about order {order}: there is one payment for it, and the parcel is "
        "not lost.",
        "de": "Ich habe Buchhaltung und Versand zu Bestellung {order} gefragt: Es gibt dafür eine Zahlung, und "
        "das Paket ist nicht verloren.",
    },
    "not_approved": {
        "en": "My colleague did not agree to this for order {order}, so nothing was paid.",
        "de": "Mein Team hat dem für Bestellung {order} nicht zugestimmt, es wurde also nichts bezahlt.",
    },
    "changed_elsewhere": {
        "en": "What I know about the address of order {order} contradicts itself, so a colleague should look at it.",
        "de": "Zur Adresse von Bestellung {order} gibt es widersprüchliche Angaben, das sollte sich jemand aus dem "
        "Team ansehen.",
    },
    "not_done": {
        "en": "I could not do this for order {order}, so everything is as it was.",
        "de": "Das war für Bestellung {order} nicht möglich, es ist alles wie zuvor.",
    },
    "off_topic": {
        "en": "I am not sure that I can help with this. I know about orders, parcels, refunds, addresses and our "
        "shop.",
        "de": "Ich bin nicht sicher, ob ich dabei helfen kann. Ich kenne mich mit Bestellungen, Paketen, "
        "Erstattungen, Adressen und unserem Shop aus.",
    },
}

OFFERED_AFTER = {
    "off_topic",
    "nothing_found",
    "no_fault_found",
    "not_approved",
    "not_done",
    "changed_elsewhere",
}
"""Excuses after which a colleague is offered."""
