"""Addresses of files. Each has a row in the access matrix."""

from __future__ import annotations

from django.urls import path

from agents.views import files, mail_view

urlpatterns = [
    path("files/<str:token>/", files.download, name="file"),
    path("files/<str:token>/picture/", files.picture, name="picture"),
    path("reply-files/<str:token>/", files.reply_file, name="reply_file"),
    path("messages/<int:message_id>/mail/", mail_view.mail, name="mail"),
    path("messages/<int:message_id>/mail/document/", mail_view.mail_view, name="mail_view"),
]
