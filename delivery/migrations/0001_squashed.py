import django.db.models.deletion
import django.utils.timezone
import simple_history.models
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('delivery', '0001_initial'), ('delivery', '0002_letters_kept_and_sealed'), ('delivery', '0003_letters_leased_printed_sent_again')]

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='HistoricalLetter',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('verb', models.CharField(max_length=40)),
                ('actor_id', models.BigIntegerField(null=True)),
                ('actor_name', models.CharField(max_length=100)),
                ('actor_post', models.CharField(blank=True, max_length=40)),
                ('actor_agency', models.CharField(blank=True, max_length=200)),
                ('channel', models.CharField(max_length=20)),
                ('request_id', models.CharField(max_length=64)),
                ('leaf', models.UUIDField(db_index=True)),
                ('leaf_row', models.PositiveIntegerField()),
                ('personal', models.JSONField(default=dict)),
                ('uid', models.UUIDField(db_index=True, default=uuid.uuid4, editable=False, verbose_name='标识')),
                ('history_user_id', models.BigIntegerField(null=True)),
                ('history_change_reason', models.TextField(blank=True)),
                ('county', models.CharField(max_length=12, verbose_name='县')),
                ('about', models.CharField(max_length=100, verbose_name='事由')),
                ('kind', models.CharField(blank=True, max_length=40, verbose_name='种类')),
                ('way', models.CharField(blank=True, choices=[('sms', '短信'), ('email', '电子邮件'), ('paper', '纸质信件'), ('inbox', '站内消息')], max_length=8, verbose_name='方式')),
                ('subject', models.CharField(max_length=200, verbose_name='主题')),
                ('facts', models.JSONField(default=dict, verbose_name='短信模板参数')),
                ('enterprise', models.UUIDField(db_index=True, null=True, verbose_name='收信企业')),
                ('reader', models.BigIntegerField(db_index=True, null=True, verbose_name='收信人员')),
                ('link', models.CharField(blank=True, max_length=300, verbose_name='链接')),
                ('once', models.CharField(blank=True, max_length=150, verbose_name='只写一次')),
                ('written_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='写成时间')),
                ('due_at', models.DateTimeField(db_index=True, default=django.utils.timezone.now, verbose_name='应发时间')),
                ('sent_at', models.DateTimeField(null=True, verbose_name='发出时间')),
                ('failed_at', models.DateTimeField(null=True, verbose_name='放弃发送时间')),
                ('replaced_at', models.DateTimeField(null=True, verbose_name='重新发送时间')),
                ('replaced_by', models.UUIDField(null=True, verbose_name='重新发送的信件')),
                ('tries', models.PositiveSmallIntegerField(default=0, verbose_name='尝试次数')),
                ('fault', models.CharField(blank=True, max_length=300, verbose_name='最近错误')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField()),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical 信件',
                'verbose_name_plural': 'historical 信件s',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Letter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='标识')),
                ('county', models.CharField(max_length=12, verbose_name='县')),
                ('about', models.CharField(max_length=100, verbose_name='事由')),
                ('kind', models.CharField(blank=True, max_length=40, verbose_name='种类')),
                ('way', models.CharField(blank=True, choices=[('sms', '短信'), ('email', '电子邮件'), ('paper', '纸质信件'), ('inbox', '站内消息')], max_length=8, verbose_name='方式')),
                ('address', models.CharField(blank=True, max_length=200, verbose_name='收信地址')),
                ('subject', models.CharField(max_length=200, verbose_name='主题')),
                ('body', models.TextField(blank=True, verbose_name='正文')),
                ('sealed', models.TextField(blank=True, editable=False, verbose_name='密封的回执码')),
                ('facts', models.JSONField(default=dict, verbose_name='短信模板参数')),
                ('enterprise', models.UUIDField(db_index=True, null=True, verbose_name='收信企业')),
                ('reader', models.BigIntegerField(db_index=True, null=True, verbose_name='收信人员')),
                ('link', models.CharField(blank=True, max_length=300, verbose_name='链接')),
                ('once', models.CharField(blank=True, max_length=150, verbose_name='只写一次')),
                ('written_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='写成时间')),
                ('due_at', models.DateTimeField(db_index=True, default=django.utils.timezone.now, verbose_name='应发时间')),
                ('sent_at', models.DateTimeField(null=True, verbose_name='发出时间')),
                ('failed_at', models.DateTimeField(null=True, verbose_name='放弃发送时间')),
                ('replaced_at', models.DateTimeField(null=True, verbose_name='重新发送时间')),
                ('replaced_by', models.UUIDField(null=True, verbose_name='重新发送的信件')),
                ('tries', models.PositiveSmallIntegerField(default=0, verbose_name='尝试次数')),
                ('fault', models.CharField(blank=True, max_length=300, verbose_name='最近错误')),
            ],
            options={
                'verbose_name': '信件',
                'constraints': [models.UniqueConstraint(condition=models.Q(('once', ''), _negated=True), fields=('once',), name='a_letter_is_written_once'), models.CheckConstraint(condition=models.Q(models.Q(('failed_at__isnull', True), ('replaced_at__isnull', True), ('sent_at__isnull', True)), ('sealed', ''), _connector='OR'), name='a_letter_that_waits_no_more_keeps_no_secret'), models.CheckConstraint(condition=models.Q(models.Q(('replaced_at__isnull', True), ('replaced_by__isnull', True)), models.Q(('replaced_at__isnull', False), ('replaced_by__isnull', False)), _connector='OR'), name='a_replaced_letter_names_its_successor'), models.CheckConstraint(condition=models.Q(models.Q(('way', 'inbox'), _negated=True), ('reader__isnull', False), _connector='OR'), name='an_inbox_letter_has_its_reader')],
            },
        ),
        migrations.CreateModel(
            name='Lease',
            fields=[
                ('letter', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='lease', serialize=False, to='delivery.letter')),
                ('until', models.DateTimeField()),
            ],
            options={
                'verbose_name': '正在发送的信件',
            },
        ),
    ]
