import django.db.models.deletion
import django.utils.timezone
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('audit', '0001_initial'), ('audit', '0002_order_and_readings')]

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Attempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('leaf', models.UUIDField(db_index=True)),
                ('leaf_row', models.PositiveIntegerField(default=0)),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('at', models.DateTimeField(db_index=True, default=django.utils.timezone.now, verbose_name='时间')),
                ('actor_id', models.BigIntegerField(null=True)),
                ('actor_name', models.CharField(max_length=100, verbose_name='人员')),
                ('actor_post', models.CharField(blank=True, max_length=200)),
                ('actor_agency', models.CharField(blank=True, max_length=200, verbose_name='单位')),
                ('county', models.CharField(blank=True, db_index=True, max_length=12)),
                ('channel', models.CharField(max_length=20)),
                ('request_id', models.CharField(max_length=64)),
                ('act', models.CharField(max_length=200, verbose_name='操作')),
                ('refusal', models.CharField(max_length=20)),
                ('message', models.TextField(verbose_name='拒绝理由')),
                ('facts', models.JSONField(default=dict)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Head',
            fields=[
                ('size', models.BigIntegerField(primary_key=True, serialize=False)),
                ('root', models.BinaryField(max_length=32)),
                ('frontier', models.BinaryField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Leaf',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('act', 'Act'), ('denied', 'Denied'), ('reading', 'Reading'), ('lines', 'Lines'), ('seal', 'Seal')], max_length=12)),
                ('at', models.DateTimeField()),
                ('body', models.BinaryField()),
                ('digest', models.BinaryField(max_length=32)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('kind', 'seal')), fields=['id'], name='leaves_of_owners_procedures')],
            },
        ),
        migrations.CreateModel(
            name='PersonalKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('table', models.CharField(max_length=80)),
                ('row', models.UUIDField()),
                ('field', models.CharField(max_length=60)),
                ('key', models.BinaryField(max_length=32)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('table', 'row', 'field'), name='one_key_for_each_personal_value')],
            },
        ),
        migrations.CreateModel(
            name='Place',
            fields=[
                ('index', models.BigIntegerField(primary_key=True, serialize=False)),
                ('entry', models.BinaryField(max_length=32)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('index__gte', 0)), name='the_order_begins_at_nought')],
            },
        ),
        migrations.CreateModel(
            name='Reading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('leaf', models.UUIDField(db_index=True)),
                ('leaf_row', models.PositiveIntegerField(default=0)),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('at', models.DateTimeField(db_index=True, default=django.utils.timezone.now, verbose_name='时间')),
                ('actor_id', models.BigIntegerField(null=True)),
                ('actor_name', models.CharField(max_length=100, verbose_name='人员')),
                ('actor_post', models.CharField(blank=True, max_length=200)),
                ('actor_agency', models.CharField(blank=True, max_length=200, verbose_name='单位')),
                ('county', models.CharField(blank=True, db_index=True, max_length=12)),
                ('channel', models.CharField(max_length=20)),
                ('request_id', models.CharField(max_length=64)),
                ('what', models.CharField(max_length=40, verbose_name='查阅内容')),
                ('table', models.CharField(max_length=80)),
                ('row', models.UUIDField(db_index=True)),
            ],
            options={
                'verbose_name': '查阅留痕',
            },
        ),
        migrations.CreateModel(
            name='Series',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('owner', models.CharField(max_length=40)),
                ('kind', models.CharField(max_length=40)),
                ('year', models.PositiveSmallIntegerField()),
                ('last', models.PositiveIntegerField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('owner', 'kind', 'year'), name='one_row_for_each_series')],
            },
        ),
        migrations.CreateModel(
            name='Subtree',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.PositiveSmallIntegerField()),
                ('index', models.BigIntegerField()),
                ('hash', models.BinaryField(max_length=32)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('level', 'index'), name='one_hash_for_each_subtree')],
            },
        ),
        migrations.CreateModel(
            name='Waiting',
            fields=[
                ('leaf', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='+', serialize=False, to='audit.leaf')),
                ('due', models.DateTimeField(db_index=True)),
                ('daily', models.BooleanField()),
            ],
        ),
        migrations.AddField(
            model_name='place',
            name='leaf',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='place', to='audit.leaf'),
        ),
    ]
