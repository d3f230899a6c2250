"""Addresses."""

from django.urls import path, re_path
from drf_spectacular.views import SpectacularAPIView

from api import views
from api.pages import docs

urlpatterns = [
    path("v1/enquiries", views.Enquiries.as_view(), name="api_enquiries"),
    path("v1/enquiries/<str:reference>", views.OneEnquiry.as_view(), name="api_enquiry"),
    path("v1/enquiries/<str:reference>/status", views.EnquiryStatus.as_view(), name="api_status"),
    path("schema/", SpectacularAPIView.as_view(), name="api_schema"),
    path("docs/", docs, name="api_docs"),
    re_path(r"^v1/.*$", views.Nowhere.as_view(), name="api_nowhere"),
]
