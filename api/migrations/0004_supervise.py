"""Adds the scope of programs that help to lead: trust, after-checks, the policy, substitutes, and what needs a person."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("api", "0003_desk")]
    operations = [
        migrations.AlterField(
            model_name="apitoken",
            name="scopes",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("enquiries:submit", "create enquiries and read their public status"),
                        ("enquiries:read", "list and read what its user may see"),
                        ("enquiries:triage", "take, assign, sort, merge, split and close enquiries"),
                        ("notes", "read and write notes among colleagues"),
                        ("replies:write", "write replies, submit them and call them back"),
                        ("replies:approve", "read what waits for approval, and decide about it"),
                        ("freeze", "stop what leaves, and let it go on"),
                        ("supervise", "look after people, rules and whatever needs a person"),
                    ],
                    max_length=30,
                ),
                size=None,
                verbose_name="scopes",
            ),
        )
    ]
