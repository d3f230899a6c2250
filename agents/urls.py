"""The desk's addresses. Each has a row in tests/agents/test_access_matrix.py."""

from __future__ import annotations

from django.urls import path

from agents.views import approvals, attention, enquiry, queue, small

app_name = "desk"
urlpatterns = [
    path("", queue.queue, name="queue"),
    path("enquiries/<str:reference>/", enquiry.enquiry, name="enquiry"),
    path("enquiries/<str:reference>/claim/", enquiry.claim, name="claim"),
    path("enquiries/<str:reference>/release/", enquiry.release, name="release"),
    path("enquiries/<str:reference>/sort/", enquiry.sort, name="sort"),
    path("enquiries/<str:reference>/close/", enquiry.close, name="close"),
    path("enquiries/<str:reference>/reopen/", enquiry.reopen, name="reopen"),
    path("replies/<int:reply_id>/call-back/", enquiry.call_back, name="call_back"),
    path("approvals/", approvals.approvals, name="approvals"),
    path("approvals/<int:reply_id>/", approvals.approval, name="approval"),
    path("attention/", attention.attention, name="attention"),
    path("attention/postings/<int:posting_id>/", attention.decide_posting, name="decide_posting"),
    path("attention/payloads/<int:payload_id>/", attention.payload, name="payload"),
    path("attention/payloads/<int:payload_id>/retry/", attention.retry_payload, name="retry_payload"),
    path("files/<str:token>/", small.download, name="file"),
    path("length/", small.length, name="length"),
    path("pulse/", small.pulse, name="pulse"),
]
