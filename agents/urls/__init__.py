"""The desk's addresses. Each has a row in tests/agents/test_access_matrix.py."""

from __future__ import annotations

from django.urls import path

from agents.urls import approving, channels, files, listening, triage, trust
from agents.views import approvals, attention, drafts, enquiry, leaving, picker, queue, small, standards

app_name = "desk"
urlpatterns = [
    path("", queue.queue, name="queue"),
    path("enquiries/<str:reference>/", enquiry.enquiry, name="enquiry"),
    path("enquiries/<str:reference>/draft/", drafts.keep_draft, name="draft"),
    path("enquiries/<str:reference>/drafts/", drafts.own_drafts, name="drafts"),
    path("enquiries/<str:reference>/writing/", drafts.writing, name="writing"),
    path("enquiries/<str:reference>/check/", drafts.check, name="check"),
    path("enquiries/<str:reference>/take-offline/", leaving.take_offline, name="take_offline"),
    path("replies/<int:reply_id>/call-back/", leaving.call_back, name="call_back"),
    path("approvals/", approvals.approvals, name="approvals"),
    path("approvals/<int:reply_id>/", approvals.approval, name="approval"),
    path("attention/", attention.attention, name="attention"),
    path("attention/postings/<int:posting_id>/", attention.decide_posting, name="decide_posting"),
    path("attention/payloads/<int:payload_id>/", attention.payload, name="payload"),
    path("attention/payloads/<int:payload_id>/retry/", attention.retry_payload, name="retry_payload"),
    path("standards/", standards.standards, name="standards"),
    path("standards/new/", standards.standard_new, name="standard_new"),
    path("standards/<int:answer_id>/", standards.standard, name="standard"),
    path("standards/<int:answer_id>/edit/", standards.standard_edit, name="standard_edit"),
    path("standards/<int:answer_id>/approve/", standards.standard_approve, name="standard_approve"),
    path("standards/<int:answer_id>/renew/", standards.standard_renew, name="standard_renew"),
    path("standards/<int:answer_id>/retire/", standards.standard_retire, name="standard_retire"),
    path("enquiries/<str:reference>/standards/", picker.standards_for, name="standards_for"),
    path("enquiries/<str:reference>/standards/insert/", picker.insert_standard, name="insert_standard"),
    path("enquiries/<str:reference>/precedents/", picker.precedents_for, name="precedents_for"),
    path("length/", small.length, name="length"),
    path("pulse/", small.pulse, name="pulse"),
    *approving.urlpatterns,
    *channels.urlpatterns,
    *files.urlpatterns,
    *listening.urlpatterns,
    *triage.urlpatterns,
    *trust.urlpatterns,
]
