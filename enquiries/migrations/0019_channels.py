"""What operators need of a channel: standing, watches, context, monitors, notices, files; kinds that anybody may add."""

import django.db.models.deletion
import enquiries.models.enquiry
import enquiries.registry
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('enquiries', '0018_own_index'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AccountStanding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_at', models.DateTimeField()),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('lease_owner', models.CharField(blank=True, default='', max_length=100)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('parked_at', models.DateTimeField(blank=True, null=True)),
                ('last_error', models.TextField(blank=True, default='')),
                ('last_in_at', models.DateTimeField(blank=True, null=True)),
                ('last_out_at', models.DateTimeField(blank=True, null=True)),
                ('webhook_at', models.DateTimeField(blank=True, null=True)),
                ('webhook_missed', models.PositiveIntegerField(default=0)),
                ('subscribed_at', models.DateTimeField(blank=True, null=True)),
                ('lag_seconds', models.FloatField(blank=True, null=True)),
                ('quota', models.JSONField(default=list)),
                ('quota_at', models.DateTimeField(blank=True, null=True)),
                ('token_expires_at', models.DateTimeField(blank=True, null=True)),
                ('checked_at', models.DateTimeField(blank=True, null=True)),
                ('checkup', models.JSONField(default=dict)),
                ('rhythm', models.JSONField(default=list)),
                ('silent_since', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'standing',
                'verbose_name_plural': 'standings',
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='AccountUse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('what', models.CharField(max_length=20)),
                ('calls', models.PositiveIntegerField(default=0)),
                ('units', models.PositiveIntegerField(default=0)),
                ('micros', models.PositiveBigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='Acknowledgement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_at', models.DateTimeField()),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('lease_owner', models.CharField(blank=True, default='', max_length=100)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('parked_at', models.DateTimeField(blank=True, null=True)),
                ('last_error', models.TextField(blank=True, default='')),
                ('recipient', models.CharField(max_length=320)),
                ('key', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('asked_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ContextFetch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_at', models.DateTimeField()),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('lease_owner', models.CharField(blank=True, default='', max_length=100)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('parked_at', models.DateTimeField(blank=True, null=True)),
                ('last_error', models.TextField(blank=True, default='')),
                ('thread', models.CharField(max_length=300)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ContextPost',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('external_id', models.CharField(max_length=300)),
                ('thread', models.CharField(max_length=300)),
                ('parent_id', models.CharField(blank=True, max_length=300)),
                ('author_name', models.CharField(blank=True, max_length=200)),
                ('author_handle', models.CharField(blank=True, max_length=100)),
                ('is_ours', models.BooleanField(default=False)),
                ('text', models.TextField(blank=True)),
                ('permalink', models.CharField(blank=True, max_length=500)),
                ('occurred_at', models.DateTimeField()),
                ('fetched_at', models.DateTimeField()),
                ('gone_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='DataDeletion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('person', models.CharField(max_length=200)),
                ('code', models.CharField(max_length=40, unique=True)),
                ('asked_at', models.DateTimeField()),
                ('done_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='FileScan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_at', models.DateTimeField()),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('lease_owner', models.CharField(blank=True, default='', max_length=100)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('parked_at', models.DateTimeField(blank=True, null=True)),
                ('last_error', models.TextField(blank=True, default='')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='MediaFetch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_at', models.DateTimeField()),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('lease_owner', models.CharField(blank=True, default='', max_length=100)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('parked_at', models.DateTimeField(blank=True, null=True)),
                ('last_error', models.TextField(blank=True, default='')),
                ('place', models.PositiveSmallIntegerField()),
                ('url', models.CharField(max_length=2000)),
                ('media_type', models.CharField(blank=True, max_length=100)),
                ('alt_text', models.CharField(blank=True, max_length=1000)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Moderation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_at', models.DateTimeField()),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('lease_owner', models.CharField(blank=True, default='', max_length=100)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('parked_at', models.DateTimeField(blank=True, null=True)),
                ('last_error', models.TextField(blank=True, default='')),
                ('act', models.CharField(choices=[('HIDE', 'Hide'), ('SHOW', 'Show again'), ('REMOVE', 'Take down')], max_length=8)),
                ('reason', models.CharField(max_length=300)),
                ('state', models.CharField(choices=[('ASKED', 'Waits for a second person'), ('QUEUED', 'Decided, not done yet'), ('DONE', 'Done'), ('DECLINED', 'Declined'), ('WITHDRAWN', 'Withdrawn'), ('FAILED', 'The platform refused')], default='ASKED', max_length=10)),
                ('asked_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('detail', models.CharField(blank=True, max_length=300)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Monitor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_at', models.DateTimeField()),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('lease_owner', models.CharField(blank=True, default='', max_length=100)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('parked_at', models.DateTimeField(blank=True, null=True)),
                ('last_error', models.TextField(blank=True, default='')),
                ('name', models.CharField(max_length=100, verbose_name='name')),
                ('query', models.CharField(max_length=512, verbose_name='words')),
                ('is_active', models.BooleanField(default=True, verbose_name='in use')),
                ('every_seconds', models.PositiveIntegerField(default=300, verbose_name='seconds between searches')),
                ('cursor', models.JSONField(default=dict)),
                ('succeeded_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'monitor',
                'verbose_name_plural': 'monitors',
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Overheard',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('external_id', models.CharField(max_length=300)),
                ('author', models.JSONField(default=dict)),
                ('text', models.TextField(blank=True)),
                ('permalink', models.CharField(blank=True, max_length=500)),
                ('language', models.CharField(blank=True, max_length=8)),
                ('occurred_at', models.DateTimeField()),
                ('found_at', models.DateTimeField()),
                ('answerable', models.BooleanField(default=False)),
                ('hindrance', models.CharField(blank=True, max_length=300)),
                ('state', models.CharField(choices=[('NEW', 'New'), ('JOINED', 'Joined'), ('LEFT', 'Left alone')], default='NEW', max_length=8)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('gone_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='PayloadPlace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.CharField(max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name='PlatformChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('root_id', models.CharField(max_length=300)),
                ('kind', models.CharField(choices=[('GONE', 'Taken down'), ('HIDDEN', 'Hidden'), ('SHOWN', 'Shown again')], max_length=8)),
                ('occurred_at', models.DateTimeField()),
                ('noticed_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='PostingNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('DELIVERED', 'Delivered'), ('READ', 'Read'), ('DELAYED', 'Delayed'), ('BOUNCED', 'Not delivered'), ('UNKNOWN_BOUNCE', 'A mail of ours was not delivered; nobody knows which')], max_length=15)),
                ('code', models.CharField(blank=True, max_length=20)),
                ('detail', models.CharField(blank=True, max_length=300)),
                ('at', models.DateTimeField()),
                ('seen_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='PostWatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_at', models.DateTimeField()),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('lease_owner', models.CharField(blank=True, default='', max_length=100)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('parked_at', models.DateTimeField(blank=True, null=True)),
                ('last_error', models.TextField(blank=True, default='')),
                ('root_id', models.CharField(max_length=300)),
                ('is_ours', models.BooleanField(default=False)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ReplyFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.CharField(default=enquiries.models.enquiry.random_token, max_length=40, unique=True)),
                ('name', models.CharField(max_length=150)),
                ('media_type', models.CharField(max_length=100)),
                ('size', models.PositiveIntegerField()),
                ('sha256', models.BinaryField(max_length=32)),
                ('alt_text', models.CharField(blank=True, max_length=1000)),
                ('stored', models.FileField(upload_to='reply-files/%Y/%m/')),
                ('uploaded_at', models.DateTimeField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='channelaccount',
            name='account_kind_is_known',
        ),
        migrations.RemoveConstraint(
            model_name='reply',
            name='a_correction_says_of_what',
        ),
        migrations.AddField(
            model_name='attachment',
            name='alt_text',
            field=models.CharField(blank=True, db_default='', default='', max_length=1000),
        ),
        migrations.AddField(
            model_name='attachment',
            name='content_id',
            field=models.CharField(blank=True, db_default='', default='', max_length=200),
        ),
        migrations.AddField(
            model_name='attachment',
            name='scan',
            field=models.CharField(choices=[('NOT_SCANNED', 'Not looked into'), ('PENDING', 'Being looked into'), ('CLEAN', 'Nothing found'), ('INFECTED', 'Held: something dangerous was found'), ('FAILED', 'Held: nobody could look into it')], db_default='NOT_SCANNED', default='NOT_SCANNED', max_length=12),
        ),
        migrations.AddField(
            model_name='attachment',
            name='scanned_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='channelaccount',
            name='halted_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='channelaccount',
            name='halted_kind',
            field=models.CharField(blank=True, choices=[('AUTH', 'Its token or password is not taken any more'), ('BILLING', 'The platform wants to be paid'), ('BLOCKED', 'The platform has blocked it'), ('CONFIG', 'A setting or permission is missing'), ('UNCERTAIN', 'Nobody knows whether its last postings arrived')], db_default='', default='', editable=False, max_length=12),
        ),
        migrations.AddField(
            model_name='channelaccount',
            name='uncertain_in_row',
            field=models.PositiveSmallIntegerField(db_default=0, default=0, editable=False),
        ),
        migrations.AddField(
            model_name='freeze',
            name='public_notice',
            field=models.CharField(blank=True, db_default='', default='', max_length=500),
        ),
        migrations.AddField(
            model_name='message',
            name='blanked_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='message',
            name='outdated',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='message',
            name='quote_from',
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='message',
            name='root_id',
            field=models.CharField(blank=True, db_default='', default='', max_length=300),
        ),
        migrations.AddField(
            model_name='message',
            name='sender_trust',
            field=models.CharField(blank=True, choices=[('PASS', 'The sender is who the mail says'), ('FAIL', 'The sender is not who the mail says'), ('NONE', 'Nobody can tell whether the sender is who the mail says')], db_default='', default='', max_length=6),
        ),
        migrations.AddField(
            model_name='message',
            name='version_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='payload',
            name='blanked_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='channelaccount',
            name='kind',
            field=models.CharField(choices=enquiries.registry.kind_choices, max_length=20, verbose_name='channel'),
        ),
        migrations.AlterField(
            model_name='channelidentity',
            name='kind',
            field=models.CharField(choices=enquiries.registry.kind_choices, max_length=20),
        ),
        migrations.AlterField(
            model_name='drafttext',
            name='purpose',
            field=models.CharField(choices=[('ANSWER', 'Answer'), ('POINTER', 'Invitation to write in private'), ('PRIVATELY', 'Private answer to public words'), ('REPLACE', 'Correction of our post'), ('REMOVE', 'Removal of our post')], db_default='ANSWER', default='ANSWER', max_length=10),
        ),
        migrations.AlterField(
            model_name='enquiry',
            name='kind',
            field=models.CharField(choices=enquiries.registry.kind_choices, max_length=20),
        ),
        migrations.AlterField(
            model_name='freeze',
            name='kind',
            field=models.CharField(blank=True, choices=enquiries.registry.kind_choices, default='', max_length=20),
        ),
        migrations.AlterField(
            model_name='payload',
            name='source',
            field=models.CharField(choices=[('WEBHOOK', 'webhook'), ('POLL', 'pick-up'), ('SMTP', 'mail receiver'), ('FORM', 'web form'), ('API', 'program'), ('PART', 'part of another payload'), ('MONITOR', 'monitor')], max_length=10),
        ),
        migrations.AlterField(
            model_name='reply',
            name='purpose',
            field=models.CharField(choices=[('ANSWER', 'Answer'), ('POINTER', 'Invitation to write in private'), ('PRIVATELY', 'Private answer to public words'), ('REPLACE', 'Correction of our post'), ('REMOVE', 'Removal of our post')], db_default='ANSWER', default='ANSWER', max_length=10),
        ),
        migrations.AlterField(
            model_name='truststep',
            name='kind',
            field=models.CharField(choices=enquiries.registry.kind_choices, max_length=20),
        ),
        migrations.AddConstraint(
            model_name='attachment',
            constraint=models.CheckConstraint(condition=models.Q(('scan__in', ['NOT_SCANNED', 'PENDING', 'CLEAN', 'INFECTED', 'FAILED'])), name='scan_is_known'),
        ),
        migrations.AddConstraint(
            model_name='channelaccount',
            constraint=models.CheckConstraint(condition=models.Q(('kind', ''), _negated=True), name='account_has_a_kind'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(('sender_trust__in', ['', 'PASS', 'FAIL', 'NONE'])), name='sender_trust_is_known'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(('blanked_at__isnull', True), models.Q(('html', ''), ('subject', ''), ('text', '')), _connector='OR'), name='message_blanked_is_empty'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(('outdated', False), models.Q(('direction', 'IN'), models.Q(('root_id', ''), _negated=True)), _connector='OR'), name='outdated_has_newer_words'),
        ),
        migrations.AddConstraint(
            model_name='reply',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('corrects__isnull', True), ('purpose__in', ['ANSWER', 'POINTER', 'PRIVATELY'])), models.Q(('corrects__isnull', False), ('purpose__in', ['REPLACE', 'REMOVE'])), _connector='OR'), name='a_correction_says_of_what'),
        ),
        migrations.AddConstraint(
            model_name='reply',
            constraint=models.UniqueConstraint(condition=models.Q(('purpose', 'PRIVATELY'), models.Q(('state__in', ['WITHDRAWN', 'FAILED']), _negated=True)), fields=('answers',), name='answered_privately_once'),
        ),
        migrations.AddField(
            model_name='accountstanding',
            name='account',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='standing', to='enquiries.channelaccount'),
        ),
        migrations.AddField(
            model_name='accountuse',
            name='account',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='uses', to='enquiries.channelaccount'),
        ),
        migrations.AddField(
            model_name='acknowledgement',
            name='account',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='acknowledgements', to='enquiries.channelaccount'),
        ),
        migrations.AddField(
            model_name='acknowledgement',
            name='enquiry',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='acknowledgement', to='enquiries.enquiry'),
        ),
        migrations.AddField(
            model_name='acknowledgement',
            name='text_version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='enquiries.standardanswerversion'),
        ),
        migrations.AddField(
            model_name='contextfetch',
            name='account',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='context_fetches', to='enquiries.channelaccount'),
        ),
        migrations.AddField(
            model_name='contextfetch',
            name='message',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='enquiries.message'),
        ),
        migrations.AddField(
            model_name='contextpost',
            name='account',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='context_posts', to='enquiries.channelaccount'),
        ),
        migrations.AddField(
            model_name='datadeletion',
            name='account',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='data_deletions', to='enquiries.channelaccount'),
        ),
        migrations.AddField(
            model_name='filescan',
            name='attachment',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='file_scan', to='enquiries.attachment'),
        ),
        migrations.AddField(
            model_name='mediafetch',
            name='attachment',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='fetched_by', to='enquiries.attachment'),
        ),
        migrations.AddField(
            model_name='mediafetch',
            name='message',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='media_fetches', to='enquiries.message'),
        ),
        migrations.AddField(
            model_name='moderation',
            name='asked_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='moderation',
            name='decided_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='moderation',
            name='message',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='moderations', to='enquiries.message'),
        ),
        migrations.AddField(
            model_name='monitor',
            name='account',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='monitors', to='enquiries.channelaccount'),
        ),
        migrations.AddField(
            model_name='overheard',
            name='account',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='overheard', to='enquiries.channelaccount'),
        ),
        migrations.AddField(
            model_name='overheard',
            name='decided_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='overheard',
            name='enquiry',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='overheard', to='enquiries.enquiry'),
        ),
        migrations.AddField(
            model_name='overheard',
            name='monitor',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='overheard', to='enquiries.monitor'),
        ),
        migrations.AddField(
            model_name='overheard',
            name='payload',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='enquiries.payload'),
        ),
        migrations.AddField(
            model_name='payloadplace',
            name='account',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='enquiries.channelaccount'),
        ),
        migrations.AddField(
            model_name='payloadplace',
            name='payload',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='places', to='enquiries.payload'),
        ),
        migrations.AddField(
            model_name='platformchange',
            name='account',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='platform_changes', to='enquiries.channelaccount'),
        ),
        migrations.AddField(
            model_name='platformchange',
            name='payload',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='enquiries.payload'),
        ),
        migrations.AddField(
            model_name='postingnotice',
            name='account',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='posting_notices', to='enquiries.channelaccount'),
        ),
        migrations.AddField(
            model_name='postingnotice',
            name='payload',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='enquiries.payload'),
        ),
        migrations.AddField(
            model_name='postingnotice',
            name='posting',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='enquiries.posting'),
        ),
        migrations.AddField(
            model_name='postingnotice',
            name='seen_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='postwatch',
            name='account',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='post_watches', to='enquiries.channelaccount'),
        ),
        migrations.AddField(
            model_name='replyfile',
            name='organisation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reply_files', to='enquiries.organisation'),
        ),
        migrations.AddField(
            model_name='replyfile',
            name='uploaded_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='accountstanding',
            index=models.Index(fields=['due_at'], name='standing_due'),
        ),
        migrations.AddConstraint(
            model_name='accountstanding',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('lease_owner', ''), ('lease_until__isnull', True)), models.Q(models.Q(('lease_owner', ''), _negated=True), ('lease_until__isnull', False)), _connector='OR'), name='accountstanding_lease_has_owner_and_end'),
        ),
        migrations.AddConstraint(
            model_name='accountstanding',
            constraint=models.CheckConstraint(condition=models.Q(('done_at__isnull', True), ('parked_at__isnull', True), _connector='OR'), name='accountstanding_done_or_parked_not_both'),
        ),
        migrations.AddConstraint(
            model_name='accountuse',
            constraint=models.UniqueConstraint(fields=('account', 'day', 'what'), name='use_once_a_day'),
        ),
        migrations.AddConstraint(
            model_name='accountuse',
            constraint=models.CheckConstraint(condition=models.Q(('what', ''), _negated=True), name='use_is_of_something'),
        ),
        migrations.AddIndex(
            model_name='acknowledgement',
            index=models.Index(condition=models.Q(('done_at__isnull', True)), fields=['due_at', 'id'], name='acknowledgement_due'),
        ),
        migrations.AddIndex(
            model_name='acknowledgement',
            index=models.Index(fields=['recipient', '-asked_at'], name='acknowledgement_to'),
        ),
        migrations.AddConstraint(
            model_name='acknowledgement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('lease_owner', ''), ('lease_until__isnull', True)), models.Q(models.Q(('lease_owner', ''), _negated=True), ('lease_until__isnull', False)), _connector='OR'), name='acknowledgement_lease_has_owner_and_end'),
        ),
        migrations.AddConstraint(
            model_name='acknowledgement',
            constraint=models.CheckConstraint(condition=models.Q(('done_at__isnull', True), ('parked_at__isnull', True), _connector='OR'), name='acknowledgement_done_or_parked_not_both'),
        ),
        migrations.AddConstraint(
            model_name='acknowledgement',
            constraint=models.CheckConstraint(condition=models.Q(('recipient', ''), _negated=True), name='acknowledgement_goes_somewhere'),
        ),
        migrations.AddConstraint(
            model_name='acknowledgement',
            constraint=models.CheckConstraint(condition=models.Q(('sent_at__isnull', True), ('done_at__isnull', False), _connector='OR'), name='acknowledgement_sent_is_done'),
        ),
        migrations.AddIndex(
            model_name='contextfetch',
            index=models.Index(condition=models.Q(('done_at__isnull', True)), fields=['due_at', 'id'], name='context_fetch_due'),
        ),
        migrations.AddConstraint(
            model_name='contextfetch',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('lease_owner', ''), ('lease_until__isnull', True)), models.Q(models.Q(('lease_owner', ''), _negated=True), ('lease_until__isnull', False)), _connector='OR'), name='contextfetch_lease_has_owner_and_end'),
        ),
        migrations.AddConstraint(
            model_name='contextfetch',
            constraint=models.CheckConstraint(condition=models.Q(('done_at__isnull', True), ('parked_at__isnull', True), _connector='OR'), name='contextfetch_done_or_parked_not_both'),
        ),
        migrations.AddConstraint(
            model_name='contextfetch',
            constraint=models.UniqueConstraint(fields=('account', 'thread'), name='context_fetched_once_a_thread'),
        ),
        migrations.AddIndex(
            model_name='contextpost',
            index=models.Index(fields=['account', 'thread', 'occurred_at'], name='context_of_thread'),
        ),
        migrations.AddConstraint(
            model_name='contextpost',
            constraint=models.UniqueConstraint(fields=('account', 'external_id'), name='context_post_once'),
        ),
        migrations.AddConstraint(
            model_name='contextpost',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('external_id', ''), _negated=True), models.Q(('thread', ''), _negated=True)), name='context_post_is_somewhere'),
        ),
        migrations.AddConstraint(
            model_name='contextpost',
            constraint=models.CheckConstraint(condition=models.Q(('gone_at__isnull', True), models.Q(('author_handle', ''), ('author_name', ''), ('text', '')), _connector='OR'), name='context_post_gone_is_empty'),
        ),
        migrations.AddConstraint(
            model_name='datadeletion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('done_at__isnull', True), models.Q(('person', ''), _negated=True)), models.Q(('done_at__isnull', False), ('person', '')), _connector='OR'), name='deletion_done_names_nobody'),
        ),
        migrations.AddIndex(
            model_name='filescan',
            index=models.Index(condition=models.Q(('done_at__isnull', True)), fields=['due_at', 'id'], name='file_scan_due'),
        ),
        migrations.AddConstraint(
            model_name='filescan',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('lease_owner', ''), ('lease_until__isnull', True)), models.Q(models.Q(('lease_owner', ''), _negated=True), ('lease_until__isnull', False)), _connector='OR'), name='filescan_lease_has_owner_and_end'),
        ),
        migrations.AddConstraint(
            model_name='filescan',
            constraint=models.CheckConstraint(condition=models.Q(('done_at__isnull', True), ('parked_at__isnull', True), _connector='OR'), name='filescan_done_or_parked_not_both'),
        ),
        migrations.AddIndex(
            model_name='mediafetch',
            index=models.Index(condition=models.Q(('done_at__isnull', True)), fields=['due_at', 'id'], name='media_fetch_due'),
        ),
        migrations.AddConstraint(
            model_name='mediafetch',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('lease_owner', ''), ('lease_until__isnull', True)), models.Q(models.Q(('lease_owner', ''), _negated=True), ('lease_until__isnull', False)), _connector='OR'), name='mediafetch_lease_has_owner_and_end'),
        ),
        migrations.AddConstraint(
            model_name='mediafetch',
            constraint=models.CheckConstraint(condition=models.Q(('done_at__isnull', True), ('parked_at__isnull', True), _connector='OR'), name='mediafetch_done_or_parked_not_both'),
        ),
        migrations.AddConstraint(
            model_name='mediafetch',
            constraint=models.UniqueConstraint(fields=('message', 'place'), name='media_once_a_place'),
        ),
        migrations.AddIndex(
            model_name='moderation',
            index=models.Index(condition=models.Q(('state', 'QUEUED')), fields=['due_at', 'id'], name='moderation_due'),
        ),
        migrations.AddConstraint(
            model_name='moderation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('lease_owner', ''), ('lease_until__isnull', True)), models.Q(models.Q(('lease_owner', ''), _negated=True), ('lease_until__isnull', False)), _connector='OR'), name='moderation_lease_has_owner_and_end'),
        ),
        migrations.AddConstraint(
            model_name='moderation',
            constraint=models.CheckConstraint(condition=models.Q(('done_at__isnull', True), ('parked_at__isnull', True), _connector='OR'), name='moderation_done_or_parked_not_both'),
        ),
        migrations.AddConstraint(
            model_name='moderation',
            constraint=models.CheckConstraint(condition=models.Q(('act__in', ['HIDE', 'SHOW', 'REMOVE'])), name='moderation_act_is_known'),
        ),
        migrations.AddConstraint(
            model_name='moderation',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='moderation_has_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='moderation',
            constraint=models.CheckConstraint(condition=models.Q(('decided_by', models.F('asked_by')), _negated=True), name='nobody_decides_the_own_moderation'),
        ),
        migrations.AddConstraint(
            model_name='moderation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by__isnull', True), ('state__in', ['ASKED', 'WITHDRAWN'])), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('state__in', ['QUEUED', 'DONE', 'DECLINED', 'FAILED'])), _connector='OR'), name='moderation_is_decided_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='moderation',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['ASKED', 'QUEUED'])), fields=('message',), name='one_moderation_at_a_time'),
        ),
        migrations.AddIndex(
            model_name='monitor',
            index=models.Index(condition=models.Q(('is_active', True)), fields=['due_at', 'id'], name='monitor_due'),
        ),
        migrations.AddConstraint(
            model_name='monitor',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('lease_owner', ''), ('lease_until__isnull', True)), models.Q(models.Q(('lease_owner', ''), _negated=True), ('lease_until__isnull', False)), _connector='OR'), name='monitor_lease_has_owner_and_end'),
        ),
        migrations.AddConstraint(
            model_name='monitor',
            constraint=models.CheckConstraint(condition=models.Q(('done_at__isnull', True), ('parked_at__isnull', True), _connector='OR'), name='monitor_done_or_parked_not_both'),
        ),
        migrations.AddConstraint(
            model_name='monitor',
            constraint=models.UniqueConstraint(fields=('account', 'name'), name='monitor_name_once'),
        ),
        migrations.AddConstraint(
            model_name='monitor',
            constraint=models.CheckConstraint(condition=models.Q(('query', ''), _negated=True), name='monitor_listens_for_something'),
        ),
        migrations.AddIndex(
            model_name='overheard',
            index=models.Index(condition=models.Q(('state', 'NEW')), fields=['account', '-occurred_at', '-id'], name='overheard_new'),
        ),
        migrations.AddConstraint(
            model_name='overheard',
            constraint=models.UniqueConstraint(fields=('account', 'external_id'), name='overheard_once'),
        ),
        migrations.AddConstraint(
            model_name='overheard',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('enquiry__isnull', False), ('state', 'JOINED')), models.Q(('enquiry__isnull', True), ('state__in', ['NEW', 'LEFT'])), _connector='OR'), name='overheard_joined_has_an_enquiry'),
        ),
        migrations.AddConstraint(
            model_name='overheard',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by__isnull', True), ('state', 'NEW')), models.Q(models.Q(('state', 'NEW'), _negated=True), ('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='overheard_is_decided_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='overheard',
            constraint=models.CheckConstraint(condition=models.Q(('gone_at__isnull', True), models.Q(('author', {}), ('text', '')), _connector='OR'), name='overheard_gone_is_empty'),
        ),
        migrations.AddConstraint(
            model_name='payloadplace',
            constraint=models.UniqueConstraint(fields=('account', 'place'), name='place_holds_one_payload'),
        ),
        migrations.AddConstraint(
            model_name='platformchange',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['GONE', 'HIDDEN', 'SHOWN'])), name='platform_change_is_known'),
        ),
        migrations.AddConstraint(
            model_name='platformchange',
            constraint=models.CheckConstraint(condition=models.Q(('root_id', ''), _negated=True), name='platform_change_is_of_a_post'),
        ),
        migrations.AddConstraint(
            model_name='platformchange',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'GONE')), fields=('account', 'root_id'), name='gone_once'),
        ),
        migrations.AddConstraint(
            model_name='platformchange',
            constraint=models.UniqueConstraint(fields=('account', 'root_id', 'kind', 'occurred_at'), name='platform_change_once_a_moment'),
        ),
        migrations.AddIndex(
            model_name='postingnotice',
            index=models.Index(condition=models.Q(('kind__in', ['BOUNCED', 'UNKNOWN_BOUNCE']), ('seen_by__isnull', True)), fields=['account', '-id'], name='notice_unseen'),
        ),
        migrations.AddConstraint(
            model_name='postingnotice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'UNKNOWN_BOUNCE'), ('posting__isnull', True)), models.Q(('kind__in', ['DELIVERED', 'READ', 'DELAYED', 'BOUNCED']), ('posting__isnull', False)), _connector='OR'), name='notice_is_of_a_posting'),
        ),
        migrations.AddConstraint(
            model_name='postingnotice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('seen_at__isnull', True), ('seen_by__isnull', True)), models.Q(('seen_at__isnull', False), ('seen_by__isnull', False)), _connector='OR'), name='notice_seen_by_somebody_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='postingnotice',
            constraint=models.UniqueConstraint(condition=models.Q(('posting__isnull', False)), fields=('posting', 'kind', 'code'), name='notice_once'),
        ),
        migrations.AddConstraint(
            model_name='postingnotice',
            constraint=models.UniqueConstraint(condition=models.Q(('posting__isnull', True)), fields=('payload',), name='unknown_bounce_once_a_payload'),
        ),
        migrations.AddIndex(
            model_name='postwatch',
            index=models.Index(condition=models.Q(('done_at__isnull', True)), fields=['due_at', 'id'], name='post_watch_due'),
        ),
        migrations.AddConstraint(
            model_name='postwatch',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('lease_owner', ''), ('lease_until__isnull', True)), models.Q(models.Q(('lease_owner', ''), _negated=True), ('lease_until__isnull', False)), _connector='OR'), name='postwatch_lease_has_owner_and_end'),
        ),
        migrations.AddConstraint(
            model_name='postwatch',
            constraint=models.CheckConstraint(condition=models.Q(('done_at__isnull', True), ('parked_at__isnull', True), _connector='OR'), name='postwatch_done_or_parked_not_both'),
        ),
        migrations.AddConstraint(
            model_name='postwatch',
            constraint=models.UniqueConstraint(fields=('account', 'root_id'), name='post_watched_once'),
        ),
        migrations.AddConstraint(
            model_name='postwatch',
            constraint=models.CheckConstraint(condition=models.Q(('root_id', ''), _negated=True), name='post_watch_is_of_a_post'),
        ),
    ]
