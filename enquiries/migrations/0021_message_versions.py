"""What earlier posts are versions of, some thousand at a time, each committed; then the indexes, without stopping anybody."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

AT_ONCE = 5000
FILL = """
UPDATE enquiries_message m
   SET root_id = split_part(m.external_id, CASE WHEN a.kind = 'x' THEN ':' ELSE ':edited:' END, 1)
  FROM enquiries_channelaccount a
 WHERE a.id = m.account_id AND a.kind IN ('x', 'facebook') AND m.root_id = '' AND m.id > %s AND m.id <= %s
"""


def fill(apps, schema_editor):
    """Go through all messages by number. Can be run again: what has its root keeps it."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM enquiries_message")
        last = cursor.fetchone()[0]
        for first in range(0, last, AT_ONCE):
            cursor.execute(FILL, [first, first + AT_ONCE])


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("enquiries", "0020_channel_guards")]
    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
        AddIndexConcurrently(
            "message",
            models.Index(
                condition=models.Q(("root_id", ""), _negated=True),
                fields=["account", "root_id"],
                name="message_versions",
            ),
        ),
        AddIndexConcurrently(
            "message",
            models.Index(
                condition=models.Q(("direction", "IN")), fields=["author", "-recorded_at"], name="message_of_author"
            ),
        ),
    ]
