"""The pages of the approval policy: its rules in words, its versions, the form that changes it, and the incident switch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agents.access import visible_to
from agents.approving.changes import changes
from agents.approving.leading import led_by
from agents.approving.policy_refusals import refusal_in_words, remarks_on
from agents.approving.policy_trying import examples_of
from agents.approving.policy_words import Condition, conditions_of, say
from agents.forms import policy as sent
from agents.frame import frame
from enquiries.models import ApprovalPolicy, Organisation, Topic
from enquiries.rules.policy import BadPolicy, Rule, read_rules
from enquiries.services.approving import incidents, policies

MOST_VERSIONS = 100


@require_safe
def policy(request: HttpRequest) -> HttpResponse:
    """Show the rules that count in their order, the incidents, and all versions."""
    organisation = led_by(request.user)
    newest = policies.newest_policy(organisation.pk)
    context = frame(request, current="policy", now=timezone.now()) | {
        "policy": newest,
        "said": say(_rules(newest), conditions_of(organisation)),
        "versions": organisation.policies.select_related("owner").order_by("-n")[:MOST_VERSIONS],
        "topics": organisation.topics.order_by("position", "name"),
    }
    return render(request, "desk/policy.html", context)


@require_safe
def policy_version(request: HttpRequest, n: int) -> HttpResponse:
    """Show one version with what it changed."""
    organisation = led_by(request.user)
    shown = get_object_or_404(organisation.policies.select_related("owner"), n=n)
    before = organisation.policies.filter(n=n - 1).first()
    conditions = conditions_of(organisation)
    said = say(_rules(shown), conditions)
    old, new = (_lines(_rules(one), conditions) for one in (before, shown))
    context = frame(request, current="policy", now=timezone.now()) | {
        "policy": shown,
        "before": before,
        "said": said,
        "changes": changes(old, new) if old != new else None,
        "is_newest": not organisation.policies.filter(n__gt=n).exists(),
    }
    return render(request, "desk/policy_version.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def policy_edit(request: HttpRequest) -> HttpResponse:
    """Change the rules: arrange them, try them on the last 30 days, then save exactly what was tried."""
    organisation = led_by(request.user)
    conditions = conditions_of(organisation)
    if request.method != "POST":
        begun, newest = _begin_with(request, organisation), policies.newest_policy(organisation.pk)
        rules = [sent.raw_of(rule) for rule in _rules(begun)]
        note = _("Back to version %(n)d") % {"n": begun.n} if begun and begun != newest else ""
        saving = sent.SavingForm(initial={"seen": newest.n if newest else 0, "note": note})
        return _edit(request, sent.unchecked(rules, conditions), saving)
    rules, do = sent.read_raw(request.POST), request.POST.get("do", "")
    if do not in ("try", "save"):
        unjudged = sent.SavingForm(initial={name: request.POST.get(name, "") for name in ("note", "seen")})
        return _edit(request, sent.unchecked(sent.arranged(rules, do), conditions), unjudged, moved=do)
    return _judge(request, organisation, conditions, sent.checked(rules, conditions), is_save=do == "save")


def _begin_with(request: HttpRequest, organisation: Organisation) -> ApprovalPolicy | None:
    """Give the version to start from: the newest, or an older one whose rules are brought back."""
    asked = request.GET.get("from", "")
    if not asked:
        return policies.newest_policy(organisation.pk)
    if not (asked.isdecimal() and len(asked) < 9):
        raise Http404
    return get_object_or_404(organisation.policies, n=int(asked))


def _judge(
    request: HttpRequest,
    organisation: Organisation,
    conditions: Sequence[Condition],
    forms: list[sent.RuleForm],
    *,
    is_save: bool,
) -> HttpResponse:
    saving = sent.SavingForm(request.POST)
    judged = [form.is_valid() for form in forms]  # each of them, so that every mistake is told at once
    if not all(judged):
        return _edit(request, forms, saving, status=422)
    rules, me = [form.rule for form in forms], request.user.pk or 0
    try:
        tried = policies.try_on_the_past(organisation, rules, now=timezone.now())
        proof = sent.tried_token(rules, organisation.pk, me)
        if not is_save:
            unjudged = sent.SavingForm(initial={name: request.POST.get(name, "") for name in ("note", "seen")})
            return _edit(request, forms, unjudged, tried=_shown(request, rules, tried), proof=proof)
        if not sent.was_tried(request.POST.get("tried", ""), rules, organisation.pk, me):
            told = _(
                "The rules are not those that you tried. This is what they would have done: look, then save again."
            )
            return _edit(
                request, forms, saving, tried=_shown(request, rules, tried), proof=proof, told=told, status=422
            )
        if not saving.is_valid():
            return _edit(request, forms, saving, tried=_shown(request, rules, tried), proof=proof, status=422)
        made = policies.save_policy(
            organisation=organisation,
            rules=rules,
            by_id=me,
            note=saving.cleaned_data["note"],
            now=timezone.now(),
            seen_n=saving.cleaned_data["seen"],
        )
    except BadPolicy as bad:
        return _edit(request, forms, saving, bad=bad, status=422)
    except policies.NewerPolicy:
        return _newer(request, organisation, conditions, forms)
    messages.success(request, _("Version %(n)d counts from now on.") % {"n": made.n})
    return redirect("desk:policy")


def _newer(
    request: HttpRequest, organisation: Organisation, conditions: Sequence[Condition], forms: list[sent.RuleForm]
) -> HttpResponse:
    """Show what somebody else saved beside what this person wrote: nothing is lost, and nothing is written over."""
    newest = policies.newest_policy(organisation.pk)
    newer = {"policy": newest, "said": say(_rules(newest), conditions)}
    saving = sent.SavingForm(initial={"seen": newest.n if newest else 0, "note": request.POST.get("note", "")})
    return _edit(request, forms, saving, newer=newer, status=409)


def _edit(
    request: HttpRequest, forms: list[sent.RuleForm], saving: sent.SavingForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    bad: BadPolicy | None = more.pop("bad", None)
    if bad is not None and bad.rule_n is not None and bad.rule_n < len(forms):
        forms[bad.rule_n].add_error(None, refusal_in_words(bad))
    context = frame(request, current="policy", now=timezone.now()) | {
        "forms": forms,
        "saving": saving,
        "seen": saving["seen"].value(),
        "refused": refusal_in_words(bad) if bad else "",
        **more,
    }
    return render(request, "desk/policy_edit.html", context, status=status)


def _shown(request: HttpRequest, rules: Sequence[dict[str, Any]], tried: policies.Tried) -> dict[str, Any]:
    """Give the result of a try with the examples that this person may see."""
    examples, hidden = examples_of(tried, visible_to(request.user))
    return {"result": tried, "examples": examples, "hidden": hidden, "remarks": remarks_on(read_rules(rules))}


def _rules(policy: ApprovalPolicy | None) -> list[Rule]:
    return read_rules(policy.rules) if policy else []


def _lines(rules: Sequence[Rule], conditions: Sequence[Condition]) -> str:
    return "\n".join(one.line for one in say(rules, conditions))


@require_POST
def incident(request: HttpRequest, topic_id: int) -> HttpResponse:
    """Switch the incident of a topic on or off."""
    topic = get_object_or_404(Topic, pk=topic_id, organisation=led_by(request.user))
    is_on = request.POST.get("incident") == "on"
    incidents.set_incident(topic_id=topic.pk, is_on=is_on, by_id=request.user.pk or 0, now=timezone.now())
    said = (
        _("%(topic)s: incident. The rules for incidents count for what is submitted from now on.")
        if is_on
        else _("%(topic)s: the incident is over.")
    )
    messages.success(request, said % {"topic": topic.name})
    return redirect("desk:policy")
