"""What people send about standard answers: what is known of one, its texts, a new day, and what they insert."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from enquiries.models import Organisation, StandardAnswer, Topic
from enquiries.registry import kind_choices
from enquiries.services.standard_answers.standard_texts import ANY, MOST_VARIANTS, Texts, languages_of, variant_kinds
from enquiries.services.standard_answers.standards import Head

LONGEST_TEXT = 20_000
BLANK = 1


class HeadForm(forms.Form):
    """What is known of a standard answer besides its words."""

    title = forms.CharField(max_length=150, label=_("Title"), widget=forms.TextInput({"class": "input", "dir": "auto"}))
    topic = forms.ModelChoiceField(
        Topic.objects.none(),
        required=False,
        label=_("Topic"),
        empty_label=_("Any topic"),
        widget=forms.Select({"class": "input"}),
    )
    source = forms.CharField(
        required=False,
        max_length=500,
        label=_("Source"),
        help_text=_("The page, by-law or person that says so."),
        widget=forms.TextInput({"class": "input", "dir": "auto"}),
    )
    expires_on = forms.DateField(
        label=_("To be looked at by"),
        help_text=_("After this day it can be inserted only by somebody who says that it is still right."),
        widget=forms.DateInput({"class": "input w20", "type": "date"}, format="%Y-%m-%d"),
    )
    seen = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        topic = self.fields["topic"]
        assert isinstance(topic, forms.ModelChoiceField)  # noqa: S101 - for the type checker
        topic.queryset = organisation.topics.order_by("position", "name")

    def head(self) -> Head:
        """Give what was sent, once it is valid."""
        sent = self.cleaned_data
        return Head(title=sent["title"], topic=sent["topic"], source=sent["source"], expires_on=sent["expires_on"])


class VariantForm(forms.Form):
    """One text: for which channel, in which language. An empty text takes the variant away."""

    kind = forms.ChoiceField(label=_("Channel"), widget=forms.Select({"class": "input"}))
    language = forms.ChoiceField(label=_("Language"), widget=forms.Select({"class": "input"}))
    text = forms.CharField(
        required=False,
        strip=False,
        max_length=LONGEST_TEXT,
        label=_("Text"),
        widget=forms.Textarea({"class": "input", "rows": 6, "dir": "auto"}),
    )

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = dict(kind_choices()) | {ANY: _("Any channel")}
        names = dict(settings.LANGUAGES)
        _offer(self.fields["kind"], [(kind, labels[kind]) for kind in variant_kinds()])
        _offer(self.fields["language"], [(code, names.get(code, code)) for code in languages_of(organisation)])


def _offer(field: forms.Field, choices: list[tuple[str, Any]]) -> None:
    assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
    field.choices = choices


class VariantsFormSet(forms.BaseFormSet):  # type: ignore[type-arg]
    """All texts of a version. The same channel and language twice is refused: nobody would know which counts."""

    def clean(self) -> None:
        """Look for pairs that stand twice."""
        seen: set[tuple[str, str]] = set()
        for form in self.forms:
            sent = getattr(form, "cleaned_data", {})
            if not sent.get("text", "").strip():
                continue
            pair = (sent.get("kind", ""), sent.get("language", ""))
            if pair in seen:
                form.add_error("kind", _("There is a text for this channel and language already. Choose another."))
            seen.add(pair)

    def texts(self) -> dict[str, dict[str, str]]:
        """Give the texts as they are kept, once they are valid."""
        found: dict[str, dict[str, str]] = {}
        for form in self.forms:
            sent = form.cleaned_data
            if sent.get("text", "").strip():
                found.setdefault(sent["kind"], {})[sent["language"]] = sent["text"]
        return found


def variants(organisation: Organisation, *, data: Mapping[str, Any] | None = None, texts: Texts | None = None) -> Any:
    """Make the forms for all texts of a version and a blank one; `data` is what was sent."""
    initial = [
        {"kind": kind, "language": language, "text": text}
        for kind, words in sorted((texts or {}).items(), key=lambda pair: (pair[0] != ANY, pair[0]))
        for language, text in words.items()
    ]
    factory = forms.formset_factory(
        VariantForm, formset=VariantsFormSet, extra=BLANK, max_num=MOST_VARIANTS, absolute_max=MOST_VARIANTS
    )
    return factory(data, initial=initial, prefix="texts", form_kwargs={"organisation": organisation})


def head_form(
    organisation: Organisation,
    *,
    data: Mapping[str, Any] | None = None,
    answer: StandardAnswer | None = None,
    seen: int = 0,
) -> HeadForm:
    """Make the form for what is known besides the words, filled from `answer`."""
    initial: dict[str, Any] = {"seen": seen}
    if answer:
        initial |= {
            "title": answer.title,
            "topic": answer.topic_id,
            "source": answer.source,
            "expires_on": answer.expires_on,
        }
    return HeadForm(data, initial=initial, organisation=organisation)


class RenewForm(forms.Form):
    """Until when the words are right."""

    until = forms.DateField(
        label=_("Right until"), widget=forms.DateInput({"class": "input", "type": "date"}, format="%Y-%m-%d")
    )


class ApproveForm(forms.Form):
    """The very version that was read."""

    version = forms.IntegerField(min_value=1)


class PickForm(forms.Form):
    """For which message and in which language somebody looks for a standard answer, and by which words."""

    answers = forms.IntegerField(min_value=1, required=False)
    language = forms.CharField(max_length=8, required=False)
    q = forms.CharField(max_length=100, required=False)


class InsertForm(PickForm):
    """What is inserted: the version that was on the screen, and whether an expired one is meant."""

    version = forms.IntegerField(min_value=1)
    despite_expiry = forms.BooleanField(required=False)
