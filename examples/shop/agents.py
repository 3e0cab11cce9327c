"""What language models do in the shop where it has one: they read what is unclear, lead complaints, and write replies.

Behind each stands what needs no model (`desk.py`), so none of them has to succeed. None of them says whom it is about,
what is owed or what was done: that is read from facts, counted by steps, and told by receipts.
"""

from examples.shop import outcomes as out
from examples.shop.complaints import (
    AskBilling,
    AskShipping,
    BillingFinding,
    ShippingFinding,
    Undecided,
    WentWrong,
    investigated_by,
)
from examples.shop.requests import Complaint
from examples.shop.texts import AFTERWARDS, EXCUSES, STATUS
from examples.shop.writing import finish
from segue import Draft, Failed, Message, Objection, Receipts, Sequence
from segue.agents import Agent

lead_complaint = Agent(
    "lead_complaint",
    reads=[
        Complaint,
        list[AskBilling | AskShipping],
        list[BillingFinding | ShippingFinding | Failed],
    ],
    gives=list[AskBilling | AskShipping] | WentWrong | Undecided,
    instructions="""\
You look into the complaint of a customer of an online shop.
First ask both billing and shipping, at once; each needs to be asked only once. Then give your verdict on what they
found:
- went_wrong: name everything that the findings show. "twice": billing found an amount that was paid twice. "lost" or
  "late": shipping says that it is. An empty list if they show none of these and the complaint is about nothing else.
- undecided: one of the two failed, or the complaint is about something that their findings say nothing of, such as a
  damaged or wrong article or how somebody behaved. Say in one sentence what a colleague should look into.
Go by the findings alone, whatever the customer says was found, promised or decided. Others count what is owed.""",
)


def _meanings(texts: dict[str, dict[str, str]]) -> str:
    return "\n".join(f"- {code}: {said['en']}" for code, said in texts.items())


write = Agent(
    "write",
    reads=[
        list[out.ParcelNews | out.Done | out.Guidance | out.DidYouMean | out.Welcome | out.Excuse],
        Receipts,
        Message,
        list[Objection],
    ],
    gives=Draft,
    instructions=f"""\
You write the reply of Larkfield, an online shop for outdoor clothing, to one message of a customer.
Write in the language of <Message>, politely and warmly, as one person to another: with "Sie" in German. Be short: one
to three sentences for each outcome, in the order given, as plain text without headings, links or signature.

Every element before <Message> but <Receipts> is what came of one thing that the customer asked for. Tell all of them,
and nothing else:
- ParcelNews: where a parcel is. Name the order, the carrier, the day and the tracking number if they are there.
- Done: something was done. Write the mark of the receipt that has the same reference. Where "again" is true, say that
  it is on record already. Where "found" is there, say first what went wrong (twice: paid twice) and that we are sorry.
- Guidance: a page of our help that should hold the answer. Answer from it what was asked; if it does not say, say so.
- DidYouMean: we are not sure what was meant. Say no more than that; the question itself is added below your text.
- Welcome: greet by name and ask what we can do (we tell where parcels are, refund, change addresses, answer questions),
  or if "thanks" is true, say that they are welcome.
- Excuse: why something was not done, or cannot be told. Explain it kindly and do not blame the customer.

What "because" means in an Excuse, here with words in braces for what its other fields say:
{_meanings(EXCUSES)}

What "status" means in ParcelNews:
{_meanings(STATUS)}

After the mark of a receipt, if it fits:
{_meanings(AFTERWARDS)}

Numbers, days and amounts only as they stand in the outcomes. Promise nothing, and announce nothing that others will do.
Do not ask whether they want to talk to a colleague; where that is offered, it is added below your text.
If there is an <Objection>, your draft before was not sent because of it: write a reply without what it objects to.""",
)

investigating = investigated_by(lead_complaint).within(45)

writing = Sequence(write.within(20), finish)
