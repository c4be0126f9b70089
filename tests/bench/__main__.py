"""Everything that is measured, in one table: `python -m tests.bench [--only NAME] [--quick]`."""
import argparse
from tests.bench import turn
from tests.bench.report import table
print(table(turn.measure(quick=True)))
