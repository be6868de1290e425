"""The face of ``receipts``.

ReceiptCode   hand_out · send_again · match · hand_out_due      only the enterprise gets one
ReceiptCard   make · hand_over · match                          the secret that goes with the plate
Receipt       give · keep · take_in · counted                   a new row each time; the last counts
QuestionSet   in_force · publish                                what is asked, by version
Complaint     complain · follow · write · accept · decide …     needs no code and no notice
Claim         claim                                             what else was asked for
Release       release_due                                       what anyone may know, out of which nobody is found out
remind_due · ReminderStop · marks_of · keep_picture · keep_scan · is_good (a promise) · Window of a notice
"""

from accounts.models import spaced

from .card import ReceiptCard, may_be_known, notices_to_answer
from .claim import Claim
from .code import CodeTry, ReceiptCode, link_of
from .complaint import Complaint, Follower, Somebody
from .complaint_rows import ComplaintMessage, ComplaintPhoto
from .mark import Mark, marks_of
from .opened import Assurance, Opened
from .photo import keep_picture, keep_scan
from .promise import is_good, key_id, public_key
from .question import Question, Questions, QuestionSet
from .receipt import Receipt
from .release import Looked, Release, Released, by_assurance, kept_and_counted, release_due
from .reminder import Reminded, ReminderStop, remind_due
from .window import Window

__all__ = [
    "Assurance",
    "Claim",
    "CodeTry",
    "Complaint",
    "ComplaintMessage",
    "ComplaintPhoto",
    "Follower",
    "Looked",
    "Mark",
    "Opened",
    "Question",
    "QuestionSet",
    "Questions",
    "Receipt",
    "ReceiptCard",
    "ReceiptCode",
    "Release",
    "Released",
    "Reminded",
    "ReminderStop",
    "Somebody",
    "Window",
    "by_assurance",
    "is_good",
    "keep_picture",
    "keep_scan",
    "kept_and_counted",
    "key_id",
    "link_of",
    "marks_of",
    "may_be_known",
    "notices_to_answer",
    "public_key",
    "release_due",
    "remind_due",
    "spaced",
]
