"""通知书核验: the page that answers without a network, what it is made of, and the door where a notice is asked for by number."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Callable
from typing import Any

from csp.decorators import csp_update
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import County, Knock
from audit import issuing
from audit.models import TooMany

from .. import published
from ..models import FilingNotice

#: tries of one network address an hour; a whole office may stand behind one
MOST_TRIES = 10
#: what the page is made of; the worker keeps these
PARTS = {
    "statement": "verify/statement.js",
    "lists": "verify/lists.js",
    "judge": "verify/judge.js",
    "camera": "verify/camera.js",
    "noble": "vendor/noble-ed25519.js",
    "zxing": "vendor/zxing-reader.js",
    "wasm": "vendor/zxing_reader.wasm",
}
SHOWN = ["verify/page.js", "verify/verify.css", "public.css", "mark.svg"]


@csrf_exempt  # nobody is signed in here, and nothing but a count of tries is kept
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@csp_update({"script-src": ["'wasm-unsafe-eval'"], "worker-src": ["'self'"]})
def verify(request: HttpRequest) -> HttpResponse:
    """GET: the scanner. POST: a number and the end of the enterprise's code, answered here.

    Whatever can't be said by number has one answer (404): not found, another enterprise, unannounced and not there yet.
    """
    context: dict[str, Any] = {"counties": County.objects.order_by("code")[:5], "words": words(), "parts": _addresses(), "root": _root()}
    status = 200
    if request.method == "POST":
        number, end = request.POST.get("number", "")[:120], request.POST.get("end", "")[:40]
        try:
            _count_try(request.META["REMOTE_ADDR"])
            notice = find_by_number(number, end)
            state = notice.state_on(notice.county.today()) if notice else "unconfirmed"
            status = {"unconfirmed": 404, "void": 410}.get(state, 200)
            context |= {"state": state, "notice": notice, "county": notice.county if notice else None, "number": number, "end": end}
        except TooMany as refusal:
            status = refusal.status
            context |= {"state": "many", "refusal": refusal, "number": number, "end": end}
    response = render(request, "inspection/verify.html", context, status=status)
    response["Permissions-Policy"] = "camera=(self), microphone=(), geolocation=()"
    return response


def _count_try(address: str) -> None:
    """Count a try, right or wrong. Raises TooMany when those of the last hour are used up."""
    said = _("这个网络地址试得太多了，请一小时后再试，或者扫描通知书二维码。")
    Knock.refuse_too_many("notice-by-number", address, MOST_TRIES, said)
    Knock.keep("notice-by-number", address)


def find_by_number(number: str, end: str) -> FilingNotice | None:
    """Return the notice with this 文号, to whoever knows the last six characters of its enterprise's code; one question to the database.

    None for anything else: until it has begun or its days are over, an unannounced notice can't be told from one that is not there.
    """
    number, end = (unicodedata.normalize("NFKC", text).strip().upper() for text in (number, end))
    digits = re.search(r"(\d{4})\D+(\d{1,7})\D*$", number)
    if not digits or not re.fullmatch(r"[0-9A-Z]{6,20}", end):
        return None
    prefix = re.sub(r"[^\w]", "", number[: digits.start()])
    found = FilingNotice.objects.may_be_confirmed().filter(year=digits[1], number=digits[2], enterprise__identifier__iendswith=end[-6:])
    return found.filter(county__notice_prefix__icontains=prefix).select_related("county", "plan__agency", "enterprise").first()


@login_not_required
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, limited to /verify."""
    files = [static(name) for name in (*PARTS.values(), *SHOWN)]
    lists = [reverse(f"inspection:published-{name}") for name in ("keys", "revoked", "names")]
    page = reverse("inspection:verify")
    files.append(reverse("inspection:verify-app"))
    version = hashlib.sha256(json.dumps([files, lists, page]).encode()).hexdigest()[:16]
    context = {"version": version, "page": page, "files": json.dumps(files), "lists": json.dumps(lists)}
    response = render(request, "inspection/verify_worker.js", context, content_type="text/javascript; charset=utf-8")
    response["Service-Worker-Allowed"] = page
    response["Cache-Control"] = "no-cache"
    return response


@login_not_required
@require_safe
def app(request: HttpRequest) -> HttpResponse:
    """The manifest by which the page can be put on a phone's desktop."""
    icon = {"src": static("mark.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}
    page = reverse("inspection:verify")
    said = {
        "name": _("涉企检查备案通知书核验"), "short_name": _("通知书核验"), "lang": "zh-Hans", "id": page, "start_url": page, "scope": page,
        "display": "standalone", "background_color": "#f2f4f7", "theme_color": "#1b5c9e", "icons": [icon],
    }  # fmt: skip
    return JsonResponse(said, content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False})


def _open_list(make: Callable[[], str]) -> Callable[[HttpRequest], HttpResponse]:
    @login_not_required
    @require_safe
    def view(request: HttpRequest) -> HttpResponse:
        """Something published, signed; 503 while there is no key to sign it with."""
        try:
            content = make()
        except issuing.CannotSign as fault:
            return JsonResponse({"detail": str(fault)}, status=503, json_dumps_params={"ensure_ascii": False})
        response = HttpResponse(content, content_type="application/json; charset=utf-8")
        response["Access-Control-Allow-Origin"] = "*"  # anyone may check, from wherever
        response["Cache-Control"] = "no-cache"
        return response

    return view


keys = _open_list(lambda: issuing.published().published)
revoked = _open_list(published.revoked)
names = _open_list(published.names)


def _addresses() -> dict[str, str]:
    return {name: static(path) for name, path in PARTS.items()}


def _root() -> str:
    try:
        return issuing.published().root
    except issuing.CannotSign:
        return ""


def words() -> dict[str, Any]:
    """Return all that the scanner says, in the reader's language."""
    return {
        "start": _("打开摄像头扫码"),
        "stop": _("关闭摄像头"),
        "no_camera": _("打不开摄像头。请允许使用摄像头，或者拍一张二维码的照片，或者用手机相机、微信直接扫码。"),
        "reading": _("正在识别照片……"),
        "nothing_seen": _("照片里没有认出二维码。请对正、靠近、不要反光，再拍一张。"),
        "no_keys": _("这部手机上还没有公布的签发密钥：请先联网打开一次本页。"),
        "no_list": _("这部手机上没有作废名单，或者手机时间不对。"),
        "list_now": _("作废名单是刚才更新的。"),
        "list_hours": _("作废名单是 {n} 小时前的。"),
        "list_days": _("作废名单是 {n} 天前的。"),
        "by_this_clock": _("按这部手机的日期 {day} 判断。"),
        "enterprise": _("查谁"),
        "days": _("什么时候"),
        "agency": _("谁来查"),
        "agency_code": _("代码 {code}（单位名称要联网才能显示）"),
        "number": _("文号"),
        "office": _("备案机关"),
        "issued": _("制发日期"),
        "people": _("来几个人"),
        "n_people": _("{n} 人，请逐个核对执法证号"),
        "many_people": _("人员较多，执法证号须联网核对"),
        "call": _("拨打监督电话"),
        "certificate_good": _("✓ 号码与通知书相符。号码相符还不够，请看清证件和本人。"),
        "certificate_bad": _("✗ 号码与通知书不符：不是通知书上的人。"),
        "certificate_list": _("这份通知书人员较多，离线不能逐个核对，请联网核验。"),
        "answers": {
            "good": [_("✓ 签名有效"), _("今天在检查日期内，也不在作废名单上。请核对企业和人员。")],
            "stale": [_("签名有效，是否作废不知道"), _("这部手机上的作废名单太旧。请联网核验，或者打电话核实以后再开门。")],
            "doubtful": [_("要联网核实"), _("签名时的密钥后来停用了，离线分不出真假。请联网核验，或者打电话核实。")],
            "token": [_("要联网核实"), _("这是早先的通知书，二维码里没有签名。请联网打开，或者打电话核实。")],
            "late": [_("✗ 检查日期已过"), _("{until} 已经结束。不能凭这份通知书检查，请打电话核实。")],
            "early": [_("✗ 还没到检查日期"), _("{from} 才开始。今天不能凭这份通知书检查，请打电话核实。")],
            "void": [_("✗ 已作废"), _("不能凭这份通知书检查。请打电话核实。")],
            "wrong": [_("✗ 不是开给本企业的"), _("通知书上的企业代码与您填的后六位 {mine} 不同。请打电话核实。")],
            "key": [_("✗ 认不出的签名密钥"), _("不是公布的密钥签的：可能是假的，也可能这部手机太久没有联网。请打电话核实。")],
            "revoked": [_("✗ 签名密钥已停用"), _("签这份通知书的密钥那一天已经不能用了。请打电话核实。")],
            "forged": [_("✗ 签名不对"), _("二维码里的内容被改过，或者是假的。不要凭它开门，请打电话核实。")],
            "elsewhere": [_("✗ 二维码指向别的网站"), _("它指向 {where}，不是本系统。请打电话核实。")],
            "stranger": [_("✗ 不是通知书的二维码"), _("请扫描《涉企检查备案通知书》右上方的二维码；来人拿不出来的，请打电话核实。")],
        },
    }
