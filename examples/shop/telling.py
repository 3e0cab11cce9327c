"""What is told where an action was not begun: it had been done before, or a lead said no."""

from examples.shop.facts import Order
from examples.shop.outcomes import Done, Excuse
from segue import AlreadyDone, Refused, step


@step
async def tell_earlier(already: AlreadyDone) -> Done:
    return Done(already.receipt, again=True)


@step
async def tell_refusal(order: Order, refused: Refused) -> Excuse:
    return Excuse("not_approved", order.number)
