"""Indexes that another one makes needless go: each is written with every message, and a young table was read through by them."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("enquiries", "0030_files_withheld"),
    ]

    operations = [
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
