"""Lets tokens act for a person as the desk does, and counts and remembers what a signed-in person asks for, too."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("api", "0002_tokenuse"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
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
                    ],
                    max_length=30,
                ),
                size=None,
                verbose_name="scopes",
            ),
        ),
        migrations.RemoveConstraint(model_name="apitoken", name="reading_needs_a_person"),
        migrations.AddConstraint(
            model_name="apitoken",
            constraint=models.CheckConstraint(
                condition=Q(("scopes__contained_by", ["enquiries:submit"]), ("user__isnull", False), _connector="OR"),
                name="acting_needs_a_person",
            ),
        ),
        migrations.AlterField(
            model_name="idempotentanswer",
            name="token",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, to="api.apitoken"),
        ),
        migrations.AddField(
            model_name="idempotentanswer",
            name="user",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="idempotentanswer",
            constraint=models.UniqueConstraint(fields=["user", "key"], name="one_answer_per_key_of_a_person"),
        ),
        migrations.AddConstraint(
            model_name="idempotentanswer",
            constraint=models.CheckConstraint(
                condition=Q(token__isnull=False, user__isnull=True) | Q(token__isnull=True, user__isnull=False),
                name="answered_to_a_token_or_a_person",
            ),
        ),
        migrations.AddIndex(
            model_name="idempotentanswer", index=models.Index(fields=["created_at"], name="answer_age")
        ),
        migrations.DeleteModel(name="TokenUse"),
        migrations.CreateModel(
            name="Use",
            fields=[
                ("who", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("minute", models.DateTimeField()),
                ("count", models.PositiveIntegerField()),
            ],
        ),
    ]
