"""Collects the static files into var/static: one copy of each, under its hashed name, source maps not compressed.

The rest would be a minute of brotli for files that no page of ours asks for.
"""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django
from django.conf import settings
from django.core.management import call_command
from whitenoise.compress import Compressor

django.setup()
settings.WHITENOISE_KEEP_ONLY_HASHED_FILES = True
settings.WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (*Compressor.SKIP_COMPRESS_EXTENSIONS, "map")
# The API answers in JSON only: the pages of rest_framework are never shown.
call_command("collectstatic", interactive=False, clear=True, verbosity=0, ignore_patterns=["rest_framework"])
