"""Replies of 120 words with a receipt and facts, for measuring what a check costs."""

from decimal import Decimal

from segue.flow.receipts import Receipt

REPLIES = {
    "en": "Hello Mr Patel, thank you for getting in touch. I'm sorry that the kettle arrived broken. I have arranged a "
    "refund of £45.00 for order 70021, which goes back to your original payment method. You don't need to send "
    "anything back. If you would like a replacement instead, please let me know before Friday and I will check what "
    "we have in stock. Refunds usually take 5-7 business days to show up on your statement, depending on your bank. "
    "You can follow the status under My orders at any time, and the invoice is there as well. Once again, I apologise "
    "for the trouble, and I hope that the next order reaches you in one piece. Is there anything else I can do?",
    "de": "Guten Tag Herr Patel, vielen Dank für Ihre Nachricht. Es tut mir leid, dass der Wasserkocher defekt ankam. "
    "Ich habe für die Bestellung 70021 eine Erstattung von 45,00 £ veranlasst, sie geht auf das ursprüngliche "
    "Zahlungsmittel. Zurückschicken müssen Sie nichts. Falls Sie stattdessen lieber Ersatz möchten, sagen Sie mir "
    "bitte bis Freitag Bescheid, dann prüfe ich, was wir auf Lager haben. Erstattungen dauern meist 5 bis 7 Werktage, "
    "je nach Bank. Den Stand sehen Sie jederzeit unter Meine Bestellungen, dort liegt auch die Rechnung. Bitte "
    "entschuldigen Sie noch einmal die Umstände; ich hoffe sehr, dass die nächste Lieferung heil bei Ihnen ankommt. "
    "Kann ich sonst noch etwas für Sie tun? Dann schreiben Sie mir einfach hier, ich bin heute bis 18 Uhr da.",
    "es": "Buenos días, señor Patel, gracias por escribirnos. Siento mucho que el hervidor llegara roto. He tramitado "
    "un reembolso de 45,00 £ por el pedido 70021, que irá al método de pago original. No hace falta que devuelva "
    "nada. Si prefiere un reemplazo, dígamelo antes del viernes y miro qué tenemos en el almacén. Los reembolsos "
    "suelen tardar de 5 a 7 días hábiles en aparecer en el extracto, según el banco. Puede seguir el estado en Mis "
    "pedidos cuando quiera; allí está también la factura. Le pido disculpas otra vez por las molestias y espero que "
    "el próximo pedido llegue entero. Si necesita cualquier otra cosa, escríbame aquí mismo, que hoy estoy hasta "
    "las seis de la tarde. ¿Hay algo más que pueda hacer por usted?",
    "fr": "Bonjour Monsieur Patel, merci de nous avoir écrit. Je suis vraiment désolé que la bouilloire soit arrivée "
    "cassée. J'ai lancé un remboursement de 45,00 £ pour la commande 70021, sur le moyen de paiement d'origine. Vous "
    "n'avez rien à renvoyer. Si vous préférez un remplacement, dites-le-moi avant vendredi et je regarderai ce que "
    "nous avons en stock. Les remboursements prennent en général 5 à 7 jours ouvrés, selon la banque. Vous pouvez "
    "suivre l'état dans Mes commandes à tout moment ; la facture s'y trouve aussi. Encore une fois, toutes mes "
    "excuses pour ce désagrément, et j'espère que la prochaine commande arrivera entière. Puis-je faire autre chose "
    "pour vous aujourd'hui ? Il suffit de m'écrire ici.",
}

RECEIPTS = (Receipt("refund", ("refund",), "70021", Decimal("45"), "GBP"),)

FACTS = [
    {
        "order": {
            "number": "70021",
            "total": "45.00",
            "currency": "GBP",
            "items": ["kettle"],
            "placed": "2026-05-03",
        },
        "customer": {
            "name": "Ravi Patel",
            "email": "ravi@example.org",
            "address": "12 Mill Lane, Leeds LS1 4AP",
        },
        "article": "Refunds take 5 to 7 business days. We are there until 18:00.",
    }
]
