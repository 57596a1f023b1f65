"""Where the web server listens and how many requests it works on at a time.

gunicorn.conf.py asks, and the settings ask too, so that a wrong value also stops manage.py.
"""

from dataclasses import dataclass

from config import env


@dataclass(frozen=True, slots=True)
class WebServer:
    host: str
    port: int
    workers: int
    threads: int

    @property
    def address(self) -> str:
        """HOST:PORT, as gunicorn and a browser write it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


def from_environment() -> WebServer:
    """HOST, PORT, WEB_WORKERS and WEB_THREADS. Raises ImproperlyConfigured."""
    return WebServer(
        host=env.listening_address("HOST", "127.0.0.1"),
        port=env.integer("PORT", 8000, least=1, most=65_535),
        workers=env.integer("WEB_WORKERS", 2, least=1, most=256),
        threads=env.integer("WEB_THREADS", 4, least=1, most=256),
    )
