"""What was only read around others' posts says by the platform's number who wrote it, so that they can be forgotten there."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0027_private_answers")]
    operations = [
        migrations.AddField(
            model_name="contextpost",
            name="author_number",
            field=models.CharField(blank=True, db_default="", default="", max_length=200),
        ),
        migrations.RemoveConstraint(model_name="contextpost", name="context_post_gone_is_empty"),
        migrations.AddConstraint(
            model_name="contextpost",
            constraint=models.CheckConstraint(
                condition=Q(("gone_at__isnull", True))
                | Q(("author_handle", ""), ("author_name", ""), ("author_number", ""), ("text", "")),
                name="context_post_gone_is_empty",
            ),
        ),
    ]
