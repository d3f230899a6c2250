"""The form of an account: what its kind needs as fields of their own, and the rest for those who know it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.functional import lazystr
from django.utils.translation import gettext_lazy as _

from enquiries.admin import secret_fields, setting_fields
from enquiries.admin.belonging import BelongingForm
from enquiries.models import ChannelAccount, StandardAnswer
from enquiries.registry import traits_of

OTHERS_HELP = _("What has no field of its own above, as JSON: {}. Leave it alone unless you know why. No secrets here.")


class AccountForm(BelongingForm, secret_fields.SecretsForm):
    """An account. A field for each secret and each setting of its kind; `made_for` adds the settings."""

    class Meta:
        model = ChannelAccount
        exclude = ("sealed_secrets",)
        labels = {"settings": _("other settings")}
        help_texts = {"settings": OTHERS_HELP}

    forget_secrets = forms.BooleanField(
        label=_("Forget all secrets"),
        required=False,
        help_text=_("Removes what is set before the secrets above are taken in."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = self.instance.settings or {}
        if "acknowledgement" in self.fields:
            choice = self.fields["acknowledgement"]
            assert isinstance(choice, forms.ModelChoiceField)  # noqa: S101 - for the type checker
            choice.queryset = _words_of(self.instance)
        if self.instance.pk and "settings" in self.fields:
            self.initial["settings"] = setting_fields.others_of(self.instance.kind, held)
            self.initial.update(setting_fields.initial_of(self.instance.kind, held))

    def clean_settings(self) -> dict[str, Any]:
        """Refuse anything but an object, and what has a field of its own."""
        settings = self.cleaned_data["settings"] or {}
        if not isinstance(settings, dict):
            raise forms.ValidationError(_("This has to be an object: {…}."))
        twice = [str(one.label) for one in traits_of(self.instance.kind).settings if one.name in settings]
        if twice:
            raise forms.ValidationError(
                _("%(names)s: there is a field for it above."), params={"names": lazystr(", ".join(twice))}
            )
        return settings

    def clean(self) -> dict[str, Any]:
        """Put the settings together, and ask for what an account in use cannot be without."""
        cleaned = super().clean()
        kind = self.instance.kind
        if cleaned.get("is_active"):
            for name in setting_fields.missing(kind, cleaned):
                if name in self.fields:
                    self.add_error(name, _("An account in use cannot be without it."))
        if "settings" in cleaned:
            cleaned["settings"] |= setting_fields.entered(kind, cleaned)
        return cleaned

    @property
    def changes_settings(self) -> bool:
        """Whether any setting was changed, typed or not."""
        return any(name == "settings" or name.startswith(setting_fields.PREFIX) for name in self.changed_data)


def _words_of(account: ChannelAccount) -> QuerySet[StandardAnswer]:
    """List what may be chosen: living answers of the same organisation with approved words, and what is chosen already."""
    own = Q(organisation=account.organisation_id, retired_at__isnull=True, versions__approved_at__isnull=False)
    return StandardAnswer.objects.filter(own | Q(pk=account.acknowledgement_id)).distinct().order_by("title")


def form_for(account: ChannelAccount | None) -> type[AccountForm]:
    """Make the form of an account; the settings of a new one are asked for once it has a kind."""
    fields = setting_fields.made_for(account.kind, account.settings or {}) if account else {}
    return type("AccountForm", (AccountForm,), {**fields, "__module__": __name__, "Meta": AccountForm.Meta})
