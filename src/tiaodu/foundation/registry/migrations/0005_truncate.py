from django.db import migrations

from tiaodu.foundation.triggers import guard_anew


class Migration(migrations.Migration):
    dependencies = [("registry", "0004_merge_record")]

    operations = [
        guard_anew("registry_duplicatedecision"),
        guard_anew("registry_measureversion"),
        guard_anew("registry_mergerecord"),
    ]
