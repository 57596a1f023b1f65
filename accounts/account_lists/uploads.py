"""An uploaded file between the dry run and the confirmation: a list of accounts, or figures.

It lies as a private file under VAR_DIR, because it may hold passwords, which must never stand
in the database in clear; the session knows only its random name. One file of a kind per session.
"""

import os
import re
import secrets
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase

from accounts.models import User

ACCOUNT_LIST = "account_list"  # kinds of files
FIGURES = "figures"
MAX_AGE_SECONDS = 3600
TOKEN = re.compile(r"[0-9]+-[0-9a-f]{32}", re.ASCII)


@dataclass(frozen=True)
class Upload:
    """A stored list: where it lies, what it was called, and what was waved through."""

    path: Path
    name: str
    accepted: frozenset[str] = frozenset()  # codes and kinds of questions that were answered


def store(
    session: SessionBase, user: User, data: bytes, name: str, kind: str = ACCOUNT_LIST
) -> None:
    """Store the file for this user, in place of one stored before; old files are removed."""
    forget(session, kind)
    folder = _folder()
    _remove_old(folder)
    token = f"{user.pk}-{secrets.token_hex(16)}"
    descriptor = os.open(folder / token, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "wb") as file:
        file.write(data)
    session[kind] = {"token": token, "name": name}


def stored(session: SessionBase, user: User, kind: str = ACCOUNT_LIST) -> Upload | None:
    """The file that this user has uploaded in this session, while it is there."""
    entry = session.get(kind) or {}
    token = entry.get("token", "")
    if not TOKEN.fullmatch(token) or not token.startswith(f"{user.pk}-"):
        return None
    path = _folder() / token
    accepted = frozenset(entry.get("accepted", ()))
    return Upload(path, entry["name"], accepted) if path.is_file() else None


def accept(session: SessionBase, codes: Iterable[str], kind: str = ACCOUNT_LIST) -> None:
    """Remember which questions about the stored file are answered, in place of those before."""
    if kind in session:
        session[kind] = session[kind] | {"accepted": sorted(codes)}


def forget(session: SessionBase, kind: str = ACCOUNT_LIST) -> None:
    """Remove the file, if there is one."""
    token = (session.pop(kind, None) or {}).get("token", "")
    if TOKEN.fullmatch(token):
        (_folder() / token).unlink(missing_ok=True)


def _folder() -> Path:
    folder: Path = settings.VAR_DIR / "account_lists"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _remove_old(folder: Path) -> None:
    for file in folder.iterdir():
        with suppress(FileNotFoundError):  # another process removed it just now
            if time.time() - file.stat().st_mtime > MAX_AGE_SECONDS:
                file.unlink()
