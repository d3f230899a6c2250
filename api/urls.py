"""Addresses."""

from __future__ import annotations

from django.urls import path, re_path
from drf_spectacular.views import SpectacularAPIView

from api import acts
from api.pages import docs, problems
from api.views import approvals, around, enquiries, freezes, replies, standards, triage
from api.views.door import Nowhere

ONE = "v1/enquiries/<str:reference>"

urlpatterns = [
    path("v1/me", around.Me.as_view(), name="api_me"),
    path("v1/directory", around.Directory.as_view(), name="api_directory"),
    path("v1/enquiries", enquiries.Enquiries.as_view(), name="api_enquiries"),
    path(ONE, enquiries.OneEnquiry.as_view(), name="api_enquiry"),
    path(f"{ONE}/status", enquiries.EnquiryStatus.as_view(), name="api_status"),
    path(f"{ONE}/history", enquiries.History.as_view(), name="api_history"),
    *(path(f"{ONE}/{name}", triage.view_of(name).as_view(), name=f"api_{name}") for name in acts.ACTS),
    path(f"{ONE}/notes", triage.Notes.as_view(), name="api_notes"),
    path(f"{ONE}/reply", replies.ReplyUnderWay.as_view(), name="api_reply"),
    path(f"{ONE}/reply/submit", replies.SubmitReply.as_view(), name="api_submit"),
    path(f"{ONE}/reply/check", replies.LookAtText.as_view(), name="api_check"),
    path(f"{ONE}/take-offline", replies.TakeOffline.as_view(), name="api_take_offline"),
    path(f"{ONE}/standards", standards.StandardsFor.as_view(), name="api_standards_for"),
    path(f"{ONE}/standards/insert", standards.InsertStandard.as_view(), name="api_insert_standard"),
    path(f"{ONE}/precedents", standards.Precedents.as_view(), name="api_precedents"),
    path("v1/replies/<int:reply_id>/call-back", replies.CallBack.as_view(), name="api_call_back"),
    path("v1/approvals", approvals.Approvals.as_view(), name="api_approvals"),
    path("v1/approvals/<int:reply_id>", approvals.OneApproval.as_view(), name="api_approval"),
    *(
        path(f"v1/approvals/<int:reply_id>/{name}", approvals.view_of(name).as_view(), name=f"api_approval_{name}")
        for name in approvals.DECISIONS
    ),
    path("v1/freezes", freezes.Freezes.as_view(), name="api_freezes"),
    path("v1/freezes/<int:freeze_id>/lift", freezes.LiftFreeze.as_view(), name="api_lift"),
    path("v1/standards", standards.Standards.as_view(), name="api_standards"),
    path("v1/standards/<int:answer_id>", standards.OneStandard.as_view(), name="api_standard"),
    path("schema/", SpectacularAPIView.as_view(), name="api_schema"),
    path("docs/", docs, name="api_docs"),
    path("problems/", problems, name="api_problems"),
    re_path(r"^v1(/.*)?$", Nowhere.as_view(), name="api_nowhere"),
]
