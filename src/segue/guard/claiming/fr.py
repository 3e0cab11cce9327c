"""French words of acts."""

import re
from collections.abc import Iterable

from segue.guard.claiming.vocabulary import Vocabulary

# Participle, present of je/il/nous/ils, stem of the future.
_IRREGULAR = {
    "prévoir": ("prévu", "prévois prévoit prévoyons", "prévoir"),
    "faire": ("fait", "fais fait faisons font", "fer"),
    "rendre": ("rendu", "rends rend rendons rendent", "rendr"),
    "mettre": ("mis", "mets met mettons mettent", "mettr"),
    "transmettre": ("transmis", "transmets transmet transmettons transmettent", "transmettr"),
    "émettre": ("émis", "émets émet émettons émettent", "émettr"),
    "ouvrir": ("ouvert", "ouvre ouvrons ouvrent", "ouvrir"),
    "offrir": ("offert", "offre offrons offrent", "offrir"),
    "inscrire": ("inscrit", "inscris inscrit inscrivons", "inscrir"),
    "recevoir": ("reçu", "reçois reçoit recevez reçoivent", "recevr"),
    "voir": ("vu", "vois voit voyez voient", "verr"),
    "avoir": ("eu", "x", "aur"),
    "partir": ("parti", "pars part partons partent", "partir"),
    "restituer": ("restitué", "restitue restituons restituent", "restituer"),
    "suspendre": ("suspendu", "suspends suspend suspendons suspendent", "suspendr"),
    "résoudre": ("résolu", "résous résout résolvons", "résoudr"),
    "prendre": ("pris", "prends prend prenons prennent", "prendr"),
    "envoyer": ("envoyé", "envoie envoyons envoient", "enverr"),
    "renvoyer": ("renvoyé", "renvoie renvoyons renvoient", "renverr"),
    "tenir": ("tenu", "tiens tient tenons", "tiendr"),
    "aller": ("allé", "x", "ir"),
    "venir": ("venu", "x", "viendr"),
    "revenir": ("revenu", "revient reviennent", "reviendr"),
    "souscrire": ("souscrit", "souscris souscrit", "souscrir"),
    "remettre": ("remis", "remets remet remettons", "remettr"),
    "parvenir": ("parvenu", "parvient", "parviendr"),
    "reprendre": ("repris", "reprends reprend reprenons", "reprendr"),
    "déduire": ("déduit", "déduis déduit déduisons", "déduir"),
    "prévenir": ("prévenu", "préviens prévient prévenons", "préviendr"),
    "réduire": ("réduit", "réduis réduit", "réduir"),
    "joindre": ("joint", "joins joint", "joindr"),
    "convenir": ("convenu", "x", "conviendr"),
    "appeler": ("appelé", "appelle appelons appellent", "appeller"),
    "rappeler": ("rappelé", "rappelle rappelons rappellent", "rappeller"),
    "retirer": ("retiré", "retire retirons retirent", "retirer"),
}


_PREFIXES = ("désin", "ob", "main", "dés", "re", "ré", "pré", "trans", "sur", "dé", "r", "sou")


def inflect(lemma: str) -> Iterable[tuple[str, str]]:
    first, _, rest = lemma.partition("_")
    tail = f"_{rest}" if rest else ""
    for word, letter in _verb(first):
        yield word + tail, letter


def _verb(lemma: str) -> Iterable[tuple[str, str]]:
    yield lemma, "I"
    prefix = (
        "" if lemma in _IRREGULAR else next((it for it in _PREFIXES if lemma[len(it) :] in _IRREGULAR), None)
    )
    if prefix is not None and lemma.startswith(prefix):
        participle, present, future = (prefix + form for form in _IRREGULAR[lemma[len(prefix) :]])
        presents = [prefix + form.removeprefix(prefix) for form in present.split()]
    elif lemma.endswith("ir"):
        stem = lemma[:-2]
        participle, presents, future = (
            stem + "i",
            [stem + "is", stem + "it", stem + "issons", stem + "issent"],
            lemma,
        )
    else:
        stem = lemma[:-2]
        participle, future = stem + "é", lemma
        soft = re.sub("g$", "ge", re.sub("c$", "ç", stem))
        presents = [stem + "e", soft + "ons", stem + "ent"]
        if re.search(r"é[^aeiou]+$", stem):
            presents.append(re.sub(r"é([^aeiou]+)$", r"è\1", stem) + "e")
    endings = ("",) if participle.endswith("s") else ("", "s")
    for ending in ("", "e"):
        for plural in endings if not ending else ("", "s"):
            yield participle + ending + plural, "P"
    for word in presents:
        yield word, "N"
    for ending in ("ai", "a", "ons", "ont", "as"):
        yield future + ending, "F"
    yield future + "ez", "F2"
    for ending in ("ais", "ait", "aient", "ions", "iez"):
        yield future + ending, "C"


VERBS = {
    "does refund": "rembourser restituer recréditer reverser rendre redonner",
    "does refund credit": "déduire créditer dédommager indemniser",
    "does payment": "débiter prélever facturer encaisser",
    "cancels cancellation": ("annuler résilier désabonner désinscrire bloquer stopper arrêter"),
    "does undo": "révoquer",
    "does exchange shipment": "remplacer",
    "does exchange order_change": "échanger",
    "does shipment": "réexpédier renvoyer",
    "orders order": "recommander commander acheter",
    "does booking": "replacer reprogrammer replanifier",
    "does subscription": "surclasser abonner suspendre renouveler reconduire",
    "does account": "débloquer bloquer activer réactiver désactiver réinitialiser déverrouiller",
    "does handover": (
        "transmettre transférer escalader rappeler appeler contacter signaler prévenir téléphoner avertir "
        "informer faire_remonter remonter alerter recontacter confier saisir"
    ),
    "makes": (
        "effectuer émettre traiter lancer valider approuver faire réaliser exécuter initier enregistrer "
        "créer ouvrir générer préparer accorder offrir ajouter verser virer finaliser déclencher engager "
        "mettre_en_place procéder passer confirmer accepter organiser clôturer déposer appliquer attribuer "
        "établir autoriser consentir régler donner obtenir déclarer"
    ),
    "sends": (
        "envoyer expédier adresser virer verser transmettre partir livrer déposer poster mettre "
        "transférer apporter ramener"
    ),
    "asks": "demander prier donner_ordre",
    "changes subscription booking": "passer",
    "plans": "prévoir programmer planifier fixer",
    "pays": "payer",
    "changes": (
        "geler modifier changer mettre_à_jour corriger déplacer décaler avancer reporter prolonger fermer "
        "enregistrer ajuster ajouter basculer augmenter réduire rectifier rallonger actualiser étendre "
        "rediriger baisser stopper relancer bloquer ramener retenir entrer sortir refaire rebrancher "
        "repousser abaisser diviser"
    ),
    "settles": "régler résoudre arranger occuper finaliser traiter organiser",
    "gets": "recevoir voir retrouver récupérer avoir toucher trouver",
    "leaves": "partir repartir quitter",
    "comes": ("arriver apparaître être revenir parvenir figurer passer repasser venir visiter aller"),
    "fails": "refuser rejeter échouer décliner",
    "lifts": "supprimer effacer retirer enlever lever rétablir",
    "does return": "reprendre",
    "does credit": "renoncer",
    "does complaint claim": "contester",
    "does booking order exchange": "réserver",
    "does subscription booking": "inscrire",
}

NOUNS = {
    "msg refund": "remboursement remboursements versement virement caution restitution",
    "msgb refund": "fonds argent somme montant différence",
    "msgc credit": (
        "avoir bon bon_d_achat crédit remise geste_commercial compensation dédommagement points bons "
        "réduction code_promo avoirs mois_gratuit mois_offert miles carte_cadeau"
    ),
    "mc credit": "frais pénalité pénalités frais_de_retard",
    "msgbcl refund payment": "prélèvement paiement débit double_paiement",
    "msg exchange shipment": "remplacement article_de_remplacement",
    "m exchange": "échange",
    "msg return": "étiquette étiquette_de_retour bordereau bon_de_retour étiquettes",
    "m return": "enlèvement ramassage retour",
    "c account return": "garantie",
    "c shipment address": "livraison",
    "c return account": "délai délai_de_retour",
    "m cancellation": "annulation résiliation",
    "mco order_change order": "commande commandes article prestation",
    "cm address": "adresse adresse_de_livraison coordonnées",
    "mc booking": (
        "réservation rendez-vous rendezvous place vol table chambre siège billet créneau réservations "
        "liste_d_attente"
    ),
    "mcg subscription": (
        "abonnement adhésion forfait changement_de_forfait formule offre contrat forfait_essentiel"
    ),
    "cm account": (
        "compte mot_de_passe données profil carte accès ligne numéro_de_téléphone adresse_email "
        "adresse_mail adresse_électronique"
    ),
    "sg account": "sim nouvelle_carte",
    "sgm message": (
        "email mail courriel confirmation email_de_confirmation message sms lien copie justificatif"
    ),
    "msl message": "facture",
    "c credit payment": "facture",
    "mgc handover": "ticket dossier appel rappel cas",
    "msc complaint handover": "plainte réclamation plaintes réclamations",
    "m claim refund": "demande sinistre",
    "m shipment": "réexpédition renvoi nouvel_envoi",
    "sg shipment exchange": "pièce pièces pièce_manquante pièces_manquantes",
    "c account": "virement_permanent plafond",
    "c subscription": "statut cotisation couverture tarif",
    "m credit": "échéancier",
    "msc booking": "technicien électricien",
    "m handover claim": "enquête",
    "c account subscription": "liste_de_diffusion newsletter",
    "cm subscription": "premium période_d_essai essai_gratuit",
    "cm account order_change": "moyen_de_paiement mode_de_paiement",
    "m complaint claim": "contestation",
    "cm account subscription": "ligne",
}

FLAGS = {
    "me": (
        "entrepôt je j nous on notre nos équipe collègue conseiller conseillère technicien responsable "
        "service service_client département supérieur superviseur quelqu_un système agent comptabilité "
        "techniciens jai"
    ),
    "you": "vous tu vous_vous_êtes vous_vous_étiez tu_t_es",
    "toyou": "vous te t",
    "harmless": (
        "vérifié regardé lu vu trouvé reçu compris remarqué noté cherché recherché essayé tenté attendu "
        "entendu comparé joint décrit mentionné appris pensé considéré écrit répondu demandé expliqué dit "
        "parlé consulté examiné étudié contrôlé localisé identifié découvert calculé copié résumé montré "
        "pu voulu eu été constaté parcouru limité inclus arrivé passé terminé expiré échoué oublié "
        "observé mis fait pris donné testé mesuré su connu aimé regretté promis commencé touché prévu "
        "proposé relu inspecté repéré détecté réussi tardé conseillé quitté lire voir regarder vérifier "
        "parler consulter recevoir relire causé occasionné"
    ),
    "outsider": (
        "coursier agence compagnie banque transporteur poste dhl chronopost colissimo hôtel vendeur "
        "fabricant marchand voisin livreur commerçant prestataire assureur client titulaire chauffeur "
        "restaurant gestionnaire place_de_marché marketplace plateforme"
    ),
    "have": "ai a avons ont as avait avaient aviez jai",
    "article": "la le les l",
    "be": ("c_est est sont suis es sommes êtes n_êtes_plus est_pris est_prise"),
    "was": "été était étaient fut viens_d_être vient_d_être viennent_d_être",
    "will": "sera seront serez aura",
    "going": "vais va vont allons allez",
    "just_done": "viens_de vient_de venons_de viennent_de viens_d vient_d venons_d viennent_d",
    "prog": "en_train_de en_cours_de en_train_d",
    "refl": "se s",
    "clitic": "vous te t le la les l lui leur y en nous me m se s",
    "neg": (
        "personne pas jamais rien aucun aucune plus ni non n_apparaissent_plus ne_figure_plus "
        "ne_figurent_plus n_est_plus ne_sont_plus n_apparaît_plus n_êtes_plus"
    ),
    "negaux": "ne n",
    "modal": (
        "peux pouvons peut pourrait pourrions pourrais souhaitez souhaite veux voulons voulez dois doit "
        "devez aimerais aimerions préférez peuvent pouvez puis pourriez faut faudrait nécessite "
        "souhaitons devons pourrons pourrai voudrais désirez aurait auraient aurions serait seraient "
        "aurais d_être à_être pour_être"
    ),
    "should": "devrait devraient devriez",
    "couldpast": "pu réussi parvenu_à parvenus_à",
    "managed": "permis_de permise_de réussi_à",
    "to": "pour de d à",
    "cond": (
        "si s_il s_ils dès_qu une_fois_qu à_condition_qu lorsqu_il dès_que lorsque quand une_fois "
        "dès_validation dès_le au_cas_où à_condition après sous_réserve lorsqu dès_lors quand_nous sauf "
        "à_réception dès_réception en_cas_de après_réception pourvu"
    ),
    "before": "avant tant_que jusqu_à_ce_que comment pourquoi où quel quelle tandis",
    "that": "que qu",
    "whoever": "qui quiconque",
    "rel": "qui dont lequel laquelle",
    "coord": "et ou mais car puis alors_que parce_qu parce_que",
    "saw_to": "veillé assuré obtenu fait_en_sorte fait_le_nécessaire",
    "filler": (
        "question questions besoin regardez vérifiez consultez voir regarder autre_chose vérifier  connectez"
    ),
    "reports": (
        "écrivez écrit dites dit mentionnez indiquez indiqué demandez demandé souhaitez voulez signalez "
        "pensez citez affirmez prétendez pensiez croyez souhaitiez vouliez désirez écris dis parlez "
        "parliez raconté comptent espère"
    ),
    "says": (
        "d_après_votre selon_votre dans_votre_message on_vous_a_promis on_vous_a_dit à_vous_lire "
        "vous_écrivez selon_vous merci d_après_ce_que selon_ce_que"
    ),
    "seems": (
        "apparemment peut_être semble sans_doute probablement possible éventuellement visiblement paraît "
        "il_arrive il_se_peut"
    ),
    "generic": (
        "en_général généralement normalement habituellement toujours automatiquement tout_bon chaque "
        "toute d_habitude typiquement en_principe"
    ),
    "now": (
        "maintenant aujourd_hui demain immédiatement tout_de_suite bientôt sous_peu dès_maintenant "
        "ce_soir dans_l_heure à_l_instant aussitôt prochainement aprèsmidi"
    ),
    "past": "hier déjà ce_matin hier_soir",
    "adv": (
        "déjà bien aussi également maintenant intégralement totalement entièrement aujourd_hui hier "
        "ce_matin enfin immédiatement donc automatiquement gratuitement encore tout pas rien plus "
        "à_l_instant désormais là effectivement correctement ainsi partiellement dûment vraiment "
        "directement toutefois même être entretemps entre_temps pièce_jointe sans_frais "
        "sans_frais_supplémentaires sans_supplément sans_problème sans_encombre de_nouveau à_nouveau "
        "période_en_cours mois_en_cours année_en_cours"
    ),
    "notyet": "impossible_de pas_été_possible pas_possible",
    "on_way": (
        "en_route en_chemin entre_les_mains en_cours_d_acheminement chemin parti partie "
        "au_courrier à_la_poste en_livraison"
    ),
    "live": "actif active valide ouvert effectif",
    "ready": (
        "fait faite disponible confirmée confirmé terminé terminée validé validée réglé enregistrée "
        "enregistré boîte prêt prête passé passée finalisé finalisée en_ordre en_place suspendu commandée "
        "parti partie sur_votre_compte en_pause prise_en_compte pris_en_compte est_pris est_prise"
    ),
    "waiting": (
        "attente validation valider approbation en_cours_de_validation approuver en_cours_de_traitement "
        "en_cours_d_examen en_cours"
    ),
    "done": (
        "fait réglé c_est_fait arrangé résolu terminé chose_faite occupé occupés voilà_qui_est_fait "
        "c_est_réglé faite finalisé réglée tout_est_bon comme_si_c_était_fait"
    ),
    "limit": "avant jusqu d_ici",
    "inbox": "boîte messagerie",
    "parcel": "colis expéditeur",
    "it": "c ça cela tout ceci problème souci l en c_est",
    "back": (
        "sur_votre_compte sur_votre_carte retour récupéré retrouver de_retour dans_votre_cagnotte "
        "à_votre_banque"
    ),
    "new": (
        "à_nouveau de_nouveau nouveau nouvelle nouvel nouveaux nouvelles autre remplacement manquante "
        "manquantes manquant"
    ),
    "req": "demandé",
    "reqof": (
        "demande_de demande_d politique_de statut_du moyen_de option_de le_suivi_du conditions_de demande "
        "pendant lors_du lors_de au_cours_du"
    ),
    "poss": "votre vos ton ta tes le la les l ce cette cet ces notre mon ma du au des aux",
    "both": "deux",
    "det": "un une tout toute chaque aucun aucune quelque",
    "prep": "de d du pour avec en à sur par chez sous sans dans contre au",
    "by": "par",
    "object": (
        "commande commandes réservation numéro n nº ticket facture réclamation dossier référence bon "
        "contrat n° demande"
    ),
    "full": (
        "intégralement intégral intégrale total totale totalité entièrement complet entier complète "
        "totalement"
    ),
    "interrogative": (
        "souhaitez voulez préférez pouvez pourriez avez quel quelle que qu quand comment où désirez "
        "aimeriez puis dois est êtes préféreriez as peux veux"
    ),
    "offer": "avec_plaisir volontiers",
    "arrival": "avant jusqu entre sous dans d_ici au_plus_tard",
    "filler_word": "voilà bien super parfait bon pas_de_souci pas_de_problème pas_d_inquiétude aucun_souci",
    "yours": "votre vos ton ta tes",
    "own": "notre nos mon ma mes prix site application",
    "plural": "les",
    "agrees": (
        "avez aviez êtes étiez aurez serez allez auriez pouvez pourrez devez voulez souhaitez deviez pourriez"
    ),
    "talk": (
        "options détails informations liste résumé étapes réponse erreur note excuses explication lien "
        "instructions offre question questions proposition conditions recherche précisions échanges"
    ),
    "happens": (
        "endommagé retardé perdu livré expédié payé refusé acheté volé ouvert utilisé affecté cassé abîmé "
        "commandé signalé emballé vendu créé scanné trié reçu récupéré développé introduit fondé laissé"
    ),
    "gone": (
        "n_apparaît_plus n_apparaissent_plus ne_figure_plus ne_figurent_plus n_est_plus ne_sont_plus "
        "n_êtes_plus"
    ),
    "henceforth": (
        "désormais maintenant dorénavant dès_à_présent à_présent dès_aujourd_hui à_partir_d_aujourd_hui "
        "à_compter_d_aujourd_hui"
    ),
    "depends": "lors à_l_arrivée au_départ",
    "counton": "comptez attendez",
    "only": "seulement uniquement",
    "class": (
        "clients achats politique règle annulées commandes conditions membres adhérents usagers voyageurs"
    ),
    "theirs": "chez_vous chez_toi à_votre_domicile à_votre_porte",
    "day": "lundi mardi mercredi jeudi vendredi samedi dimanche demain",
    "fromnow": "dès_aujourd_hui à_partir_d_aujourd_hui à_compter_d_aujourd_hui dorénavant",
    "being": "en_train_d_être en_cours_d_être",
    "awaits": "attend attendent",
    "likeas": "comme ainsi merci",
    "said": "dit indique affirme annonce",
    "because": ("parce_qu parce_que car puisque"),
    "happened": ("déroulé déroulée effectué effectuée passé passée"),
    "hereby": "par_la_présente",
    "files": (
        "déposé déposée enregistré enregistrée créé créée transmis transmise envoyé envoyée soumis soumise "
        "ouvert ouverte reçu reçue"
    ),
    "packs": "préparer prépare préparent",
    "enjoys": "voyagez volez payez profitez bénéficiez avez disposez voyages paies profites bénéficies as",
    "fetches": "récupérer chercher enlever reprendre ramasser collecter",
    "or": "ou",
    "grants": "acceptée accepté approuvée approuvé validée validé accordée accordé",
    "closing": "fermé fermée clôturé clôturée supprimé supprimée effacé effacée",
    "opening": "débloqué débloquée réactivé réactivée activé activée déverrouillé déverrouillée",
    "password": "mot_de_passe",
    "pausing": "suspendu suspendue pause en_pause",
    "grading": "surclassé surclassée",
    "mailing": "adresse_email adresse_mail",
    "adds": "ajouté",
    "cause": ("en_raison_de à_cause_de en_raison_d à_cause_d faute_de étant ayant"),
    "finds": "trouverez trouveras trouvez",
    "holds": "couvre comprend inclut",
}

VOCABULARY = Vocabulary(
    "fr",
    inflect,
    VERBS,
    NOUNS,
    FLAGS,
    re.compile(r"(?:ements?|tions|bons|avoirs|retours)(?<=s)$"),
    again=("res", "re", "ré"),
    participles=re.compile(r"\w{3,}(?:é|i|u|crit|duit|mis|pris)e?s?"),
)
