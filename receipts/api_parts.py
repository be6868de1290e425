"""What the public pages' twin and the Office's have in common: answers and complaints as they are sent, and what is kept of them."""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.rest import Word

from .models import Complaint, Receipt


class ReceiptAnswersSent(serializers.Serializer):
    """The answers. Only ``notice_shown`` and ``overall`` are asked of everybody.

    ``more`` holds answers to the other questions, by their codes in ``questions/``.
    """

    uid = serializers.UUIDField(required=False)
    notice_shown = Word(Receipt.NoticeShown)
    certificates = Word(Receipt.Shown, required=False, blank=True)
    people = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=99)
    money = Word(Receipt.YesNo, required=False, blank=True)
    goods = Word(Receipt.YesNo, required=False, blank=True)
    disturbed = Word(Receipt.YesNo, required=False, blank=True)
    overall = Word(Receipt.Overall)
    made_to = serializers.BooleanField(required=False, help_text=_("我是被现场要求填写的"))
    words = serializers.CharField(required=False, allow_blank=True, max_length=1000)
    more = serializers.DictField(required=False)


class PromiseShown(serializers.Serializer):
    """The signed promise: what its holder keeps. The signature is Ed25519 over canonical JSON of number, digest, at, county."""

    number = serializers.CharField()
    digest = serializers.CharField()
    at = serializers.CharField()
    county = serializers.CharField()
    key = serializers.CharField()
    signature = serializers.CharField()


class ReceiptKept(serializers.Serializer):
    """That it has been kept: its number and the signed promise, nothing of what was said."""

    uid = serializers.UUIDField()
    number = serializers.CharField()
    given_at = serializers.DateTimeField()
    promise = PromiseShown()


class ComplaintSent(serializers.Serializer):
    """What happened: no code, no name is asked for."""

    category = Word(Complaint.Category)
    words = serializers.CharField(required=False, allow_blank=True, default="", max_length=2000)
    agency_said = serializers.CharField(required=False, allow_blank=True, default="", max_length=100)
    happened_on = serializers.DateField(required=False, allow_null=True)
    stance = Word(Complaint.Stance, required=False)
    person = serializers.CharField(required=False, allow_blank=True, default="", max_length=60)
    phone = serializers.CharField(required=False, allow_blank=True, default="", max_length=40)


class ComplaintKept(serializers.Serializer):
    """That it has been kept: its number, the promise, and the follow-up code, which no other answer holds (blank when sent again)."""

    number = serializers.CharField()
    follow_up_digits = serializers.CharField(allow_blank=True)
    follow_up_link = serializers.CharField(allow_blank=True)
    promise = PromiseShown()
