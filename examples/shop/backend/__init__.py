"""The shop's own systems (customers, orders, payments), which know nothing of Segue."""
