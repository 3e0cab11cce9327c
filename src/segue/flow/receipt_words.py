"""The words of receipts in four languages. [In brackets]: left out when there is no such value."""

from collections.abc import Mapping

DONE: Mapping[str, Mapping[str, str]] = {
    "en": {
        "refund": "We have refunded[ {amount}][ ({object})].",
        "credit": "We have added credit[ of {amount}] to your account[ ({object})].",
        "payment": "We have charged[ {amount}][ ({object})].",
        "cancellation": "We have made the cancellation[ ({object})].",
        "exchange": "We have arranged a replacement[ ({object})].",
        "shipment": "We have arranged a new shipment[ ({object})].",
        "return": "We have registered the return[ ({object})].",
        "order": "We have placed the order[ ({object})].",
        "order_change": "We have changed the order[ ({object})].",
        "address": "We have changed the address[ ({object})][: {address}].",
        "booking": "We have made the booking[ ({object})][ for {date}].",
        "subscription": "We have changed the subscription[ ({object})].",
        "account": "We have updated your account[ ({object})].",
        "message": "We have sent the message[ to {to}].",
        "handover": "We have passed this on to a colleague[ ({object})].",
        "complaint": "We have registered your complaint[ ({object})].",
    },
    "de": {
        "refund": "Wir haben[ {amount}] erstattet[ ({object})].",
        "credit": "Wir haben Ihrem Konto ein Guthaben[ von {amount}] gutgeschrieben[ ({object})].",
        "payment": "Wir haben[ {amount}] abgebucht[ ({object})].",
        "cancellation": "Wir haben die Stornierung vorgenommen[ ({object})].",
        "exchange": "Wir haben einen Ersatz veranlasst[ ({object})].",
        "shipment": "Wir haben eine neue Lieferung veranlasst[ ({object})].",
        "return": "Wir haben die Rücksendung angelegt[ ({object})].",
        "order": "Wir haben die Bestellung aufgegeben[ ({object})].",
        "order_change": "Wir haben die Bestellung geändert[ ({object})].",
        "address": "Wir haben die Adresse geändert[ ({object})][: {address}].",
        "booking": "Wir haben die Buchung vorgenommen[ ({object})][, Datum: {date}].",
        "subscription": "Wir haben das Abo geändert[ ({object})].",
        "account": "Wir haben Ihr Konto aktualisiert[ ({object})].",
        "message": "Wir haben die Nachricht geschickt[ an {to}].",
        "handover": "Wir haben das an eine Kollegin oder einen Kollegen weitergegeben[ ({object})].",
        "complaint": "Wir haben Ihre Beschwerde aufgenommen[ ({object})].",
    },
    "es": {
        "refund": "Hemos reembolsado[ {amount}][ ({object})].",
        "credit": "Hemos añadido saldo[ por {amount}] a su cuenta[ ({object})].",
        "payment": "Hemos cobrado[ {amount}][ ({object})].",
        "cancellation": "Hemos hecho la cancelación[ ({object})].",
        "exchange": "Hemos gestionado un reemplazo[ ({object})].",
        "shipment": "Hemos gestionado un nuevo envío[ ({object})].",
        "return": "Hemos registrado la devolución[ ({object})].",
        "order": "Hemos hecho el pedido[ ({object})].",
        "order_change": "Hemos cambiado el pedido[ ({object})].",
        "address": "Hemos cambiado la dirección[ ({object})][: {address}].",
        "booking": "Hemos hecho la reserva[ ({object})][ para el {date}].",
        "subscription": "Hemos cambiado la suscripción[ ({object})].",
        "account": "Hemos actualizado su cuenta[ ({object})].",
        "message": "Hemos enviado el mensaje[ a {to}].",
        "handover": "Hemos pasado su caso a un colega[ ({object})].",
        "complaint": "Hemos registrado su reclamación[ ({object})].",
    },
    "fr": {
        "refund": "Nous avons remboursé[ {amount}][ ({object})].",
        "credit": "Nous avons ajouté un crédit[ de {amount}] à votre compte[ ({object})].",
        "payment": "Nous avons débité[ {amount}][ ({object})].",
        "cancellation": "Nous avons effectué l'annulation[ ({object})].",
        "exchange": "Nous avons lancé un remplacement[ ({object})].",
        "shipment": "Nous avons lancé un nouvel envoi[ ({object})].",
        "return": "Nous avons enregistré le retour[ ({object})].",
        "order": "Nous avons passé la commande[ ({object})].",
        "order_change": "Nous avons modifié la commande[ ({object})].",
        "address": "Nous avons modifié l'adresse[ ({object})][ : {address}].",
        "booking": "Nous avons fait la réservation[ ({object})][ pour le {date}].",
        "subscription": "Nous avons modifié l'abonnement[ ({object})].",
        "account": "Nous avons mis à jour votre compte[ ({object})].",
        "message": "Nous avons envoyé le message[ à {to}].",
        "handover": "Nous avons transmis votre dossier à un collègue[ ({object})].",
        "complaint": "Nous avons enregistré votre réclamation[ ({object})].",
    },
}

LABELS: Mapping[str, Mapping[str, str]] = {
    "en": {
        **{"refund": "Refund", "credit": "Credit", "payment": "Charge", "cancellation": "Cancellation"},
        **{"exchange": "Replacement", "shipment": "New shipment", "return": "Return", "order": "New order"},
        **{"order_change": "Change of the order", "address": "Change of address", "booking": "Booking"},
        **{
            "subscription": "Subscription",
            "account": "Account",
            "message": "Message",
            "handover": "Handover",
        },
        **{"complaint": "Complaint"},
    },
    "de": {
        **{
            "refund": "Erstattung",
            "credit": "Gutschrift",
            "payment": "Abbuchung",
            "cancellation": "Stornierung",
        },
        **{
            "exchange": "Ersatz",
            "shipment": "Neue Lieferung",
            "return": "Rücksendung",
            "order": "Neue Bestellung",
        },
        **{"order_change": "Änderung der Bestellung", "address": "Adressänderung", "booking": "Buchung"},
        **{"subscription": "Abo", "account": "Konto", "message": "Nachricht", "handover": "Übergabe"},
        **{"complaint": "Beschwerde"},
    },
    "es": {
        **{"refund": "Reembolso", "credit": "Saldo", "payment": "Cobro", "cancellation": "Cancelación"},
        **{
            "exchange": "Reemplazo",
            "shipment": "Nuevo envío",
            "return": "Devolución",
            "order": "Nuevo pedido",
        },
        **{"order_change": "Cambio del pedido", "address": "Cambio de dirección", "booking": "Reserva"},
        **{"subscription": "Suscripción", "account": "Cuenta", "message": "Mensaje", "handover": "Traspaso"},
        **{"complaint": "Reclamación"},
    },
    "fr": {
        **{"refund": "Remboursement", "credit": "Avoir", "payment": "Débit", "cancellation": "Annulation"},
        **{
            "exchange": "Remplacement",
            "shipment": "Nouvel envoi",
            "return": "Retour",
            "order": "Nouvelle commande",
        },
        **{
            "order_change": "Modification de la commande",
            "address": "Changement d'adresse",
            "booking": "Réservation",
        },
        **{
            "subscription": "Abonnement",
            "account": "Compte",
            "message": "Message",
            "handover": "Transmission",
        },
        **{"complaint": "Réclamation"},
    },
}

STATUS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "done": "done",
        "not_done": "this was not done",
        "unknown": "we do not know yet whether this went through; nobody will do it twice",
        "undone": "this was undone",
        "pending": "still in progress, and not done yet",
        "scheduled": "this is scheduled",
    },
    "de": {
        "done": "erledigt",
        "not_done": "nicht erfolgt",
        "unknown": "ob das geklappt hat, wissen wir noch nicht; doppelt geschieht nichts",
        "undone": "wieder rückgängig gemacht",
        "pending": "noch in Bearbeitung, also noch nicht erfolgt",
        "scheduled": "eingeplant",
    },
    "es": {
        "done": "se ha hecho",
        "not_done": "no se ha hecho",
        "unknown": "todavía no sabemos si se ha hecho; no se hará dos veces",
        "undone": "se ha deshecho",
        "pending": "todavía en proceso, no se ha hecho aún",
        "scheduled": "está previsto",
    },
    "fr": {
        "done": "c'est fait",
        "not_done": "cela n'a pas été fait",
        "unknown": "nous ne savons pas encore si cela a été fait ; rien ne sera fait deux fois",
        "undone": "cela a été annulé",
        "pending": "toujours en cours, pas encore fait",
        "scheduled": "c'est prévu",
    },
}

NOTHING: Mapping[str, str] = {
    "en": "Nothing has been changed so far.",
    "de": "Bisher wurde nichts geändert.",
    "es": "Hasta ahora no se ha cambiado nada.",
    "fr": "Rien n'a été modifié pour l'instant.",
}

REFERENCE: Mapping[str, str] = {"en": "Reference", "de": "Referenz", "es": "Referencia", "fr": "Référence"}

MONTHS: Mapping[str, str] = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
}
