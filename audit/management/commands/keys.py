from django.core.management.base import BaseCommand

from audit import issuing, keys


class Command(BaseCommand):
    """Make the keys that are missing. Safe to repeat; never replaces one."""

    help = "make the keys that are missing under KEYS_DIR"

    def handle(self, *args: object, **options: object) -> None:
        for name in keys.make_missing():
            self.stdout.write(f"made key {name}: {(keys.SECRETS | keys.PAIRS)[name]}")
        for name in issuing.make_first():
            self.stdout.write(f"made key {name}: {issuing.FILES[name]}")
