"""Spanish words of acts."""

import re
from collections.abc import Iterable

from segue.guard.claiming.vocabulary import Vocabulary

# Forms that are not made by rule: participle, first and third person and plurals of the past, present stem.
_IRREGULAR = {
    "hacer": ("hecho", "hice hizo hicimos hicieron", "hago hace hacemos hacen", "har"),
    "poner": ("puesto", "puse puso pusimos pusieron", "pongo pone ponemos ponen", "pondr"),
    "dar": ("dado", "di dio dimos dieron", "doy da damos dan", "dar"),
    "devolver": (
        "devuelto",
        "devolví devolvió devolvimos devolvieron",
        "devuelvo devuelve devolvemos devuelven",
        "",
    ),
    "resolver": (
        "resuelto",
        "resolví resolvió resolvimos resolvieron",
        "resuelvo resuelve resolvemos resuelven",
        "",
    ),
    "abrir": ("abierto", "abrí abrió abrimos abrieron", "abro abre abrimos abren", ""),
    "ver": ("visto", "vi vio vimos vieron", "veo ve vemos ven", ""),
    "tener": ("tenido", "tuve tuvo tuvimos tuvieron", "tengo tiene tenemos tienen", "tendr"),
    "escribir": (
        "escrito",
        "escribí escribió escribimos escribieron",
        "escribo escribe escribimos escriben",
        "",
    ),
    "suspender": (
        "suspendido",
        "suspendí suspendió suspendimos suspendieron",
        "suspendo suspende suspenden",
        "",
    ),
    "reponer": ("repuesto", "repuse repuso repusimos repusieron", "repongo repone reponemos", "repondr"),
    "revertir": ("revertido", "revertí revirtió revertimos revirtieron", "revierto revierte revierten", ""),
    "transferir": (
        "transferido",
        "transferí transfirió transferimos transfirieron",
        "transfiero transfiere",
        "",
    ),
    "prever": ("previsto", "preví previó previmos", "preveo prevé prevemos", ""),
    "pedir": ("pedido", "pedí pidió pedimos pidieron", "pido pide pedimos piden", ""),
    "detener": ("detenido", "detuve detuvo detuvimos detuvieron", "detengo detiene detenemos", "detendr"),
    "ir": ("ido", "x", "x", ""),
    "salir": ("salido", "salí salió salimos salieron", "salgo sale salimos salen", "saldr"),
    "deshacer": ("deshecho", "deshice deshizo deshicimos", "deshago deshace", "deshar"),
    "volver": ("vuelto", "volví volvió volvimos volvieron", "vuelvo vuelve vuelven", ""),
    "disponer": ("dispuesto", "dispuse dispuso", "dispongo dispone", "dispondr"),
    "aprobar": ("aprobado", "aprobé aprobó aprobamos aprobaron", "apruebo aprueba aprobamos", ""),
    "emitir": ("emitido", "emití emitió emitimos emitieron", "emito emite emitimos emiten", ""),
    "reabrir": ("reabierto", "reabrí reabrió reabrimos", "reabro reabre", ""),
}


def inflect(lemma: str) -> Iterable[tuple[str, str]]:
    first, _, rest = lemma.partition("_")
    tail = f"_{rest}" if rest else ""
    for word, letter in _verb(first):
        yield word + tail, letter


def _verb(lemma: str) -> Iterable[tuple[str, str]]:
    yield lemma, "I"
    for clitics in ("le", "les", "te", "lo", "la", "los", "las", "os", "se", "selo", "telo"):
        accented = lemma[:-2] + {"a": "á", "e": "é", "i": "í"}[lemma[-2]] + lemma[-1]
        yield (accented if len(clitics) > 2 and clitics in ("selo", "telo") else lemma) + clitics, "I"
    stem, theme = lemma[:-2], lemma[-2]
    irregular = _IRREGULAR.get(lemma) or _by_ending(lemma)
    future = irregular[3] if irregular and irregular[3] else lemma
    for ending in ("é", "á", "emos", "án", "ás"):
        yield future + ending, "F1" if ending in ("é", "emos") else "F3" if ending == "á" else "F"
    for ending in ("ía", "ían", "íamos"):
        yield future + ending, "C"
    vowel = "a" if theme == "a" else "ie"
    for clitics in ("", "le", "lo", "les", "te"):
        yield (
            stem
            + ({"a": "ando", "ie": "iendo"}[vowel] if not clitics else {"a": "ándo", "ie": "iéndo"}[vowel])
            + clitics,
            "G",
        )
    if irregular:
        for gender in _genders(irregular[0]):
            yield gender, "P"
        for word in irregular[1].split():
            yield (
                word,
                "D1" if re.search(r"(?:[^u]e|[ií]|mos)$", word) else "D" if word.endswith("n") else "D3",
            )
        for word in irregular[2].split():
            yield word, "N1" if re.search(r"(?:o|oy|mos)$", word) else "N"
        return
    for gender in _genders(stem + ("ado" if theme == "a" else "ido")):
        yield gender, "P"
    soft = (
        stem[:-1] + {"c": "qu", "g": "gu", "z": "c"}.get(stem[-1], stem[-1])
        if theme == "a" and stem
        else stem
    )
    if theme == "a":
        past = (soft + "é", stem + "ó", stem + "aron")
        present = (stem + "o", stem + "a", stem + "an")
        plural = stem + "amos"
    else:
        past = (stem + "í", stem + "ió", stem + "ieron")
        present = (stem + "o", stem + "e", stem + "en")
        plural = stem + "imos"
        if theme == "e":
            yield stem + "emos", "N1"
    for ending in ("e", "en", "emos") if theme == "a" else ("a", "an", "amos"):
        yield soft + ending, "S"
    for ending in ("ara", "aran", "ase") if theme == "a" else ("iera", "ieran", "iese"):
        yield stem + ending, "S"
    yield past[0], "D1"
    yield past[1], "D3"
    yield past[2], "D"
    yield present[0], "N1"
    yield present[1], "N"
    yield present[2], "N"
    yield plural, "D1" if theme == "e" else "DN1"


def _by_ending(lemma: str) -> tuple[str, str, str, str] | None:
    """Verbs like "sustituir" and "reducir", whose stem changes in the same way."""
    stem = lemma[:-2]
    if re.search(r"[^gq]uir$", lemma):
        past, present = "í yó imos yeron", "yo ye imos yen"
        forms = [" ".join(stem + ending for ending in endings.split()) for endings in (past, present)]
        return stem + "ido", forms[0], forms[1], ""
    if lemma.endswith("ducir"):
        return (
            stem + "ido",
            " ".join(stem[:-1] + ending for ending in ("je", "jo", "jimos", "jeron")),
            " ".join((stem[:-1] + "zco", stem + "e", stem + "imos", stem + "en")),
            "",
        )
    return None


def _genders(participle: str) -> Iterable[str]:
    return (participle[:-1] + ending for ending in ("o", "a", "os", "as"))


VERBS = {
    "does refund": "reembolsar devolver reintegrar retornar restituir",
    "does refund credit": "descontar abonar compensar acreditar indemnizar bonificar",
    "does credit": "condonar perdonar renunciar",
    "does payment": "cobrar debitar cargar facturar",
    "cancels cancellation": ("cancelar anular rescindir dar_de_baja frenar detener"),
    "does undo": "revertir deshacer revocar dejar_sin_efecto",
    "does exchange shipment": "reemplazar reponer sustituir",
    "does shipment": "reenviar reexpedir",
    "orders order": "encargar comprar pedir",
    "does booking": "reprogramar reagendar agendar",
    "does subscription": "pausar suspender renovar mejorar ascender",
    "does account": "desbloquear bloquear activar reactivar desactivar restablecer restaurar resetear",
    "does handover": (
        "escalar trasladar derivar remitir avisar notificar informar contactar llamar pasar_su_caso "
        "pasar_tu_caso pasar_el_caso elevar canalizar dar_parte comunicar"
    ),
    "does return": "recoger",
    "makes": (
        "emitir procesar tramitar gestionar realizar efectuar hacer completar iniciar aprobar autorizar "
        "generar crear abrir registrar preparar aplicar conceder otorgar dar ordenar ejecutar confirmar "
        "agregar añadir sumar ingresar depositar finalizar concretar formalizar cursar poner lanzar anotar "
        "regalar dejar activar transferir aceptar organizar coordinar proceder presentar asegurar recargar"
    ),
    "sends": (
        "enviar mandar despachar expedir remitir transferir ingresar depositar salir entregar girar "
        "reenviar llevar traer"
    ),
    "asks": "pedir dar_orden ordenar",
    "plans": "programar prever planificar",
    "pays": "pagar",
    "changes": (
        "congelar descongelar detener cambiar modificar actualizar corregir mover adelantar aplazar "
        "ampliar extender prolongar borrar cerrar guardar ajustar pasar aumentar reducir agregar añadir "
        "editar desviar alargar prorrogar traspasar rectificar bajar subir sacar renovar configurar "
        "dar_de_baja parar reiniciar meter trasladar suscribir acortar rebajar rehacer reconectar dividir"
    ),
    "settles": "solucionar resolver arreglar gestionar solventar finalizar tramitar encargar ordenar",
    "gets": "recibir ver tener encontrar recuperar",
    "leaves": "salir",
    "comes": "llegar aparecer ir volver reflejar estar entrar caer pasar acudir venir visitar",
    "fails": "rechazar fallar denegar declinar",
    "requests": "solicitar",
    "lifts": "eliminar quitar retirar levantar restablecer restaurar",
    "does complaint claim": "disputar reclamar",
    "does booking order exchange": "reservar",
    "does subscription booking": "apuntar inscribir",
}

NOUNS = {
    "msg refund": "reembolso devolución_del_dinero reintegro reembolsos reintegros fianza retribución",
    "msg refund return": "devolución devoluciones",
    "msgb refund": "fondos dinero importe monto plata cantidad suma diferencia transferencia",
    "msgc credit": (
        "vale crédito saldo cupón descuento bono compensación puntos bonificación vales mes_gratis "
        "millas tarjeta_regalo"
    ),
    "msgc refund credit": "abono abonos",
    "c credit": "recargo cargo_extra comisión tasa penalización",
    "msgbcl refund payment": "cargo cobro pago pagos cobros",
    "msg exchange shipment": "reemplazo repuesto sustitución recambio reposición sustituto",
    "m exchange order_change": "cambio",
    "msg return": "etiqueta etiqueta_de_devolución guía_de_devolución etiquetas",
    "m return": "recogida recolección",
    "c account return": "garantía",
    "c shipment address": "entrega",
    "c return account": "plazo plazo_de_devolución",
    "m cancellation": "cancelación anulación baja",
    "mco order_change order": "pedido pedidos orden artículo",
    "cm address": "dirección domicilio dirección_de_envío dirección_de_entrega",
    "mc booking": (
        "reserva cita plaza vuelo mesa habitación asiento reservación turno reservas citas lista_de_espera"
    ),
    "mcg subscription": "suscripción plan membresía cambio_de_plan tarifa contrato servicio",
    "cm account": (
        "cuenta contraseña perfil datos clave tarjeta teléfono línea acceso correo_electrónico "
        "dirección_de_correo dirección_de_email"
    ),
    "sg account": "sim nueva_tarjeta",
    "sgm message": (
        "correo confirmación correo_de_confirmación mensaje sms email copia enlace mail comprobante recibo"
    ),
    "msl message": "factura",
    "c credit payment": "factura",
    "mgc handover": "ticket caso incidencia llamada tique expediente",
    "msc complaint handover": "queja reclamación reclamo quejas reclamaciones",
    "m claim refund": "petición solicitud siniestro garantía",
    "m shipment": "reenvío",
    "ms shipment": "nuevo_envío otro_envío",
    "sg shipment exchange": "pieza piezas pieza_que_faltaba",
    "c account": "domiciliación contador lectura límite",
    "c subscription": "categoría nivel póliza prima cobertura",
    "m order_change": "cambios",
    "msc booking": "técnico electricista",
    "m handover claim": "investigación",
    "c account subscription": (
        "lista_de_correos lista_de_correo lista_de_distribución lista_de_envíos boletín"
    ),
    "cm subscription": "premium período_de_prueba periodo_de_prueba prueba_gratuita",
    "cm account order_change": "forma_de_pago método_de_pago",
    "m complaint claim": "disputa",
}

FLAGS = {
    "me": (
        "yo nosotros nuestro nuestra equipo compañero compañera colega agente supervisor supervisora "
        "responsable departamento técnicos alguien he hemos sistema almacén facturación finanzas asesor "
        "especialista acabo acabamos voy vamos estoy estamos pude pudimos logré logramos conseguimos "
        "hicimos contabilidad hice conseguí técnico técnica electricista fontanero"
    ),
    "you": "usted tú ustedes",
    "toyou": "le te les se_le os",
    "harmless": (
        "revisado comprobado visto leído encontrado recibido entendido notado buscado intentado esperado "
        "oído comparado adjuntado descrito mencionado aprendido pensado considerado escrito respondido "
        "contestado preguntado explicado dicho hablado mirado consultado examinado investigado estudiado "
        "verificado localizado identificado descubierto calculado copiado resumido mostrado podido "
        "querido tenido sido estado necesitado comprendido limitado incluido llegado pasado ocurrido "
        "terminado caducado vencido solicitado fallado ido venido confundido olvidado detectado observado "
        "tardado probado hecho dado puesto medido sabido conocido gustado lamentado prometido empezado "
        "seguido leer revisar mirar comprobar consultar hablar ver recibir encontrar verificar intenté "
        "traté busqué miré revisé comprobé consulté verifiqué hablé encontré leí recibí pregunté escribí "
        "respondí contesté expliqué entendí pensé creí esperé noté confundí cometí olvidé aquí allí así "
        "está también además mañana atendemos atiende atendemos causado ocasionado"
    ),
    "outsider": (
        "mensajero mensajeros agencia aerolínea banco transportista mensajería seur correos dhl hotel "
        "vendedor fabricante comercio vecino tienda proveedor aduana pasarela cliente titular conductor "
        "repartidor restaurante distribuidora marketplace plataforma"
    ),
    "have": "he ha hemos han había habían haber",
    "article": "la lo los las el",
    "be": (
        "estoy estamos ya_está está están es son queda quedan estás esta estan vuelve_a_estar vuelven_a_estar"
    ),
    "was": "ya_quedó fue fueron sido quedó quedaron estado era estaba quedado",
    "will": "será serán estará estarán quedará habrá",
    "going": "voy_a vamos_a va_a van_a procederemos_a procedo_a procedemos_a procederé_a vas_a",
    "just_done": (
        "acabo_de acabamos_de acaba_de acaban_de procedí_a procedimos_a hemos_procedido_a he_procedido_a "
        "se_ha_procedido_a se_procedió_a"
    ),
    "refl": "se se_le se_les",
    "clitic": "le les te me lo la los las nos os se se_le se_les",
    "prog": "en_proceso_de",
    "neg": "no nadie nunca jamás tampoco ningún ninguna ninguno nada ni ya_no",
    "modal": (
        "puedo podemos puede podría podríamos podrían debe debería_ser quiero queremos quiere quiera "
        "desea prefiere gustaría pueda podamos pueden podrá podremos deseas quieres debo debemos necesito "
        "necesitamos intentaré necesitaría requiere necesita hace_falta habría habrían sería serían "
        "tiene_que tienen_que tendría_que tendrían_que tengo_que tenemos_que hay_que"
    ),
    "should": "debería deberían debieran debiera",
    "couldpast": "pude pudimos pudo pudieron logré logramos logró se_pudo conseguí conseguimos",
    "managed": "me_tomé_la_libertad_de nos_tomamos_la_libertad_de he_podido hemos_podido ha_podido",
    "to": "para a",
    "cond": (
        "si cuando una_vez en_cuanto siempre_que tras después_de cuando_recibamos en_caso_de tan_pronto "
        "con_tal a_menos_que salvo salvo_que solo_si al_recibir previa previo luego_de"
    ),
    "before": "antes_de mientras hasta_que antes_de_que cómo qué cuál quién dónde cuándo porqué",
    "that": "que de_que",
    "whoever": "quien quienes",
    "rel": "quien quienes cual",
    "coord": "y e o u pero así porque pues sino además ya_que por_eso aunque",
    "saw_to": (
        "hice hicimos conseguí conseguimos logré logramos me_aseguré nos_aseguramos aseguré ocupé encargado "
        "encargué asegurado encargué_de"
    ),
    "filler": (
        "dudas duda pregunta algo_más revisa mira consulta abre necesita mirar revisar verá "
        "otra_cosa comprueba"
    ),
    "reports": (
        "escribe escribió escribiste dice dijo dijiste menciona mencionó comenta comentó pidió pide "
        "quiere desea solicitó afirma indica indicó prometieron cree pensaba esperaba escribes dices "
        "pediste quieres cita contó contaste espera esperan"
    ),
    "says": (
        "según_su según_tu usted_escribe en_su_mensaje en_tu_mensaje le_prometieron le_dijeron te_dijeron "
        "quiere quieres desea deseas prefiere prefieres solicitó pidió mencionó entiendo_que_quiere "
        "según_nos_cuenta por_lo_que_cuenta por_lo_que_cuentas por_lo_que_describe por_lo_que_dice "
        "por_lo_que_comenta por_lo_que_indica según_cuenta según_lo_que"
    ),
    "seems": (
        "parece al_parecer quizás quizá tal_vez posiblemente probablemente aparentemente es_posible "
        "es_probable supuestamente puede_ocurrir puede_pasar"
    ),
    "generic": (
        "normalmente generalmente suelen suele por_lo_general habitualmente siempre automáticamente "
        "cualquier cada todos_los típicamente por_norma"
    ),
    "now": (
        "ahora hoy mañana inmediatamente enseguida pronto esta_noche ahora_mismo hoy_mismo ya en_breve "
        "próximamente"
    ),
    "past": "ayer anoche ya hace esta_mañana esta_tarde anteayer",
    "adv": (
        "ya hoy también además finalmente correctamente ayer anoche recién íntegramente totalmente "
        "inmediatamente efectivamente debidamente todavía aún bien automáticamente completamente con_éxito "
        "apenas todo toda otra_vez mientras_tanto entretanto archivo_adjunto sin_coste sin_costo sin_cargo "
        "sin_cargos sin_problemas sin_ningún_problema sin_gastos sin_coste_adicional de_nuevo nuevamente "
        "maletas_facturadas maleta_facturada equipaje_facturado mes_en_curso período_en_curso año_en_curso"
    ),
    "notyet": "no_se_pudo no_pude no_pudimos no_ha_sido_posible no_fue_posible imposible",
    "on_way": (
        "está_en_marcha en_camino en_manos de_camino de_regreso va_de_vuelta va_en_camino en_marcha "
        " en_tránsito rumbo en_el_correo  en_reparto"
    ),
    "live": "activo activa vigente abierto abierta cerrada válido",
    "ready": (
        "emitido listo lista completado confirmada confirmado disponible disponibles en_orden guardada "
        "guardado hecho hecha bandeja bandeja_de_entrada cerrado éxito aprobado resuelto en_regla pedida "
        "efectiva de_vuelta pasado en_pausa completo quedado_para quedó_para"
    ),
    "waiting": (
        "pendiente pendientes apruebe aprobación revisión en_proceso espera a_la_espera esperando "
        "en_trámite en_tramitación en_curso"
    ),
    "done": (
        "hecho listo resuelto solucionado arreglado todo_listo gestionado ya_está solucionamos "
        "dalo_por_hecho delo_por_hecho arreglamos completado ya_quedó quedó solventado resuelta solucionada "
        "todo_arreglado me_he_ocupado nos_hemos_ocupado me_ocupé"
    ),
    "limit": "antes hasta",
    "inbox": "bandeja buzón bandeja_de_entrada",
    "parcel": "paquete remitente",
    "it": "eso esto lo todo ello asunto problema tema",
    "back": (
        "en_su_cuenta en_tu_cuenta en_su_tarjeta vuelta de_vuelta devuelta en_tu_monedero en_su_monedero "
        "en_su_banco"
    ),
    "new": (
        "de_nuevo otra_vez nuevo nueva nuevos nuevas otro otra reemplazo faltaba faltante faltaban "
        "faltantes repuesto"
    ),
    "req": "solicitado pendiente_de_pedir",
    "reqof": (
        "solicitud_de petición_de política_de opción_de método_de estado_de solicitud condiciones_de durante"
    ),
    "poss": "su sus tu tus el la los las este esta estos estas nuestro nuestra mi ese esa del al",
    "both": "ambos ambas dos",
    "det": "un una unos unas cualquier ningún ninguna cada algún",
    "prep": "de del por para con en a sobre al desde tras sin",
    "by": "por",
    "object": (
        "pedido pedidos reserva número núm nº ticket factura reclamación caso orden referencia vale "
        "expediente cita solicitud n tique"
    ),
    "full": (
        "completo completa total íntegro íntegra íntegramente totalmente todo entero completamente totalidad"
    ),
    "interrogative": (
        "qué cuál cómo quiere quieres desea deseas puede puedes podría podrías le prefiere prefieres "
        "recibió dónde cuándo"
    ),
    "offer": "con_gusto con_mucho_gusto encantado gustosamente puedo",
    "arrival": "antes hasta entre para dentro como_muy_tarde como_máximo a_más_tardar",
    "filler_word": (
        "perfecto claro bien ya por no_te_preocupes no_se_preocupe sin_problema descuida descuide "
        "no_hay_problema"
    ),
    "yours": "su sus tu tus",
    "own": "nuestro nuestra nuestros nuestras mi mis precio precios web aplicación",
    "plural": "los las",
    "talk": (
        "opciones detalles información lista resumen pasos respuesta error nota disculpa disculpas "
        "explicación enlace instrucciones oferta pregunta preguntas propuesta condiciones consulta "
        "búsqueda"
    ),
    "happens": (
        "dañado retrasado perdido entregado enviado pagado rechazado comprado robado abierto usado "
        "utilizado afectado pedido empaquetado descatalogado vendido creado escaneado recibido recogido "
        "dejado introducido fundado"
    ),
    "gone": "ya_no",
    "henceforth": "ahora desde_ahora desde_hoy a_partir_de_ahora a_partir_de_hoy",
    "depends": "al_llegar al_salir al_recoger al_hacer al_momento_de",
    "counton": "cuente",
    "only": "solo sólo solamente únicamente",
    "class": "clientes política políticas compras cancelados socios miembros usuarios pasajeros condiciones",
    "theirs": (
        "en_casa en_su_casa en_su_domicilio en_su_puerta a_su_domicilio a_su_casa a_domicilio a_tu_casa"
    ),
    "day": "lunes martes miércoles jueves viernes sábado domingo mañana",
    "fromnow": "desde_hoy a_partir_de_hoy a_partir_de_ahora desde_ahora",
    "being": "siendo",
    "awaits": "te_espera le_espera te_esperan le_esperan",
    "likeas": "como tal según",
    "state": "está están estan ya_está queda quedan",
    "said": "dice indica afirma",
    "because": ("porque ya_que puesto_que dado_que"),
    "hereby": "por_la_presente",
    "files": (
        "presentado presentada registrado registrada enviado enviada creado creada abierto abierta recibido "
        "recibida ingresada cursado cursada"
    ),
    "packs": "preparando preparan prepara",
    "enjoys": "viaja vuela paga disfruta tiene cuenta viajas vuelas pagas disfrutas tienes cuentas",
    "fetches": "recoger recogerlo recogerla retirar buscar",
    "or": "o",
    "grants": "aceptada aceptado aprobada aprobado concedida concedido",
    "closing": "cerrado cerrada cerramos cerré borrado borrada eliminada eliminado",
    "opening": "desbloqueado desbloqueada activada activado reactivada reactivado",
    "password": "contraseña clave",
    "pausing": "pausado pausada pausa",
    "grading": "mejorado mejorada ascendido",
    "mailing": "correo_electrónico",
    "adds": "añadido agregado añadí",
    "cause": "por_una por_un por_falta a_causa_de debido_a",
    "finds": "encontrará encontrarás encuentra encuentras",
    "holds": "incluye cubre",
}

VOCABULARY = Vocabulary(
    "es",
    inflect,
    VERBS,
    NOUNS,
    FLAGS,
    re.compile(r"s$"),
    participles=re.compile(r"\w{3,}(?:(?:ad|id)|crit|uest|uelt|iert)[oa]s?"),
    again=("re",),
    pasts=re.compile(r"\w{2,}(?:[^r]é|í)"),
    reflexives=re.compile(r"\w{3,}(?:ó|aron|ieron)"),
)
