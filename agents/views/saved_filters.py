"""Looks at the queue under a name: one's own, or shared with a team."""

from __future__ import annotations

from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agents.access import rights_of
from agents.models import SavedFilter
from agents.queue.listing import selection
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
    form.fields["team"].queryset = Team.objects.filter(pk__in=rights_of(request.user).teams)  # type: ignore[attr-defined]
    if not form.is_valid():
        messages.error(request, _("Give the filter a name of at most 60 letters."))
        return redirect("desk:queue")
    sent = form.cleaned_data
    query = _only_what_is_known(request, sent["query"])
    SavedFilter.objects.update_or_create(
        owner_id=request.user.pk, name=sent["name"], defaults={"query": query, "team": sent["team"]}
    )
    messages.success(request, _("“%(name)s” is in the menu now.") % {"name": sent["name"]})
    return redirect(f"{reverse('desk:queue')}?{query}")


def _only_what_is_known(request: HttpRequest, query: str) -> str:
    """Keep view and filters that exist, without place and sort: what is kept today must still work tomorrow."""
    found = selection(request.user, QueryDict(query), now=timezone.now())
    view = [("view", found.asked.view.value)] if found.asked.view else []
    return urlencode(view + [(name, value) for name, values in found.filters.chosen.items() for value in values])


@require_POST
def drop(request: HttpRequest, filter_id: int) -> HttpResponse:
    """Forget a filter of one's own."""
    held = get_object_or_404(SavedFilter, pk=filter_id, owner=request.user.pk)
    held.delete()
    messages.success(request, _("“%(name)s” is gone.") % {"name": held.name})
    return redirect("desk:queue")
