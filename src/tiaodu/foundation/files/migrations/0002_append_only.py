from django.db import migrations

from tiaodu.foundation.triggers import guard


class Migration(migrations.Migration):
    dependencies = [("files", "0001_initial")]
    operations = [
        guard("files_storedfile"),
    ]
