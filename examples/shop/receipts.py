"""Which receipt belongs to what was just done, or done before."""

from segue import Receipt, Receipts


def of_reference(receipts: Receipts, reference: str) -> Receipt:
    """The latest receipt with this reference."""
    return next(one for one in reversed(receipts.items) if one.reference == reference)


def find(receipts: Receipts, kind: str, order: int) -> Receipt | None:
    """The latest receipt that such a thing was done for this order, if there is one."""
    done = [one for one in receipts.items if one.status == "done" and kind in one.kinds]
    return next((one for one in reversed(done) if one.object == str(order)), None)
