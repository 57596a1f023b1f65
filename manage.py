#!/usr/bin/env python3
"""Django's command line for this project."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
SOURCE_ROOTS = [str(ROOT), str(ROOT / "platform")]


def main() -> None:
    """Put both source roots on the path and run the command."""
    if (ROOT / "platform" / "__init__.py").exists():
        sys.exit(
            "platform/__init__.py exists: it hides Python's own module 'platform'. Remove the file."
        )
    sys.path[:0] = [root for root in SOURCE_ROOTS if root not in sys.path]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured

    from config.commands import CommandLine
    from config.postgres.place import CannotStart

    try:
        # Reads the environment now. Django's command line would go on without settings where
        # they are wrong, and fail on something else.
        bool(settings.INSTALLED_APPS)
    except (CannotStart, ImproperlyConfigured) as error:
        sys.exit(str(error))
    CommandLine(sys.argv).execute()


if __name__ == "__main__":
    main()
