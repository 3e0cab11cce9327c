"""Faults: every tool of a desk under every fault, in a sandbox: what the customer hears, what is done, who owns it."""

from segue.faults.cell import Cell
from segue.faults.fault import Fault
from segue.faults.matrix import Matrix, run_matrix
from segue.faults.stand_ins import NothingToRun

__all__ = ["Cell", "Fault", "Matrix", "NothingToRun", "run_matrix"]
