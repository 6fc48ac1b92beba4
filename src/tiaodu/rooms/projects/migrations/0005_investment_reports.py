import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from tiaodu.foundation.triggers import guard


class Migration(migrations.Migration):

    dependencies = [
        ('evidence', '0004_truncate'),
        ('projects', '0004_project_sample'),
        ('registry', '0006_duplicates'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='InvestmentReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('recorded_at', models.DateTimeField(auto_now_add=True, verbose_name='记录时间')),
                ('month', models.DateField(verbose_name='月份')),
                ('revision', models.PositiveSmallIntegerField(default=1)),
                ('text', models.CharField(blank=True, max_length=500, verbose_name='形象进度')),
                ('problem', models.CharField(blank=True, max_length=500, verbose_name='存在问题')),
                ('next_month', models.DecimalField(decimal_places=2, max_digits=18, null=True, verbose_name='下月计划投资')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='更正原因')),
                ('known_on', models.DateField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('department', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.subject')),
                ('done', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='evidence.evidence')),
                ('paid', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='evidence.evidence')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='investment_reports', to='projects.project')),
            ],
            options={
                'ordering': ['project', 'month', 'revision'],
                'indexes': [models.Index(fields=['month', 'project'], name='report_of_month')],
                'constraints': [models.UniqueConstraint(fields=('project', 'month', 'revision'), name='month_revision_once')],
            },
        ),
        guard("projects_investmentreport"),
    ]
