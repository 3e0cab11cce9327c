"""How statements about acts are found in a text and held against receipts; the public face is `guard/claims.py`."""
