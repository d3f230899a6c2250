"""The least that Django can do with a webhook: one view, no middleware, no database. What is left is the server's cost."""

from __future__ import annotations

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.urls import re_path

settings.configure(ROOT_URLCONF=__name__, MIDDLEWARE=[], ALLOWED_HOSTS=["*"], SECRET_KEY="bench")


def receive(request: HttpRequest) -> HttpResponse:
    """Read the body and say ok."""
    return HttpResponse("ok", content_type="text/plain", headers={"Content-Length": "2"} if request.body else {})


urlpatterns = [re_path("", receive)]
application = WSGIHandler()
