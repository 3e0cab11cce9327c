"""Where is my parcel?"""

from examples.shop.clients import Shop
from examples.shop.facts import Customer, Order, Shipment
from examples.shop.lookup import with_order
from examples.shop.outcomes import ParcelNews
from segue import Sequence, step


@step(says="asking_the_carrier")
async def find_parcel(order: Order, customer: Customer, *, shop: Shop) -> Shipment:
    return await shop.shipment(order.number, customer.id)


@step
async def tell_parcel(parcel: Shipment) -> ParcelNews:
    place = parcel.events[-1].place if parcel.events else ""
    return ParcelNews(
        parcel.order,
        parcel.status,
        parcel.carrier,
        parcel.tracking_number or "",
        parcel.estimated_delivery,
        parcel.delivered_on,
        place,
    )


tracking = with_order(Sequence(find_parcel.within(2).retry(3), tell_parcel))
