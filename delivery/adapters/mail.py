"""E-mail, by Django's backend (``EMAIL_URL``)."""

import smtplib
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.utils import DNS_NAME

from .hopeless import Hopeless


def send(letter: Any) -> None:
    """Send one letter as plain text. Its Message-ID is made of its uid: a second copy is known for the same."""
    message = EmailMessage(
        subject=letter.subject,
        body=letter.unsealed(),
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[letter.address],
        headers={"Message-ID": f"<{letter.uid}@{DNS_NAME.get_fqdn()}>"},
    )
    try:
        if message.send() != 1:
            raise RuntimeError("the mail server took no message")
    except smtplib.SMTPRecipientsRefused as refused:
        codes = [code for code, _words in refused.recipients.values()]
        if codes and all(500 <= code < 600 for code in codes):
            raise Hopeless(f"收信邮箱被拒收（{codes[0]}）") from None
        raise RuntimeError(f"the mail server does not take the recipient now ({codes})") from None
