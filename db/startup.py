"""What must be true of server, schema and role before the application works with a database."""

from sqlalchemy import Connection, text

from db.migrate import head

_MIN_SERVER = 15
_MIN_VECTOR = (0, 8)

_STATE = text(
    """
    SELECT current_user AS role,
           current_database() AS database,
           current_setting('server_version_num')::int / 10000 AS server,
           (SELECT extversion FROM pg_extension WHERE extname = 'vector') AS vector,
           EXISTS (SELECT FROM pg_roles r
                   WHERE (r.rolsuper OR r.rolbypassrls)
                     AND pg_has_role(current_user, r.oid, 'MEMBER')) AS above_policies,
           EXISTS (SELECT FROM pg_class c
                   WHERE c.relnamespace = 'public'::regnamespace
                     AND pg_has_role(current_user, c.relowner, 'MEMBER')) AS owns_tables,
           has_schema_privilege('public', 'CREATE') AS may_create,
           to_regclass('public.alembic_version') IS NOT NULL AS migrated
    """
)


class DatabaseRefused(Exception):  # noqa: N818 - the decision people read about
    """This database, or this role on it, must not be worked with; the message says the mend."""


def check(connection: Connection) -> None:
    """Raise DatabaseRefused unless the connection's server, schema and role are as they must be."""
    state = connection.execute(_STATE).one()
    problems = [
        *_server_problems(state.server, state.vector),
        *_role_problems(state.role, state.above_policies, state.owns_tables or state.may_create),
    ]
    if not problems:
        problems = _schema_problems(connection, migrated=state.migrated)
    if problems:
        raise DatabaseRefused(f"database {state.database!r} is refused: " + "; ".join(problems))


def _server_problems(server: int, vector: str | None) -> list[str]:
    if server < _MIN_SERVER:
        return [f"PostgreSQL {server} is too old, use {_MIN_SERVER} or newer"]
    if vector is None:
        return []  # the first migration creates it; the schema check says so
    if tuple(int(n) for n in vector.split(".")[:2]) < _MIN_VECTOR:
        return [f"pgvector {vector} is too old, update it to 0.8 or newer"]
    return []


def _role_problems(role: str, above_policies: bool, owner: bool) -> list[str]:
    mend = "give COFFEESTUDIO_DATABASE_URL the role coffeestudio_app"
    if above_policies:
        return [f"role {role!r} is above row-level security (superuser or BYPASSRLS): {mend}"]
    if owner:
        return [
            f"role {role!r} owns tables or may create some, so it could switch off rules: {mend}"
        ]
    return []


def _schema_problems(connection: Connection, *, migrated: bool) -> list[str]:
    mend = "run `coffeestudio db migrate`"
    if not migrated:
        return [f"it holds no CoffeeStudio schema yet: {mend}"]
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    if found != head():
        return [f"its schema is at revision {found!r}, this program needs {head()!r}: {mend}"]
    return []
