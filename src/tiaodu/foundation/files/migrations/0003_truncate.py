from django.db import migrations

from tiaodu.foundation.triggers import guard_anew


class Migration(migrations.Migration):
    dependencies = [("files", "0002_append_only")]

    operations = [guard_anew("files_storedfile")]
