"""PostgreSQL servers of the tests' own: TCP, a password, and a role that is no superuser."""

import os
import secrets
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from config.postgres.keeper import let_in
from config.postgres.place import binaries, server_user

OWNER = "city"  # a role that owns its database and is no superuser


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def as_server() -> dict[str, Any]:
    """PostgreSQL does not run as root."""
    owner = server_user()
    if not owner:
        return {}
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}


@contextmanager
def server_folder() -> Iterator[Path]:
    """A temporary folder that the server may write into."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        owner = server_user()
        if owner:
            let_in(owner, folder)
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        yield folder


@contextmanager
def new_server(programs: Path | None = None) -> Iterator[str]:
    """The URL of an empty database, owned by OWNER, on a server that lives as long as this.

    `programs` is the folder of initdb and postgres; without it those of the embedded server.
    """
    programs = programs or binaries()
    with server_folder() as folder:
        password, port = secrets.token_urlsafe(16), free_port()
        secret = folder / "password"
        secret.write_text(password)
        if owner := server_user():
            os.chown(secret, owner.pw_uid, owner.pw_gid)
        data = folder / "data"
        settings = ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", f"--pwfile={secret}"]
        subprocess.run(
            [programs / "initdb", "--username=chief", f"--pgdata={data}", *settings],
            check=True,
            capture_output=True,
            cwd="/",
            **as_server(),
        )
        command = [programs / "postgres", "-D", data, "-p", str(port), "-k", folder]
        with (
            (folder / "log").open("wb") as log,
            subprocess.Popen(
                [*command, "-c", "listen_addresses=127.0.0.1"], stderr=log, cwd="/", **as_server()
            ) as server,
        ):
            try:
                yield prepare(f"postgresql://chief:{password}@127.0.0.1:{port}", server)
            finally:
                server.terminate()
                server.send_signal(2)


def prepare(server_url: str, server: "subprocess.Popen[bytes]") -> str:
    """Make a role and its database, as an administrator of the server would."""
    password = secrets.token_urlsafe(16)
    connection = connect(f"{server_url}/postgres", server)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {OWNER} LOGIN CREATEDB PASSWORD %s", [password])
        cursor.execute(f"CREATE DATABASE {OWNER} OWNER {OWNER}")
        # Only for emptying the tables between tests; a site's role has no such right.
        cursor.execute(f"GRANT SET ON PARAMETER session_replication_role TO {OWNER}")
    connection.close()
    return f"postgresql://{OWNER}:{password}@{server_url.partition('@')[2]}/{OWNER}"


def connect(url: str, server: "subprocess.Popen[bytes]") -> Any:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        with suppress(psycopg2.OperationalError):
            return psycopg2.connect(url)
        time.sleep(0.1)
    pytest.fail("the server of the test did not start")
