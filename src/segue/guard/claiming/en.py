"""English words of acts."""

import re
from collections.abc import Iterable

from segue.guard.claiming.vocabulary import Vocabulary

_IRREGULAR = {
    **{"freeze": "froze frozen", "ride": "rode ridden", "draw": "drew drawn", "build": "built built"},
    **{
        "send": "sent sent",
        "make": "made made",
        "do": "did done",
        "hold": "held held",
        "bring": "brought brought",
    },
    **{
        "give": "gave given",
        "put": "put put",
        "pay": "paid paid",
        "write": "wrote written",
        "buy": "bought bought",
    },
    **{"get": "got got", "set": "set set", "see": "saw seen", "find": "found found", "come": "came come"},
    **{
        "go": "went gone",
        "take": "took taken",
        "have": "had had",
        "hit": "hit hit",
        "be": "x been",
        "cut": "cut cut",
    },
    **{"leave": "left left", "let": "let let"},
}
_PREFIX = re.compile(r"^(?:re|un|over|for|with|mis|out)(?=...)")
_PARTICLES = {"on", "up", "out", "over", "back", "through", "off", "along", "down", "in"}
_DOUBLED = {
    "cancel",
    "ship",
    "reship",
    "swap",
    "drop",
    "submit",
    "transfer",
    "log",
    "label",
    "refer",
    "flag",
    "stop",
}


def inflect(lemma: str) -> Iterable[tuple[str, str]]:
    if lemma in ("do", "have"):  # their other forms are auxiliaries
        yield ("done", "P") if lemma == "do" else ("have", "I")
        return
    first, _, rest = lemma.partition("_")
    tail = f"_{rest}" if rest else ""
    yield lemma, "IN"
    ending = "es" if re.search(r"(?:s|sh|ch|x|z|o)$", first) else "s"
    stems = {first}
    if first in _DOUBLED:
        stems.add(first + first[-1])
    if first.endswith("e"):
        stems = {first[:-1]}
    if rest in _PARTICLES:
        for word, letters in inflect(first):
            yield f"{word}…{rest}", letters
    third = first[:-1] + "ies" if re.search(r"[^aeiou]y$", first) else first + ending
    yield third + tail, "N"
    plain = _PREFIX.sub("", first)
    prefix, base = ("", first) if first in _IRREGULAR else (first.removesuffix(plain), plain)
    if base in _IRREGULAR:
        past, participle = (prefix + form for form in _IRREGULAR[base].split())
        yield past + tail, "D"
        yield participle + tail, "P"
        gerund = first[:-1] if first.endswith("e") and first != "see" else first
        double = gerund[-1] if base in {"put", "get", "set", "hit", "cut", "let"} else ""
        yield gerund + double + "ing" + tail, "G"
        return
    for stem in stems:
        past = stem[:-1] + "ied" if re.search(r"[^aeiou]y$", stem) else stem + "ed"
        yield past + tail, "P"
        yield past + tail, "D"
        yield stem + "ing" + tail, "G"


VERBS = {
    "does refund": "refund reimburse repay pay_back pay_you_back give_back return_your_money",
    "does refund credit": "credit compensate",
    "does refund undo": "reverse",
    "does undo": "undo revert revoke",
    "does credit": "waive write_off comp knock_off forgive",
    "does payment": "charge debit bill deduct",
    "cancels cancellation": ("cancel terminate void unsubscribe stop intercept"),
    "does exchange shipment": "replace exchange reship",
    "does exchange order_change": "swap",
    "does shipment": "resend reship",
    "does order": "reorder",
    "orders order": "order purchase buy",
    "does booking": (
        "book rebook reschedule put_you_down pencil_you_in sign_you_up slot_you_in fit_you_in "
        "book_you_in squeeze_you_in"
    ),
    "does subscription": "upgrade downgrade pause unpause renew suspend unsubscribe",
    "does account": "unlock reset reactivate deactivate unblock block activate whitelist",
    "does handover": (
        "escalate forward hand_over hand_off pass_on pass_along refer loop_in notify inform alert "
        "call_back call_you_back ring_you_back phone phone_back phone_you_back ring call_you "
        "give_you_a_call give_you_a_ring be_in_touch reach_out get_back_to contact follow_up flag "
        "bring_in route assign hand"
    ),
    "does return": "pick_up collect",
    "asks": "ask instruct",
    "makes": (
        "issue process initiate arrange complete make do set_up create submit trigger approve grant prepare "
        "generate handle settle execute file register log open apply add organize organise raise record "
        "finalize finalise authorize authorise start kick_off put_through put_in get carry_out confirm "
        "place give provide honor honour accept release secure lodge note_down enter finish perform "
        "provision allocate award expedite transfer wire deposit post return push_through sort_out set "
        "take_care_of deal_with put_together pass note"
    ),
    "sends refund": "return",
    "mails message": "email text_you",
    "sends": (
        "send ship dispatch mail post transfer wire forward deliver drop deposit move despatch courier "
        "issue put express_ship bring drop_off"
    ),
    "plans": "schedule plan slate earmark",
    "pays": "pay pay_out disburse",
    "changes": (
        "change update modify edit correct adjust switch move extend delete close transfer fix amend enable "
        "disable turn_on turn_off apply add drop cut lower reduce increase raise clear merge link migrate "
        "stop intercept hold rename save rectify replace override push_back bring_forward store reroute "
        "redirect shift postpone erase wipe freeze convert redo cap push remake reconnect take_over split "
        "put"
    ),
    "settles": "sort settle resolve fix arrange handle finalize finalise complete sort_out take_care_of",
    "gets": "receive get see have find expect recover",
    "comes": (
        "arrive reach land appear show_up come be_with_you hit get_to follow be_back post clear go_live visit"
    ),
    "leaves": "go_out leave",
    "fails": "fail decline reject refuse bounce",
    "requests": "request",
    "lifts": "remove take_off restore reinstate lift unfreeze clear_away",
    "does complaint claim": "dispute",
    "does booking order exchange": "reserve",
}

NOUNS = {
    "msg refund": "refund reimbursement refunds reimbursements payout rebate deposit chargeback",
    "msgb refund": "money funds cash amount sum balance difference transfer",
    "msgc credit": (
        "credit voucher vouchers coupon discount compensation goodwill points credits gift_card "
        "store_credit fee_waiver bonus miles free_month month_free"
    ),
    "c credit": "fee fees surcharge late_fee",
    "msgbcl refund payment": "charge payment double_payment double_charge charges",
    "msg exchange shipment": "replacement replacements substitute swap",
    "m exchange": "exchange",
    "msg return": "return_label return_slip shipping_label prepaid_label label return_labels qr_code rma",
    "m return": "return pickup pick-up collection courier_pickup",
    "c account return": "warranty",
    "c return account": "return_window return_period return_deadline deadline",
    "m cancellation": "cancellation cancelation termination",
    "m order": "purchase",
    "mco order_change order": "order orders items item",
    "cm address": "address addresses delivery_address shipping_address",
    "mc booking": (
        "booking reservation bookings reservations appointment appointments seat seats table room flight "
        "ticket_to slot visit waiting_list"
    ),
    "mcg subscription": (
        "subscription membership plan upgrade downgrade tariff plan_change contract basic_plan tier "
        "status_level premium"
    ),
    "c subscription": "policy subscriptions tier premium cover coverage",
    "cm account": (
        "account password profile account_details details data_limit phone_number email_address data "
        "limit settings sim pin card preferences name_on_the_account access"
    ),
    "sg account": "new_card new_sim sim_card",
    "sgm message": (
        "email confirmation confirmation_email mail message sms text_message copy link receipt reset_link "
        "password_reset_link instructions notification"
    ),
    "msl message": "invoice",
    "c credit payment": "invoice bill",
    "mgc handover": (
        "ticket callback call_back handover case escalation support_ticket incident call specialist"
    ),
    "msc complaint handover": "complaint complaints",
    "m claim refund": "claim damage request application",
    "c shipment address": "delivery",
    "m shipment": "shipment redelivery reshipment",
    "sg shipment exchange": (
        "new_one new_unit new_device spare_part missing_part missing_parts missing_item missing_items "
        "spare another_one missing_piece parts part"
    ),
    "c account": "direct_debit standing_order bill",
    "msc booking": "technician electrician plumber",
    "m handover claim": "investigation trace tracing_request",
    "c account subscription": "mailing_list newsletter",
    "cm subscription": ("premium trial free_trial trial_period loyalty_status"),
    "cm account order_change": "payment_method payment_option",
    "m complaint claim": "dispute",
    "cm account subscription": "line phone_line",
}

FLAGS = {
    "me": (
        "i we our_team my_team our_finance_team our_department our_warehouse our_billing_team "
        "our_colleagues my_colleague my_colleagues team colleague colleagues department warehouse "
        "supervisor manager agent specialist somebody_from_our_team someone somebody finance support "
        "accounting our_system system they engineer technician technicians engineers representative ive "
        "weve i've ill"
    ),
    "you": "you u ya",
    "harmless": (
        "checked looked read seen found received understood noticed noted explained told said asked "
        "verified reviewed searched tried waited heard compared listed attached described mentioned "
        "learned learnt thought considered written answered replied apologised apologized promised hoped "
        "wanted needed liked loved enjoyed spoken talked consulted inspected examined investigated "
        "studied double-checked confirmed wondered expected assumed missed misunderstood reached managed "
        "located identified discovered gathered counted calculated copied quoted shared pointed outlined "
        "summarised summarized shown given worked happened changed ended expired arrived failed helped "
        "matched traced pulled viewed gone browsed scanned translated prepared made built limited based "
        "included covered designed intended required supposed linked connected interrupted tested "
        "measured taken spotted recognised recognized clarified figured opted caused bothered confused "
        "disappointed upset frustrated annoyed inconvenienced"
    ),
    "outsider": (
        "agency airline carrier courier bank dhl ups fedex hermes merchant seller manufacturer operator "
        "hotel provider visa mastercard paypal customs insurer neighbour neighbor driver issuer "
        "marketplace landlord vendor account_holder restaurant grid_operator network_operator"
    ),
    "have": "have has ve had having hasn haven hadn ive weve youve",
    "be": "is are am re m be s isn aren im its",
    "was": "went_through went_out was were been got wasn weren",
    "being": "being",
    "neg": "t not never hasnt havent nt nothing none nobody neither hardly isnt wasnt no_longer",
    "negnoun": "no",
    "negaux": "hasn haven wasn weren isn aren didn don doesn couldn won hadn can't cannot",
    "notyet": "unable failed_to not_able_to couldn't were_unable",
    "will": "will ll shall won going_to gonna about_to set_to due_to_be wll plan_to scheduled_to bound_to",
    "modal": (
        "can could would may might must d cannot couldn able_to allowed_to need needs require requires "
        "want_to need_to needs_to like_to try_to trying_to tried_to happy_to able wish_to ought_to "
        "have_to has_to possible_to supposed_to"
    ),
    "should": "should ought",
    "couldneg": "could couldn",
    "managed": (
        "was_able_to were_able_to managed_to gone_ahead_and went_ahead_and taken_the_liberty_of "
        "took_the_liberty_of been_able_to ve_able_to have_been_able_to pleased_to_have went_and did "
        "succeeded_in had_someone have_had"
    ),
    "to": "to please",
    "cond": (
        "if once when unless as_soon_as provided providing assuming after upon in_case should_you "
        "whenever as_long_as depending_on subject_to otherwise only_if"
    ),
    "before": "before until till while whether how where why what by_the_time which_of that_would",
    "that": "that can_confirm",
    "rel": "which who whose",
    "coord": "and or but so then plus while & because since as although though",
    "whoever": "whoever anyone everyone",
    "ifverb": "should",
    "filler": (
        "questions question check look anything need help log refresh open see login wish worry "
        "wondering convenient happens else"
    ),
    "reports": (
        "wrote write said say mentioned mention told tell asked ask requested want wanted claim claimed "
        "think thought heard describe described report reported were_told were_promised expected hoped "
        "wish hope hoping stated believe assumed wondering asking saying writing wondered wonder "
        "according_to_you noted quoted quote expects expect"
    ),
    "says": (
        "according_to_your as_per_your in_your_message in_your_email your_message your_email_says "
        "from_what_you according_to_what_you"
    ),
    "seems": (
        "apparently maybe perhaps seems seemingly it_looks_as_though it_looks_like looks_like it_appears "
        "possibly probably presumably supposedly allegedly appears_that not_sure_whether can_t_promise "
        "cannot_promise can_t_guarantee cannot_guarantee can_t_say can_t_tell cannot_tell cannot_say "
        "can_happen may_happen"
    ),
    "generic": (
        "usually normally generally typically always automatically as_a_rule any each every in_general "
        "ordinarily commonly often typical most everyone anyone"
    ),
    "now": (
        "now today tonight tomorrow immediately shortly soon right_away straight_away right_now "
        "momentarily straightaway this_afternoon this_morning hereby just"
    ),
    "past": "yesterday last_night already earlier this_morning ago",
    "adv": (
        "just now already today also finally successfully promptly immediately recently gladly personally "
        "fully partially been both all meanwhile indeed actually officially safely duly quickly manually "
        "kindly hereby since then only even really certainly definitely still yet again ever further right "
        "automatically be free simply each in_full here therefore completely instantly free_of_charge "
        "without_any without_a_hitch at_no_charge at_no_cost at_no_additional_cost at_no_extra_cost"
    ),
    "on_way": (
        "on_its_way on_their_way on_the_way en_route in_transit on_it's_way heading "
        "headed winging in_the_post in_the_mail coming incoming inbound being_packed out_for_delivery way"
    ),
    "live": "active live valid open closed effective",
    "ready": (
        "complete completed final finalised went_through gone_through is_through in_place confirmed ready "
        "approved done set in_your_inbox inbox saved back booked registered sorted successful in_effect "
        "good_to_go accounted_for on_file all_set in_hand waived settled in_your_account"
    ),
    "waiting": (
        "awaiting waiting_for waiting_on pending approve_it to_approve approval under_review being_reviewed "
        "in_progress being_processed awaits in_review for_approval sign-off sign_off under_way underway"
    ),
    "done": (
        "done all_done all_set sorted resolved fixed taken_care_of completed consider_it_done "
        "you're_all_set youre_all_set you_re_all_set all_sorted that's_done that_s_done handled "
        "mission_accomplished it's_done consider_it_sorted settled everything_is_set you_are_all_set "
        "everything_s_set all_fixed arranged"
    ),
    "limit": "by until before",
    "inbox": "inbox mailbox",
    "parcel": "parcel package shipment",
    "it": "it this that everything these those them matter issue problem things thing",
    "back": "with_you in_your_account on_your_card on_your_statement back returned in_your_wallet",
    "new": "again new another missing replacement fresh second free brand-new",
    "req": (
        "request requests status policy policies option options form button process eligibility question "
        "enquiry inquiry page reason conditions method terms window number tracking amount_of link_to "
        "order_number confirmation_number"
    ),
    "poss": "your ur the this our his her their my its that those these both",
    "det": "a an any some every each all no one",
    "prep": "of for with by from on in about regarding as at per",
    "by": "by from",
    "object": (
        "order orders booking reservation ticket invoice case number no nr ref reference "
        "confirmation_number id code order_number parcel shipment contract request claim policy under"
    ),
    "full": "in_full full fully whole entire complete entirely total",
    "interrogative": (
        "shall should would could can do did does is are was were has have will what which how when where "
        "why who may might any"
    ),
    "offer": "happy_to glad_to would_you if_you_like gladly let_me feel_free",
    "arrival": "by until within before for between",
    "yours": "your ur",
    "own": "our my price prices website app shop range",
    "talk": (
        "options details information info list summary steps answer mistake note apology apologies "
        "explanation link instructions offer question questions policy advice suggestion update updates "
        "thread research enquiries inquiries policies terms"
    ),
    "filler_word": "no_worries no_problem perfect great sure thanks no_need",
    "happens": (
        "delivered shipped paid declined placed bought stolen opened reported marked delayed lost damaged "
        "used broken exceeded affected packed discontinued sold created scanned sorted received collected "
        "attempted held signed left handed developed founded introduced"
    ),
    "gone": "removed not_anymore is_gone are_gone is_off no_longer",
    "henceforth": "now from_now_on",
    "depends": "on_arrival at_check-in on_receipt",
    "saw_to": "made_sure saw_to_it ensured had_the_warehouse had_our had_one_of_our arranged_for",
    "counton": "expect",
    "only": "only",
    "class": "customers customer purchases terms standard all_refunds members users passengers guests",
    "just_done": "gone_ahead_with went_ahead_with proceeded_with",
    "theirs": "with_you at_your_place at_your_door at_yours",
    "day": "monday tuesday wednesday thursday friday saturday sunday tomorrow",
    "fromnow": "from_now_on from_today with_immediate_effect",
    "awaits": "waiting_for_you awaits_you",
    "likeas": "as just_as like",
    "said": "says",
    "because": ("because since"),
    "hereby": "hereby",
    "files": "submitted registered recorded filed lodged logged raised created opened received sent",
    "packs": "prepare preparing prepares pack packing assembling",
    "enjoys": "fly travel sit pay enjoy benefit get ride stay have",
    "fetches": "collect pick_up",
    "or": "or",
    "going": "agreed_to promised_to offered_to",
    "grants": "accepted approved granted",
    "closing": "close closed closing delete deleted deleting erased erase terminated",
    "opening": (
        "unlock unlocked unblock unblocked activated reactivated activate reactivate restored unlocking"
    ),
    "password": "password passcode",
    "pausing": "pause paused suspended pausing",
    "grading": "upgrade upgraded downgrade downgraded",
    "mailing": "email_address",
    "reqof": "during while_processing",
    "adds": "add added",
    "cause": "because_of due_to owing_to",
    "finds": "find",
    "holds": "covers includes",
}

VOCABULARY = Vocabulary(
    "en",
    inflect,
    VERBS,
    NOUNS,
    FLAGS,
    re.compile(r"(?<![su])s$"),
    presents=False,
    again=("re",),
    participles=re.compile(r"(?!un)\w{3,}(?:ed|dden|tten|[aeo]ken|[eo]wn|[ao]ught|uilt|[ew]ept)"),
)
