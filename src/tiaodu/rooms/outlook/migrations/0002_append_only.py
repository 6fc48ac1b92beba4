from django.db import migrations

from tiaodu.foundation.triggers import guard


class Migration(migrations.Migration):
    dependencies = [("outlook", "0001_initial")]
    operations = [guard("outlook_run"), guard("outlook_outlook")]
