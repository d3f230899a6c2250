"""Addresses of trust, reviews and practice. Each has a row in the access matrix."""

from __future__ import annotations

from django.urls import path

from agents.views import practice, reviews, trust

urlpatterns = [
    path("trust/", trust.board, name="trust"),
    path("trust/mine/", trust.mine, name="my_trust"),
    path("trust/buddies/", trust.pair, name="buddy"),
    path("trust/<int:user_id>/<str:kind>/", trust.rung, name="trust_step"),
    path("reviews/", reviews.reviews, name="reviews"),
    path("reviews/<int:review_id>/", reviews.review, name="review"),
    path("reviews/<int:review_id>/read/", reviews.read, name="review_read"),
    path("practice/", practice.practice, name="practice"),
    path("practice/<str:key>/start/", practice.begin, name="practice_start"),
    path("practice/<str:reference>/ask/", practice.ask, name="practice_ask"),
]
