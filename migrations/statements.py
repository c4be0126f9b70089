"""Executing the SQL that lies beside a revision, as it stands: % is only a character."""

import re
from pathlib import Path

from alembic import op

_SQL = Path(__file__).parent / "sql"


def run(sql: str) -> None:
    """Execute statements without parameters."""
    connection = op.get_bind().execution_options(no_parameters=True)
    connection.exec_driver_sql(sql)


def run_part(revision: str, part: str) -> None:
    """Execute a file of a revision: `0006_stock.sql` is the part `stock` of 0006."""
    run(_text(revision, part))


def run_again(revision: str, part: str, *names: str) -> None:
    """Define functions and views again as a file of an earlier revision does."""
    text = _text(revision, part)
    for name in names:
        found = re.search(
            rf"CREATE (?:VIEW {name} AS.*?;$|FUNCTION {name}\(.*?\$\$;$)",
            text,
            re.DOTALL | re.MULTILINE,
        )
        if found is None:
            raise LookupError(f"{revision}_{part}.sql defines no {name}")
        run(found[0].replace("CREATE", "CREATE OR REPLACE", 1))


def _text(revision: str, part: str) -> str:
    return (_SQL / f"{revision}_{part}.sql").read_text("utf-8")
