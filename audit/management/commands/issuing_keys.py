import datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit import issuing


class Command(BaseCommand):
    """The keys that sign notices: shown, renewed, revoked.

    ``rotate`` and ``revoke`` make a new list. Where the root key can be read (``--root``) it is signed and put in force at once;
    where it is kept off the machine, the unsigned list is written to a file, signed there (``sign``) and put in force here (``adopt``).
    """

    help = "show, renew and revoke the keys that sign notices"

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        acts.add_parser("list", help="the published keys and the root's public key")
        rotate = acts.add_parser("rotate", help="a new key; the last one ends 60 days after it begins")
        rotate.add_argument("--from", dest="starts", type=datetime.date.fromisoformat, help="first day of the new key (default: in 7 days)")
        revoke = acts.add_parser("revoke", help="what a key signed from a day on counts no more")
        revoke.add_argument("number", type=int)
        revoke.add_argument("--since", type=datetime.date.fromisoformat, required=True, help="first day on which others may have held it")
        revoke.add_argument("--reason", required=True)
        sign = acts.add_parser("sign", help="sign a list with the root key, on the machine that keeps it")
        sign.add_argument("file", type=Path)
        adopt = acts.add_parser("adopt", help="put a signed list in force")
        adopt.add_argument("file", type=Path)
        for each in (rotate, revoke, sign):
            each.add_argument("--root", type=Path, default=Path(settings.KEYS_DIR) / "offline-root", help="file of the root key")

    def handle(self, *args: Any, act: str, **options: Any) -> None:
        try:
            getattr(self, act)(**options)
        except (issuing.CannotSign, issuing.NotTrusted, FileExistsError) as fault:
            raise CommandError(str(fault)) from fault

    def list(self, **options: Any) -> None:
        found = issuing.published()
        self.stdout.write(f"root {found.root}   list no. {found.serial}")
        for key in found.keys.values():
            ended = f"   REVOKED from {key.revoked}: {key.reason}" if key.revoked else ""
            self.stdout.write(f"key {key.id}   {key.algorithm}   {key.starts} … {key.ends}{ended}   {key.public}")

    def rotate(self, *, starts: datetime.date | None, root: Path, **options: Any) -> None:
        # A week, so that most phones hold the new list before the first notice bears the new key.
        self._put_in_force(issuing.rotated(starts or datetime.date.today() + datetime.timedelta(days=7)), root)

    def revoke(self, *, number: int, since: datetime.date, reason: str, root: Path, **options: Any) -> None:
        self._put_in_force(issuing.revoked(number, since, reason), root)

    def sign(self, *, file: Path, root: Path, **options: Any) -> None:
        signed = file.with_suffix(".signed.json")
        signed.write_text(issuing.sign_list(self._read(file), self._root(root)), encoding="utf-8")
        self.stdout.write(f"signed: {signed}. On the server: manage.py issuing_keys adopt {signed.name}")

    def adopt(self, *, file: Path, **options: Any) -> None:
        self.stdout.write(f"in force: list no. {issuing.adopt(self._read(file)).serial}")

    def _put_in_force(self, text: str, root: Path) -> None:
        if root.exists():
            self.stdout.write(f"in force: list no. {issuing.adopt(issuing.sign_list(text, self._root(root))).serial}")
            return
        file = Path(settings.KEYS_DIR) / "proposed-keys.json"
        file.write_text(text, encoding="utf-8")
        self.stdout.write(
            f"{root} is not here, so nothing has changed yet. Carry {file} to the machine that keeps the root key, there:\n"
            f"    manage.py issuing_keys sign {file.name} --root <file of the root key>\n"
            "and put what comes back in force here: manage.py issuing_keys adopt <file>"
        )

    def _read(self, file: Path) -> str:
        try:
            return file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as fault:
            raise CommandError(f"{file} can't be read: {fault}") from fault

    def _root(self, file: Path) -> Ed25519PrivateKey:
        try:
            return Ed25519PrivateKey.from_private_bytes(file.read_bytes())
        except (OSError, ValueError) as fault:
            raise CommandError(f"{file} is no root key: {fault}") from fault
