"""How gunicorn serves the platform; every figure can be set from the environment."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
# Not the setting `pythonpath`: gunicorn heeds it too late for --check-config.
sys.path[:0] = [str(ROOT), str(ROOT / "platform")]

wsgi_app = "config.wsgi"
chdir = str(ROOT)
bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
timeout = 60
graceful_timeout = 20
max_requests = 5_000
max_requests_jitter = 500
