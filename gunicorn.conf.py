"""How gunicorn serves the platform; what may differ is read from the environment."""

import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent
# Not the setting `pythonpath`: gunicorn heeds it too late for --check-config.
sys.path[:0] = [str(ROOT), str(ROOT / "platform")]

from django.core.exceptions import ImproperlyConfigured  # noqa: E402

from config import web_server  # noqa: E402

try:
    _server = web_server.from_environment()
except ImproperlyConfigured as error:
    sys.exit(str(error))

wsgi_app = "config.wsgi"
chdir = str(ROOT)
bind = _server.address
workers = _server.workers
threads = _server.threads
timeout = 60
graceful_timeout = 20
max_requests = 5_000
max_requests_jitter = 500
control_socket_disable = True  # it would lie in the home folder, the same for every server


def post_worker_init(worker: Any) -> None:
    """Ends gunicorn where a site would serve a demonstration's database, or the other way round."""
    # Not at the top: it needs Django's apps.
    from portal import database_identity  # noqa: PLC0415

    database_identity.check_can_be_served()
