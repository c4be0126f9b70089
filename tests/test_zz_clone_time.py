import time
from db import embedded
from db.address import Address
def test_x(server, template_demo):
    for i in range(3):
        a=time.monotonic()
        with Address(server.admin_url).connected() as c:
            b=time.monotonic()
            c.execute(f"CREATE DATABASE x{i} TEMPLATE template_demo STRATEGY WAL_LOG")
            d=time.monotonic()
            print("connect",b-a,"create",d-b, c.execute(f"select pg_database_size('x{i}')/1e6").fetchall())
            c.execute(f"DROP DATABASE x{i} WITH (FORCE)"); print("drop",time.monotonic()-d)
            d=time.monotonic()
            c.execute(f"CREATE DATABASE y{i} TEMPLATE template_demo STRATEGY FILE_COPY")
            print("file_copy", time.monotonic()-d)
            d=time.monotonic(); c.execute(f"DROP DATABASE y{i} WITH (FORCE)"); print("drop",time.monotonic()-d)
            print(c.execute("show wal_level").fetchall(), c.execute("show max_wal_size").fetchall(), c.execute("show shared_buffers").fetchall())
