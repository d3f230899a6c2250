"""Invitations that run out, private pages that show one thread, and drafts that know what they are for."""

import django.db.models.deletion
from django.db import migrations, models

PURPOSES = [
    ("ANSWER", "Answer"),
    ("POINTER", "Invitation to write in private"),
    ("REPLACE", "Correction of a reply that is there"),
    ("REMOVE", "Removal of a reply that is there"),
]


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0008_standards"), ("enquiries", "0011_desk_indexes")]
    operations = [
        migrations.AddField(
            model_name="drafttext",
            name="purpose",
            field=models.CharField(choices=PURPOSES, db_default="ANSWER", default="ANSWER", max_length=10),
        ),
        migrations.AddField(
            model_name="drafttext",
            name="corrects",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="enquiries.message",
            ),
        ),
        migrations.AddField(
            model_name="enquirytoken",
            name="expires_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="enquirytoken",
            name="thread",
            field=models.CharField(blank=True, db_default="", default="", max_length=100),
        ),
        migrations.AlterField(
            model_name="enquirytoken",
            name="purpose",
            field=models.CharField(
                choices=[
                    ("FOLLOW", "private page"),
                    ("MAIL", "reply address"),
                    ("OFFLINE", "invitation to write in private"),
                    ("PAGE", "private page of an invitation"),
                ],
                max_length=10,
            ),
        ),
        migrations.RemoveConstraint(model_name="enquirytoken", name="one_live_token_per_purpose"),
        migrations.AddConstraint(
            model_name="enquirytoken",
            constraint=models.UniqueConstraint(
                condition=models.Q(("revoked_at__isnull", True)),
                fields=("enquiry", "purpose", "thread"),
                name="one_live_token_per_purpose",
            ),
        ),
    ]
