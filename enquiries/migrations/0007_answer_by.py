"""Until when a platform lets a message be answered, as it stood when the message arrived."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0004_desk_guards")]
    operations = [
        migrations.AddField(
            model_name="message",
            name="answer_by",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
