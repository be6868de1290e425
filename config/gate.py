"""What every request passes: its channel, the language chosen, and pages that no cache may keep."""

import math
import uuid
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from django.utils.translation import gettext as _

from audit.actor import acting_through

Handler = Callable[[HttpRequest], HttpResponse]
MB = 1024 * 1024
#: three photographs of 8 MB, and words
MOST_OF_ANYBODY = 25 * MB
#: a list of 40 million bytes
MOST = 42 * MB


class Channels:
    """Marks what is signed during a request with its channel and id; the answer bears the id."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # PostgreSQL keeps no NUL; no address of ours has one.
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            said = _("地址里有不能识别的字符，请核对后再试。")
            if request.path.startswith("/api/"):
                return JsonResponse({"code": "Refused", "detail": said, "errors": {}}, status=400)
            return HttpResponse(said, status=400, content_type="text/plain; charset=utf-8")
        name = "api" if request.path.startswith("/api/") else "page"
        with acting_through(name, str(uuid.uuid4())) as channel:
            response = self.get_response(request)
        response["X-Request-ID"] = channel.request_id
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")  # /verify alone asks for the camera
        return response


class Weighed:
    """Turns away by its announced length what is larger than anything one may send here, before a byte of it is kept."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        said = request.META.get("CONTENT_LENGTH") or "0"
        length = int(said) if said.isdecimal() else math.inf
        api = request.path.startswith("/api/")
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE if api else MOST_OF_ANYBODY  # a body of the API is held in memory whole
        if length > most and not api and request.user.is_authenticated:
            most = MOST
        if length <= most:
            return self.get_response(request)
        why = _("发送的内容太大，一共不能超过 %(n)d MB，请缩小后再试。") % {"n": most // MB}
        if api:
            return JsonResponse({"code": "TooLarge", "detail": why, "errors": {}}, status=413)
        return HttpResponse(why, status=413, content_type="text/plain; charset=utf-8")


class ChosenLanguage:
    """Chinese first; another language only when chosen (its cookie), not guessed from the browser."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        request.LANGUAGE_CODE = language
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class PrivatePages:
    """Pages of a person who is signed in are kept by no cache."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store")
        return response
