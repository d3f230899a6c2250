"""Files of replies keep what a scanner said of them, so that those from before there was one are looked into as well."""

from django.db import migrations, models
from django.db.models.functions import Now

GUARD = """
DROP TRIGGER reply_file_stays ON enquiries_replyfile;
CREATE TRIGGER reply_file_stays BEFORE UPDATE ON enquiries_replyfile FOR EACH ROW
  EXECUTE FUNCTION refuse_change('is_named', 'scan', 'scanned_at', 'look_at');
"""
UNDONE = """
DROP TRIGGER reply_file_stays ON enquiries_replyfile;
CREATE TRIGGER reply_file_stays BEFORE UPDATE ON enquiries_replyfile FOR EACH ROW EXECUTE FUNCTION refuse_change('is_named');
"""
SAID = [
    ("NOT_SCANNED", "Not looked into"),
    ("PENDING", "Being looked into"),
    ("CLEAN", "Nothing found"),
    ("INFECTED", "Held: something dangerous was found"),
    ("FAILED", "Held: nobody could look into it"),
]


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0028_author_of_context")]
    operations = [
        migrations.AddField(
            "replyfile",
            "scan",
            models.CharField(choices=SAID, db_default="NOT_SCANNED", default="NOT_SCANNED", max_length=12),
        ),
        migrations.AddField("replyfile", "scanned_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("replyfile", "look_at", models.DateTimeField(blank=True, db_default=Now(), null=True)),
        migrations.AddConstraint(
            "replyfile",
            models.CheckConstraint(
                condition=models.Q(("scan__in", ["NOT_SCANNED", "CLEAN", "INFECTED"])), name="reply_file_scan_is_known"
            ),
        ),
        migrations.AddIndex(
            "replyfile",
            models.Index(
                fields=["look_at"], condition=models.Q(("look_at__isnull", False)), name="reply_file_to_look_into"
            ),
        ),
        migrations.AddIndex(
            "replyfile",
            models.Index(fields=["id"], condition=models.Q(("scan", "INFECTED")), name="reply_file_withheld"),
        ),
        migrations.RunSQL(GUARD, UNDONE),
    ]
