"""Addresses."""

from __future__ import annotations

from django.urls import path, re_path
from drf_spectacular.views import SpectacularAPIView

from api import acts, trust
from api.pages import docs, problems
from api.views import (
    approvals,
    around,
    attention,
    channels,
    enquiries,
    freezes,
    listening,
    many,
    moderation,
    monitors,
    policy,
    replies,
    reply_files,
    standards,
    substitutes,
    triage,
)
from api.views import trust as trust_views
from api.views.door import Nowhere

ONE = "v1/enquiries/<str:reference>"
RUNG = "v1/trust/<int:user_id>/<str:kind>"

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
    path(f"{ONE}/reply/files", reply_files.ReplyFiles.as_view(), name="api_reply_files"),
    path(f"{ONE}/reply/files/<str:token>/remove", reply_files.RemoveReplyFile.as_view(), name="api_remove_reply_file"),
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
    path("v1/freezes/<int:freeze_id>/notice", freezes.ConfirmNotice.as_view(), name="api_confirm_notice"),
    path("v1/freezes/<int:freeze_id>/lift", freezes.LiftFreeze.as_view(), name="api_lift"),
    path("v1/standards", standards.Standards.as_view(), name="api_standards"),
    path("v1/standards/<int:answer_id>", standards.OneStandard.as_view(), name="api_standard"),
    path("v1/bulk/preview", many.BulkPreview.as_view(), name="api_bulk_preview"),
    path("v1/bulk", many.Bulk.as_view(), name="api_bulk"),
    path("v1/filters", many.Filters.as_view(), name="api_filters"),
    path("v1/filters/<int:filter_id>", many.OneFilter.as_view(), name="api_filter"),
    path("v1/filters/<int:filter_id>/drop", many.DropFilter.as_view(), name="api_drop_filter"),
    path("v1/trust", trust_views.Board.as_view(), name="api_trust"),
    path("v1/trust/mine", trust_views.Mine.as_view(), name="api_own_trust"),
    path(RUNG, trust_views.OneRung.as_view(), name="api_rung"),
    *(path(f"{RUNG}/{name}", trust_views.view_of(name).as_view(), name=f"api_trust_{name}") for name in trust.WORDS),
    path("v1/buddies", trust_views.Buddies.as_view(), name="api_buddies"),
    path("v1/reviews", trust_views.Reviews.as_view(), name="api_reviews"),
    path("v1/reviews/<int:review_id>", trust_views.OneReview.as_view(), name="api_review"),
    path("v1/reviews/<int:review_id>/finish", trust_views.FinishReview.as_view(), name="api_finish_review"),
    path("v1/reviews/<int:review_id>/read", trust_views.ReadReview.as_view(), name="api_read_review"),
    path("v1/policy", policy.Policy.as_view(), name="api_policy"),
    path("v1/policy/try", policy.TryPolicy.as_view(), name="api_try_policy"),
    path("v1/policy/versions", policy.Versions.as_view(), name="api_policy_versions"),
    path("v1/policy/versions/<int:n>", policy.OneVersion.as_view(), name="api_policy_version"),
    path("v1/topics/<int:topic_id>/incident", policy.TopicIncident.as_view(), name="api_incident"),
    path("v1/attention", attention.Attention.as_view(), name="api_attention"),
    path("v1/attention/postings/<int:posting_id>", attention.DecidePosting.as_view(), name="api_decide_posting"),
    path("v1/attention/payloads/<int:payload_id>", attention.OnePayload.as_view(), name="api_payload"),
    path("v1/attention/payloads/<int:payload_id>/retry", attention.RetryPayload.as_view(), name="api_retry_payload"),
    path("v1/attention/postings/<int:posting_id>/platform", channels.PlatformView.as_view(), name="api_platform_view"),
    path("v1/attention/notices/<int:notice_id>/seen", channels.SeeNotice.as_view(), name="api_see_notice"),
    path("v1/channels", channels.Channels.as_view(), name="api_channels"),
    path("v1/overheard", listening.OverheardPosts.as_view(), name="api_overheard"),
    path("v1/overheard/<int:overheard_id>/join", listening.JoinOverheard.as_view(), name="api_join_overheard"),
    path("v1/overheard/<int:overheard_id>/leave", listening.LeaveOverheard.as_view(), name="api_leave_overheard"),
    path("v1/monitors", monitors.Monitors.as_view(), name="api_monitors"),
    path("v1/monitors/<int:monitor_id>/change", monitors.ChangeMonitor.as_view(), name="api_change_monitor"),
    *(
        path(f"v1/monitors/<int:monitor_id>/{name}", monitors.switch_of(name).as_view(), name=f"api_{name}_monitor")
        for name in ("pause", "resume")
    ),
    path(f"{ONE}/surroundings", moderation.Surroundings.as_view(), name="api_surroundings"),
    path("v1/moderations", moderation.Moderations.as_view(), name="api_moderations"),
    path("v1/messages/<int:message_id>/moderations", moderation.AskModeration.as_view(), name="api_ask_moderation"),
    path(
        "v1/moderations/<int:moderation_id>/decide",
        moderation.DecideModeration.as_view(),
        name="api_decide_moderation",
    ),
    path(
        "v1/moderations/<int:moderation_id>/withdraw",
        moderation.WithdrawModeration.as_view(),
        name="api_withdraw_moderation",
    ),
    path("v1/substitutes", substitutes.Substitutes.as_view(), name="api_substitutes"),
    path("v1/substitutes/<int:substitution_id>/end", substitutes.EndSubstitute.as_view(), name="api_end_substitute"),
    path("schema/", SpectacularAPIView.as_view(), name="api_schema"),
    path("docs/", docs, name="api_docs"),
    path("problems/", problems, name="api_problems"),
    re_path(r"^v1(/.*)?$", Nowhere.as_view(), name="api_nowhere"),
]
