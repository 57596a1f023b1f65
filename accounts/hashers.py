"""Passwords that were handed out by a list, before anyone has signed in with them."""

from django.contrib.auth.hashers import Argon2PasswordHasher, PBKDF2PasswordHasher


class InitialPasswordHasher(PBKDF2PasswordHasher):
    """One round of PBKDF2, so that fifty thousand accounts are made in seconds.

    Only initial passwords start here, and the first successful sign-in stores them anew with
    Argon2id. docs/adr/0002 says why that is safe. A wrong password costs as much time as with
    Argon2id: otherwise the answer's speed would tell which accounts nobody has used yet.
    """

    algorithm = "initial_pbkdf2_sha256"
    iterations = 1

    def verify(self, password: str, encoded: str) -> bool:
        matches = super().verify(password, encoded)
        if not matches:
            slow = Argon2PasswordHasher()
            slow.encode(password, slow.salt())
        return matches
