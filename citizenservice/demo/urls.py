"""Addresses."""

from django.urls import path

from citizenservice.demo import views

urlpatterns = [path("sign-in/<slug:role>/", views.sign_in, name="demo_sign_in")]
