"""The words of the enquiries that were there before: some hundred at a time, each committed, so that nobody waits long."""

import django.contrib.postgres.indexes
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations

AT_ONCE = 500
FILL = """
INSERT INTO enquiries_searchtext (enquiry_id, last_id, document)
SELECT t.enquiry_id, t.last_id, t.document FROM search_texts(ARRAY(
  SELECT id FROM enquiries_enquiry WHERE id > %(last)s ORDER BY id LIMIT %(most)s)) t
ON CONFLICT (enquiry_id) DO NOTHING
"""
NEXT = "SELECT max(id) FROM (SELECT id FROM enquiries_enquiry WHERE id > %s ORDER BY id LIMIT %s) these"


def fill(apps, schema_editor):
    """Go through all enquiries by number. Can be run again: what has its words already keeps them."""
    last = 0
    while last is not None:
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(FILL, {"last": last, "most": AT_ONCE})
            cursor.execute(NEXT, [last, AT_ONCE])
            last = cursor.fetchone()[0]


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("enquiries", "0008_search")]
    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
        AddIndexConcurrently(
            model_name="searchtext",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["document"], gin_pending_list_limit=256, name="search_document"
            ),
        ),
    ]
