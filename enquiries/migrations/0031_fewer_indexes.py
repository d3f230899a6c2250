"""Indexes that another one makes needless go: each is written with every message, and a young table was read through by them."""

import django.db.models.deletion
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

# As Django named them, from table and column.
NEEDLESS = {
    "enquiries_channelidentity_organisation_id_6719ec90": "enquiries_channelidentity (organisation_id)",
    "enquiries_citizen_organisation_id_f1a38d82": "enquiries_citizen (organisation_id)",
    "enquiries_enquiry_merged_into_id_661576c2": "enquiries_enquiry (merged_into_id)",
    "enquiries_enquiry_organisation_id_a067d54a": "enquiries_enquiry (organisation_id)",
    "enquiries_message_account_id_e6d75ab5": "enquiries_message (account_id)",
    "enquiries_message_enquiry_id_2f688af9": "enquiries_message (enquiry_id)",
    "enquiries_payload_account_id_36986eef": "enquiries_payload (account_id)",
    "enquiries_thread_account_id_93d45fb6": "enquiries_thread (account_id)",
}
STATE = [
    migrations.AlterField(
        model_name="channelidentity",
        name="organisation",
        field=models.ForeignKey(
            db_index=False, on_delete=django.db.models.deletion.PROTECT, to="enquiries.organisation"
        ),
    ),
    migrations.AlterField(
        model_name="citizen",
        name="organisation",
        field=models.ForeignKey(
            db_index=False,
            on_delete=django.db.models.deletion.PROTECT,
            related_name="citizens",
            to="enquiries.organisation",
        ),
    ),
    migrations.AlterField(
        model_name="enquiry",
        name="merged_into",
        field=models.ForeignKey(
            blank=True,
            db_index=False,
            null=True,
            on_delete=django.db.models.deletion.PROTECT,
            related_name="merged",
            to="enquiries.enquiry",
        ),
    ),
    migrations.AlterField(
        model_name="enquiry",
        name="organisation",
        field=models.ForeignKey(
            db_index=False,
            on_delete=django.db.models.deletion.PROTECT,
            related_name="enquiries",
            to="enquiries.organisation",
        ),
    ),
    migrations.AlterField(
        model_name="message",
        name="account",
        field=models.ForeignKey(
            db_index=False, on_delete=django.db.models.deletion.PROTECT, to="enquiries.channelaccount"
        ),
    ),
    migrations.AlterField(
        model_name="message",
        name="enquiry",
        field=models.ForeignKey(
            db_index=False,
            on_delete=django.db.models.deletion.PROTECT,
            related_name="messages",
            to="enquiries.enquiry",
        ),
    ),
    migrations.AlterField(
        model_name="payload",
        name="account",
        field=models.ForeignKey(
            db_index=False,
            on_delete=django.db.models.deletion.PROTECT,
            related_name="payloads",
            to="enquiries.channelaccount",
        ),
    ),
    migrations.AlterField(
        model_name="thread",
        name="account",
        field=models.ForeignKey(
            db_index=False, on_delete=django.db.models.deletion.PROTECT, to="enquiries.channelaccount"
        ),
    ),
]


class Migration(migrations.Migration):
    # Django would drop and check each foreign key anew, all of it behind one lock. Nobody has to stand still for an index.
    atomic = False
    dependencies = [("enquiries", "0030_files_withheld")]
    operations = [
        AddIndexConcurrently(
            "enquiry",
            models.Index(
                fields=["organisation", "-id"], condition=models.Q(("kind", "practice")), name="enquiry_practice"
            ),
        ),
        *(
            migrations.RunSQL(
                f"DROP INDEX CONCURRENTLY IF EXISTS {name}", f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON {of}"
            )
            for name, of in NEEDLESS.items()
        ),
        migrations.SeparateDatabaseAndState(state_operations=STATE),
    ]
