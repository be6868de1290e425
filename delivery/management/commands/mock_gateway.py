from argparse import ArgumentParser

from django.core.management.base import BaseCommand

from delivery.gateway import TEMPLATES, Gateway

DEMO = "demo"


class Command(BaseCommand):
    """Stand in for a gateway of short messages on 127.0.0.1 and print what would reach the phones, codes among it. For trying out."""

    help = "a stand-in for a gateway of short messages, on 127.0.0.1"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8099)

    def handle(self, *args: object, port: int, **options: object) -> None:
        with Gateway(key=DEMO, secret=DEMO, port=port, told=lambda phone, text: self.stdout.write(f"{phone}  {text}")) as gateway:
            self.stdout.write(f"SMS_ADAPTER=http SMS_URL={gateway.url} SMS_KEY={DEMO} SMS_SECRET={DEMO} SMS_SIGN=…")
            named = "receipt-code=T-CODE,enterprise-key=T-KEY,notice-ended=T-ENDED,letter=T-LETTER"
            self.stdout.write(f"SMS_TEMPLATES={named}   ({', '.join(TEMPLATES)}); end with Ctrl-C")
            try:
                gateway.serve_forever()
            except KeyboardInterrupt:
                self.stdout.write("")
