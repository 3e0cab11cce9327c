"""German words of acts."""

import re
from collections.abc import Iterable

from segue.guard.claiming.vocabulary import Vocabulary

# Verbs whose participle or past is not made by rule: infinitive, third person, past, participle.
_STRONG = {
    **{"kennen": "kennt kannte gekannt", "erkennen": "erkennt erkannte erkannt"},
    **{"laufen": "läuft lief gelaufen", "brechen": "bricht brach gebrochen"},
    "stoßen": "stößt stieß gestoßen",
    **{"geben": "gibt gab gegeben", "nehmen": "nimmt nahm genommen", "bringen": "bringt brachte gebracht"},
    **{"tun": "tut tat getan", "ziehen": "zieht zog gezogen", "schreiben": "schreibt schrieb geschrieben"},
    **{
        "rufen": "ruft rief gerufen",
        "heben": "hebt hob gehoben",
        "schließen": "schließt schloss geschlossen",
    },
    **{"gehen": "geht ging gegangen", "kommen": "kommt kam gekommen", "treffen": "trifft traf getroffen"},
    **{"lassen": "lässt ließ gelassen", "weisen": "weist wies gewiesen", "senden": "sendet sandte gesandt"},
    **{"finden": "findet fand gefunden", "sehen": "sieht sah gesehen", "bitten": "bittet bat gebeten"},
    **{"halten": "hält hielt gehalten", "werfen": "wirft warf geworfen", "setzen": "setzt setzte gesetzt"},
    **{
        "ersetzen": "ersetzt ersetzte ersetzt",
        "leiten": "leitet leitete geleitet",
        "tragen": "trägt trug getragen",
    },
    **{"schieben": "schiebt schob geschoben", "streichen": "streicht strich gestrichen"},
    **{"laden": "lädt lud geladen", "legen": "legt legte gelegt", "nennen": "nennt nannte genannt"},
    **{
        "erhalten": "erhält erhielt erhalten",
        "bekommen": "bekommt bekam bekommen",
        "haben": "hat hatte gehabt",
    },
    **{"ergehen": "ergeht erging ergangen", "unterbrechen": "unterbricht unterbrach unterbrochen"},
    **{
        "übernehmen": "übernimmt übernahm übernommen",
        "beheben": "behebt behob behoben",
        "klären": "klärt klärte geklärt",
    },
    **{
        "beziehen": "bezieht bezog bezogen",
        "abschließen": "x x abgeschlossen",
        "vornehmen": "x x vorgenommen",
    },
    **{
        "erlassen": "erlässt erließ erlassen",
        "eintreffen": "x x eingetroffen",
        "verschieben": "verschiebt verschob verschoben",
    },
    **{"anbieten": "x x angeboten", "sprechen": "spricht sprach gesprochen", "werden": "x x geworden"},
    **{"überweisen": "überweist überwies überwiesen", "unternehmen": "unternimmt unternahm unternommen"},
    **{
        "wenden": "wendet wandte gewandt",
        "denken": "denkt dachte gedacht",
        "springen": "springt sprang gesprungen",
    },
}
_SEPARABLE = re.compile(
    r"^(zurück|rück|gut|um|ab|an|auf|aus|ein|weiter|nach|los|zu|vor|fest|frei|hinter|hinzu|weg|raus|wieder|"
    r"heraus|her|rein|durch(?=füh)|bereit|fertig|still|statt|gegen|hoch|herab|runter|mit|dazu|neu|vorbei)_(.+)$"
)
_FIXED = re.compile(r"^(?:be|er|ver|ent|zer|ge|miss|über|unter|wider|hinter)|ieren$")


def inflect(lemma: str) -> Iterable[tuple[str, str]]:
    split = _SEPARABLE.match(lemma)
    if split:
        prefix, base = split.groups()
        for word, letter in _plain(base):
            if letter == "P":
                yield prefix + word, "P"
            elif letter == "I":
                yield prefix + word, "I"
                yield f"{prefix}zu{word}", "T"
            if letter in "ND":
                yield prefix + word, letter
                yield f"{word}…{prefix}", letter
        return
    yield from _plain(lemma)


def _plain(lemma: str) -> Iterable[tuple[str, str]]:
    if lemma == "rückgängig":  # with machen, which may stand far away
        yield lemma, "P"
        return
    yield lemma, "I"
    stem = re.sub(r"e?n$", "", lemma)
    link = "e" if re.search(r"[td]$|[^lrhmnaeiouäöü][mn]$", stem) else ""
    yield stem + "e", "N"
    yield lemma, "N"
    fixed = _FIXED.match(lemma)
    prefix, base = (fixed[0], lemma[fixed.end() :]) if fixed and lemma not in _STRONG else ("", lemma)
    if base in _STRONG:
        third, past, participle = _STRONG[base].split()
        third, past = prefix + third, prefix + past
        participle = prefix + participle.removeprefix("ge") if prefix else participle
        yield third, "N"
        yield past, "D"
        yield (past + "n" if past.endswith("e") else past + "en"), "D"
        yield participle, "P"
        return
    third = stem + ("" if not link and stem.endswith("t") else link) + "t"
    yield third, "N"
    for ending in ("e", "en"):
        yield stem + link + "t" + ending, "D"
    yield (third if _FIXED.search(lemma) else "ge" + third), "P"


VERBS = {
    "does refund": (
        "erstatten rück_erstatten zurück_erstatten zurück_zahlen zurück_überweisen zurück_buchen "
        "rück_vergüten rück_überweisen zurück_geben aus_zahlen zurück_bezahlen"
    ),
    "does refund credit": "verrechnen vergüten gut_schreiben entschädigen kompensieren",
    "does credit": "erlassen ab_schreiben verzichten",
    "does payment": "ab_buchen belasten ein_ziehen berechnen",
    "cancels cancellation": (
        "stornieren kündigen annullieren ab_bestellen ab_sagen canceln streichen stoppen anhalten an_halten"
    ),
    "does exchange shipment": "ersetzen aus_tauschen um_tauschen",
    "does exchange order_change": "tauschen",
    "does shipment": "nach_schicken nach_senden nach_liefern",
    "does order": "nach_bestellen",
    "orders order": "bestellen ordern",
    "does booking": "buchen um_buchen reservieren terminieren hinzu_buchen",
    "does subscription": "um_stellen pausieren hoch_stufen herab_stufen upgraden ruhen",
    "does account": "frei_schalten entsperren sperren aktivieren reaktivieren deaktivieren zurück_setzen",
    "does handover": (
        "weiter_leiten weiter_geben eskalieren zurück_rufen an_rufen übergeben benachrichtigen "
        "informieren kontaktieren weiter_reichen telefonieren ein_schalten beauftragen verständigen"
    ),
    "mails message": "mailen",
    "does return": "ab_holen",
    "makes": (
        "legen hinterlegen regulieren veranlassen bearbeiten aus_lösen ein_leiten durch_führen aus_führen "
        "vor_nehmen genehmigen bewilligen frei_geben erstellen an_legen eröffnen auf_nehmen registrieren "
        "erfassen bestätigen beauftragen machen tun erledigen ab_schließen ein_richten an_weisen überweisen "
        "hinter_legen auf_geben gewähren spendieren schenken hinzu_fügen an_stoßen starten ein_reichen "
        "organisieren arrangieren aus_stellen ein_stellen geben initiieren regeln verbuchen an_fordern "
        "fertig_machen klären veröffentlichen platzieren leisten verrechnen ein_tragen notieren vereinbaren "
        "zu_sagen auf_setzen ab_wickeln an_erkennen zu_teilen akzeptieren buchen erreichen erwirken "
        "durch_setzen sichern dazu_legen bei_legen drauf_legen mit_geben stellen vermerken melden"
    ),
    "sends": (
        "schicken senden verschicken versenden zu_schicken zu_senden los_schicken ab_schicken ab_senden "
        "raus_schicken heraus_schicken überweisen buchen liefern zu_stellen übermitteln hinter_legen "
        "zu_mailen stellen ein_werfen auf_geben raus_geben bringen vorbei_bringen mit_bringen"
    ),
    "asks": "bitten an_weisen auf_fordern",
    "plans": "planen ein_planen vor_merken vor_sehen an_setzen",
    "pays": "zahlen bezahlen",
    "changes": (
        "stoppen anhalten ändern ab_ändern aktualisieren an_passen korrigieren um_ändern verschieben "
        "vor_ziehen verlängern speichern hinterlegen löschen schließen um_schreiben ein_tragen "
        "berichtigen um_leiten wechseln um_ziehen verlegen nehmen senken erhöhen erweitern  "
        "aus_schalten ein_schalten hinzu_fügen ergänzen  über_nehmen übernehmen zurück_nehmen "
        "reduzieren beenden auf_halten aus_buchen zu_buchen hinzu_buchen dazu_buchen an_halten "
        "mit_versichern ab_stellen ein_frieren neu_starten aus_tragen zusammen_führen ab_schalten "
        "an_schließen auf_teilen teilen"
    ),
    "does undo": "widerrufen rückgängig zurück_ziehen",
    "does undo refund": "zurück_nehmen",
    "settles": "erledigen regeln klären lösen beheben organisieren arrangieren kümmern",
    "gets": "erhalten bekommen empfangen sehen finden haben wieder_finden",
    "comes": (
        "ein_treffen ein_gehen an_kommen kommen erscheinen gehen landen liegen folgen vorbei_kommen besuchen"
    ),
    "fails": "ab_lehnen fehl_schlagen scheitern verweigern",
    "requests": "beantragen an_fragen",
    "lifts": "auf_heben streichen entfernen heraus_nehmen auf_leben wieder_herstellen reaktivieren",
    "leaves": "ab_gehen raus_gehen",
    "gets refund": "zurück_bekommen zurück_erhalten wieder_bekommen zurück_kriegen",
    "does complaint claim": "reklamieren beanstanden",
    "does account subscription": "still_legen",
    "does booking order exchange": "reservieren",
}

NOUNS = {
    "msg refund": (
        "erstattung rückerstattung rückzahlung rückbuchung rückvergütung auszahlung refund erstattungen "
        "rückzahlungen rückerstattungen kaution überweisung überweisungen auszahlungen "
        "versicherungsleistung entschädigungsleistung"
    ),
    "msgb refund": "geld betrag summe kaufpreis kaufbetrag differenz differenzbetrag restbetrag",
    "msgc credit": (
        "gutschein gutscheincode guthaben rabatt bonus entschädigung kulanzgutschrift "
        "gutscheine punkte voucher nachlass preisnachlass rabattcode gratismonat freimonat "
        "meilen geschenkkarte"
    ),
    "msgc refund credit": "gutschrift gutschriften",
    "c credit": "gebühr gebühren zuschlag mahngebühr rechnung",
    "msgbcl refund payment": "abbuchung zahlung belastung lastschrift doppelbuchung",
    "msg exchange shipment": (
        "ersatz ersatzgerät ersatzlieferung ersatzartikel ersatzteil ersatzprodukt austauschgerät "
        "ersatzpaket austauschteil"
    ),
    "m exchange": "umtausch austausch tausch",
    "msg return": (
        "rücksendeetikett retourenlabel retourenschein rücksendeschein retourenetikett versandetikett "
        "label etikett rücksendelabel"
    ),
    "m return": "abholung abholauftrag retoure rücksendung",
    "c account return": "garantie",
    "c shipment address": "lieferung zustellung liefertermin",
    "c return account": "rückgabefrist frist",
    "m cancellation": "stornierung kündigung storno annullierung",
    "mco order_change order": "bestellung bestellungen auftrag artikel posten",
    "cm address": (
        "adresse lieferadresse anschrift lieferanschrift rechnungsadresse versandadresse adressänderung"
    ),
    "mc booking": (
        "buchung reservierung termin platz sitzplatz tisch zimmer flug umbuchung technikertermin termine "
        "reservierungen buchungen warteliste"
    ),
    "mcg subscription": (
        "abo abonnement mitgliedschaft tarif tarifwechsel vertrag upgrade downgrade basistarif"
    ),
    "cm account": (
        "konto kundenkonto passwort profil zugang kundendaten daten telefonnummer mailadresse pin karte "
        "kreditkarte datenvolumen kontodaten einstellung nutzerkonto emailadresse"
    ),
    "sg account": "simkarte neue_karte",
    "sgm message": (
        "mail email bestätigung bestätigungsmail bestätigungs_mail nachricht sms rechnungskopie link "
        "kopie e_mail beleg auftragsbestätigung buchungsbestätigung"
    ),
    "mgc handover": (
        "ticket rückruf fall anliegen supportticket vorgang anfrage störungsmeldung serviceticket"
    ),
    "msc complaint handover": "beschwerde reklamation beschwerden",
    "m claim refund": (
        "antrag schaden schadensfall schadenfall schadenmeldung schadensmeldung ausgleichszahlung"
    ),
    "m shipment": "nachlieferung neulieferung neue_lieferung neuen_lieferung neues_paket",
    "sg shipment exchange": "neue_lampe fehlende_teil fehlenden_teile teil teile ersatzteile",
    "c account": "dauerauftrag einzugsermächtigung zählerstand",
    "c subscription": "status goldstatus police versicherungsschutz monatsbeitrag beitrag",
    "m credit": "ratenzahlung",
    "msc booking": "techniker elektriker",
    "msl message": "rechnung",
    "m handover claim": "nachforschungsauftrag nachforschung nachforschungsantrag",
    "c account subscription": "newsletter verteiler werbeverteiler",
    "cm subscription": "premium premiumtarif probezeitraum probezeit testphase testzeitraum probeabo",
    "cm account order_change": "zahlungsart zahlungsmethode zahlungsweise",
    "cm account subscription": "anschluss leitung rufnummer",
}

FLAGS = {
    "me": (
        "ich wir man unser unsere team kollege kollegin kollegen kolleginnen buchhaltung abteilung "
        "technik fachabteilung lager support kundenservice teamleitung mitarbeiter mitarbeiterin "
        "techniker system finanzabteilung fachteam jemand hab spezialist"
    ),
    "toyou": "ihnen dir euch dich",
    "you": "sie du",
    "harmless": (
        "geprüft gesehen gelesen gefunden erhalten bekommen verstanden bemerkt gesucht versucht gewartet "
        "gehört verglichen aufgelistet angehängt beschrieben erwähnt gelernt gedacht überlegt geschrieben "
        "geantwortet gefragt erklärt gesagt gesprochen entschuldigt nachgesehen nachgeschaut angesehen "
        "angeschaut durchgesehen überprüft eingesehen festgestellt gemerkt gehofft gebraucht gewünscht "
        "entdeckt ermittelt zusammengefasst zusammengestellt gezeigt gewusst vermisst missverstanden "
        "recherchiert untersucht kontrolliert verfolgt begriffen gebaut begrenzt verwendet beantwortet "
        "genannt verbunden gedauert geholfen gehabt gewesen geblieben gelegen gestanden gefallen passiert "
        "gescannt vergessen besprochen gegeben gemacht gelungen erlebt erfahren errechnet berechnet "
        "verlangt benötigt empfohlen aufmerksam gewarnt vorgelegt angekündigt autorisiert zugesagt "
        "versprochen verlassen nachgefragt rückgefragt durchgelesen durchgegangen nachgelesen mitbekommen "
        "vernommen verursacht bereitet"
    ),
    "outsider": (
        "kurier reisebüro airline fluggesellschaft bank zusteller post dhl dpd hermes hotel händler "
        "verkäufer hersteller paketdienst spediteur zahlungsdienst versender veranstalter nachbar nachbarn "
        "betreiber vermieter kunde kontoinhaber restaurant marktplatz marketplace"
    ),
    "have": "habe haben hat hab hatte hatten habt",
    "be": "ist sind seid bin lautet lauten is stehen",
    "was": "war waren wurde wurden worden",
    "become": "wird werden werde",
    "neg": (
        "niemand nicht kein keine keinen keinem keiner keines nie niemals nichts ohne_dass weder "
        "nicht_mehr niemanden niemandem"
    ),
    "modal": (
        "kann könnte könnten können möchte möchten soll sollen will wollen dürfen darf dürfte müssen muss "
        "müsste würde würden könnt kannst mag hätte hätten wäre lassen_sich bräuchte brauche brauchen "
        "benötige benötigen wollte wollten"
    ),
    "should": "sollte sollten dürfte dürften",
    "couldpast": "konnte konnten ließ ließen gelang",
    "notyet": "nicht_möglich",
    "to": "um",
    "zu": "zu",
    "causative": "lassen",
    "parcel": "paket päckchen sendung",
    "cond": (
        "wenn falls sobald sofern nachdem soweit ob nach_eingang nach_rückgabe nach_prüfung nach_erhalt "
        "nach_der_prüfung nach_ihrer_bestätigung nach_freigabe nach_der_freigabe vorausgesetzt im_falle "
        "bei_rücksendung bei_rückgabe nach_ablauf nach_rücksendung nach_wareneingang nach_dem_eingang "
        "nach_einer nach_genehmigung nach_zustimmung nach_abschluss jedoch_erst erst_nach"
    ),
    "whoever": "wer",
    "ongoing": "gerade derzeit aktuell momentan zurzeit noch",
    "ifverb": "sollte sollten",
    "before": "bevor solange während bis_sie bis_wir warum was wann",
    "that": "dass",
    "rel": "das_gestern welcher welche welches",
    "coord": "und oder aber sondern denn weil da sowie obwohl",
    "filler": (
        "fragen frage noch_etwas hilfe prüfen schauen nachsehen öffnen sehen anmelden wünschen brauchen "
        " weitere melden reinschauen"
    ),
    "reports": (
        "schreiben schrieben geschrieben sagen sagten gesagt erwähnt erwähnen erwähnten mitgeteilt "
        "berichten wünschen gebeten baten bitten meinen meinten glauben gehört beschreiben beschrieben "
        "wollten angegeben erhofft beantragt möchten wollen fragen gefragt schreibst schriebst sagst "
        "hofften vermuten erzählt erzählten geschildert rechnet erwartet"
    ),
    "says": (
        "laut_ihrer laut_ihrem ihrer_nachricht_nach nach_ihren_angaben in_ihrer_mail in_ihrer_nachricht "
        "ihnen_wurde_gesagt laut_deiner so_wie_sie wie_sie_schreiben wie_sie_schildern"
    ),
    "seems": (
        "offenbar anscheinend möglicherweise vielleicht wohl vermutlich scheinbar wahrscheinlich "
        "angeblich scheint eventuell kann_vorkommen"
    ),
    "generic": (
        "in_der_regel normalerweise üblicherweise grundsätzlich generell gewöhnlich meist meistens "
        "automatisch jede jeder jedes jeden stets immer typischerweise allgemein erfahrungsgemäß"
    ),
    "now": (
        "jetzt heute sofort gleich umgehend morgen übermorgen gerade soeben eben bald demnächst hiermit "
        "zeitnah in_kürze unverzüglich"
    ),
    "past": "gestern bereits schon vorhin soeben",
    "past_now": "heute_früh",
    "adv": (
        "auch bereits schon gerade eben soeben heute jetzt nun noch sofort gestern vollständig erfolgreich "
        "inzwischen mittlerweile wieder gern direkt selbstverständlich natürlich somit damit daher "
        "kostenfrei kostenlos neu sicher also doch ja komplett ohne_aufpreis ohne_probleme problemlos "
        "ohne_mehrkosten gab_es es_gab gibt_es es_gibt"
    ),
    "on_way": (
        "unterwegs auf_dem_weg auf_dem_rückweg auf_rückweg raus rausgegangen unterwegs_zu in_der_post los "
        "läuft_bereits läuft_schon läuft_gerade läuft_jetzt im_versand in_zustellung"
    ),
    "live": "aktiv gültig offen geschlossen ruht",
    "ready": (
        "durch fertig bestätigt erledigt geklärt gespeichert bereit verfügbar abgeschlossen in_ordnung "
        "eingestellt postfach posteingang geklappt klappte wieder da wirksam zurück perfekt gebongt "
        "hinterlegt erfolgreich raus eingerichtet draußen geregelt durchgegangen durchgelaufen vollzogen "
        "pausiert erfolgt vorgenommen"
    ),
    "waiting": (
        "wartet warten freigabe genehmigung prüfung in_bearbeitung ausstehend in_prüfung noch_offen "
        "zur_freigabe zur_genehmigung"
    ),
    "done": (
        "erledigt geregelt geklärt in_die_wege_geleitet gekümmert fertig behoben abgehakt passt_alles "
        "alles_klar_erledigt gelöst arrangiert gemacht getan organisiert"
    ),
    "limit": "bis vor spätestens",
    "inbox": "postfach posteingang briefkasten",
    "it": "es das dies alles sache problem die_sache darum das_problem",
    "back": (
        "in_ihrem_konto in_deinem_konto auf_ihrem_konto auf_deinem_konto zurück wieder in_ihrer_geldbörse"
    ),
    "new": (
        "erneut nochmals brandneue brandneues brandneuen neue neues neuen neuer neu anderes anderen ersatz "
        "fehlende fehlenden zweites weiteres nagelneue nagelneues nagelneuen nagelneuer"
    ),
    "req": "anfrage antrag wunsch möglichkeit richtlinie option",
    "reqof": "wunsch_nach bitte_um anfrage_zu antrag_auf nach_der_fehlenden beim bei_der während",
    "poss": (
        "ihre ihr ihren ihrem ihrer ihres deine dein deinen deinem deiner die der das den dem diese "
        "dieser dieses unsere unser meine mein"
    ),
    "both": "beide beiden",
    "det": "ein eine einen einem einer eines jede jeder kein keine jeglicher",
    "prep": "von für mit zu auf in an bei über aus nach wegen per im am zum zur",
    "by": "von durch seitens",
    "object": (
        "bestellung bestellungen buchung auftrag nr nummer vorgang rechnung reservierung ticket "
        "bestellnummer referenz fall gutschein bestellnr auftragsnummer buchungsnummer vertrag paket unter"
    ),
    "full": (
        "vollen volle voller vollständig komplett komplette kompletten gesamten gesamte ganze ganzen "
        "vollem gesamtbetrag"
    ),
    "interrogative": (
        "soll sollen möchten möchtest würden können könnten könnte darf dürfen haben hat ist sind was wie "
        "wann wo warum wer welche welcher wurde kann könntest kannst hast wollen willst"
    ),
    "offer": "gerne gern",
    "arrival": "bis innerhalb binnen vor ab zwischen voraussichtlich",
    "filler_word": (
        "damit schon super prima klar passt kein_problem keine_sorge kein_thema keine_ursache "
        "nichts_zu_danken"
    ),
    "clitic": "sich",
    "yours": "ihr ihre ihren ihrem ihrer ihres dein deine deinen deinem deiner deines euer eure euren",
    "own": (
        "unser unsere unserem unseren unserer mein meine meinen meinem preis preise webseite app sortiment"
    ),
    "saw_to": "erlaubt gelungen geschafft freiheit_genommen dafür_gesorgt gesorgt sichergestellt erreicht",
    "talk": (
        "frage fragen möglichkeiten optionen informationen infos liste übersicht schritte antwort fehler "
        "hinweis entschuldigung erklärung link anleitung angebot vorschlag bedingungen überblick"
    ),
    "happens": (
        "zugestellt geliefert bezahlt abgelehnt gekauft gestohlen geöffnet gemeldet beschädigt verzögert "
        "verloren betroffen genutzt gebucht abgelaufen gepackt eingestellt ausverkauft angelegt gescannt "
        "sortiert empfangen abgeholt entwickelt eingeführt gegründet hinterlassen"
    ),
    "gone": "raus weg gestrichen vom_tisch nicht_mehr",
    "henceforth": "jetzt nun ab_sofort künftig ab_jetzt ab_heute nunmehr",
    "depends": (
        "bei_anreise bei_abreise bei_der_anreise bei_der_abreise bei_ankunft bei_lieferung bei_abholung "
        "beim_einchecken beim_auschecken beim_kauf beim_abschluss beim_umtausch"
    ),
    "counton": "rechnen rechne",
    "only": "nur lediglich ausschließlich",
    "class": (
        "kunden richtlinie richtlinien regel stornierte bestellungen mitglieder goldmitglieder fahrgäste "
        "gäste gebühren buchungsgebühren versandkosten"
    ),
    "theirs": "bei_ihnen bei_dir zu_ihnen zu_dir",
    "day": "montag dienstag mittwoch donnerstag freitag samstag sonntag morgen übermorgen",
    "fromnow": "ab_sofort ab_heute ab_jetzt",
    "likeas": "wie so",
    "said": "sagt meint teilt_mit",
    "because": "weil",
    "after": "nach",
    "hereby": "hiermit",
    "files": ("eingereicht erfasst aufgenommen angelegt registriert gestellt eingegangen erstellt"),
    "packs": "packen packt vorbereitet bereitet zusammengestellt",
    "enjoys": (
        "sitzen fliegen reisen zahlen fahren haben profitieren genießen wohnen sitzt fliegst reist zahlst "
        "fährst hast profitierst"
    ),
    "or": "oder",
    "grants": "genehmigt bewilligt angenommen akzeptiert anerkannt",
    "closing": "geschlossen gelöscht aufgelöst schließen löschen",
    "opening": "entsperrt freigeschaltet reaktiviert aktiviert",
    "password": "passwort kennwort",
    "pausing": "pausiert pausieren ruht",
    "grading": "upgrade hochgestuft downgrade herabgestuft",
    "mailing": "emailadresse mailadresse",
    "adds": "ergänzt hinzugefügt",
    "cause": "wegen aufgrund",
    "finds": "finden findest",
    "holds": "umfasst beinhaltet deckt",
}

VOCABULARY = Vocabulary(
    "de",
    inflect,
    VERBS,
    NOUNS,
    FLAGS,
    re.compile(r"(?:ungen|scheine|schriften|termine|beschwerden)$"),
    compounds=True,
    heads=("ersatz", "austausch"),
    participles=re.compile(r"(?:\w*ge\w{2,}(?:t|en)|\w{3,}iert|(?:be|er|ver|ent|zer)\w{3,}(?:t|en))"),
    brackets=True,
)
