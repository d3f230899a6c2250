"""Notices for citizens wait for a second person, notes by machine name their words, and who wants to be forgotten is answered."""

from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

GUARDS = (Path(__file__).parent / "sql" / "second_words.sql").read_text(encoding="utf-8")
UNDONE = """
UPDATE enquiries_channelaccount a SET settings = a.settings || jsonb_build_object('acknowledgement', s.title)
  FROM enquiries_standardanswer s WHERE s.id = a.acknowledgement_id;
ALTER TABLE enquiries_channelaccount DROP CONSTRAINT acknowledgement_in_organisation;
ALTER TABLE enquiries_standardanswer DROP CONSTRAINT standard_in_organisation;
DROP TRIGGER deletion_guard ON enquiries_datadeletion;
DROP FUNCTION guard_deletion();
DROP TRIGGER deletion_stays ON enquiries_datadeletion;
CREATE TRIGGER deletion_stays BEFORE UPDATE ON enquiries_datadeletion FOR EACH ROW EXECUTE FUNCTION refuse_change('person', 'done_at');
DROP TRIGGER public_notice_guard ON enquiries_freeze;
DROP TRIGGER new_public_notice_guard ON enquiries_freeze;
DROP FUNCTION guard_public_notice();
DROP FUNCTION guard_new_public_notice();
DROP TRIGGER freeze_stays ON enquiries_freeze;
CREATE TRIGGER freeze_stays BEFORE UPDATE ON enquiries_freeze FOR EACH ROW EXECUTE FUNCTION refuse_change('lifted_by_id', 'lifted_at');
"""


def somebody() -> models.ForeignKey:
    """Name a person who did something, or nobody yet."""
    return models.ForeignKey(
        blank=True,
        null=True,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to=settings.AUTH_USER_MODEL,
    )


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0023_reply_files"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations = [
        migrations.AddField(
            "channelaccount",
            "acknowledgement",
            models.ForeignKey(
                blank=True,
                help_text="It goes out by machine once per enquiry, three times a day to one address at most. Empty: none.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="acknowledges_for",
                to="enquiries.standardanswer",
                verbose_name="standard answer that says a mail has arrived",
            ),
        ),
        migrations.AddField("datadeletion", "decided_by", somebody()),
        migrations.AddField(
            "datadeletion", "kept_because", models.CharField(blank=True, db_default="", default="", max_length=300)
        ),
        migrations.AddField("freeze", "notice_confirmed_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("freeze", "notice_confirmed_by", somebody()),
        migrations.AddIndex(
            "datadeletion",
            models.Index(fields=["account"], condition=Q(done_at__isnull=True), name="deletion_waits"),
        ),
        migrations.AddConstraint(
            "datadeletion",
            models.CheckConstraint(
                condition=Q(kept_because="") | Q(done_at__isnull=False, decided_by__isnull=False),
                name="deletion_refused_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            "freeze",
            models.CheckConstraint(
                condition=Q(notice_confirmed_by__isnull=True, notice_confirmed_at__isnull=True)
                | (Q(notice_confirmed_by__isnull=False, notice_confirmed_at__isnull=False) & ~Q(public_notice="")),
                name="notice_is_confirmed_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            "freeze",
            models.CheckConstraint(
                condition=~Q(notice_confirmed_by=F("frozen_by")), name="nobody_confirms_the_own_notice"
            ),
        ),
        migrations.RunSQL(GUARDS, UNDONE),
    ]
