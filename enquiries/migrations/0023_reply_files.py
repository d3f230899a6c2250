"""Files of replies belong to the message they were put in for, and what no version names may be swept away."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

GUARDS = (Path(__file__).parent / "sql" / "reply_file_guards.sql").read_text(encoding="utf-8")
UNDONE = """
DROP TRIGGER version_names_files ON enquiries_replyversion;
DROP FUNCTION guard_version_files();
DROP TRIGGER reply_file_stays ON enquiries_replyfile;
DROP TRIGGER reply_file_stays_named ON enquiries_replyfile;
DROP TRIGGER replyfile_is_kept ON enquiries_replyfile;
CREATE TRIGGER reply_file_stays BEFORE UPDATE ON enquiries_replyfile FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER replyfile_is_kept BEFORE DELETE ON enquiries_replyfile FOR EACH ROW EXECUTE FUNCTION refuse_removal();
"""


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0022_claims_are_linked")]
    operations = [
        migrations.AddField(
            "replyfile",
            "answers",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reply_files",
                to="enquiries.message",
            ),
        ),
        migrations.AddField("replyfile", "is_named", models.BooleanField(default=False, db_default=False)),
        migrations.AddIndex(
            "replyfile",
            models.Index(fields=["uploaded_at"], condition=models.Q(("is_named", False)), name="reply_file_of_nobody"),
        ),
        migrations.RunSQL(GUARDS, UNDONE),
    ]
