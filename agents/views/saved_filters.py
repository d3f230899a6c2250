"""Looks at the queue under a name: one's own, or shared with a team."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agents.models import SavedFilter
from agents.queue import keeping
from enquiries.models import Team


class FilterNameForm(forms.Form):
    """The name of a look at the queue, and with which team it is shared."""

    name = forms.CharField(max_length=60)
    query = forms.CharField(max_length=1000, required=False)
    team = forms.ModelChoiceField(Team.objects.none(), required=False)


@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Keep the filter that is in force, under a name. The same name again replaces what was kept under it."""
    form = FilterNameForm(request.POST)
    form.fields["team"].queryset = keeping.teams_to_share_with(request.user)  # type: ignore[attr-defined]
    if not form.is_valid():
        messages.error(request, _("Give the filter a name of at most 60 letters."))
        return redirect("desk:queue")
    sent = form.cleaned_data
    query = keeping.only_what_is_known(request.user, sent["query"], now=timezone.now())
    keeping.keep(owner_id=request.user.pk or 0, name=sent["name"], query=query, team=sent["team"])
    messages.success(request, _("“%(name)s” is in the menu now.") % {"name": sent["name"]})
    return redirect(f"{reverse('desk:queue')}?{query}")


@require_POST
def drop(request: HttpRequest, filter_id: int) -> HttpResponse:
    """Forget a filter of one's own."""
    held = get_object_or_404(SavedFilter, pk=filter_id, owner=request.user.pk)
    held.delete()
    messages.success(request, _("“%(name)s” is gone.") % {"name": held.name})
    return redirect("desk:queue")
