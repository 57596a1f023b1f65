"""How gunicorn serves the platform; every figure can be set from the environment."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent

wsgi_app = "config.wsgi"
chdir = str(ROOT)
pythonpath = f"{ROOT},{ROOT / 'platform'}"
bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
timeout = 60
graceful_timeout = 20
max_requests = 5_000
max_requests_jitter = 500
