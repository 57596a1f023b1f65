"""How gunicorn serves the platform; every figure can be set from the environment."""

import os

wsgi_app = "config.wsgi"
pythonpath = ".,platform"
bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
timeout = 60
max_requests = 5_000
max_requests_jitter = 500
