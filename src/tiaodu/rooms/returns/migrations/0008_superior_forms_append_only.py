from django.db import migrations

from tiaodu.foundation.triggers import guard

TABLES = ("formversion", "formfilling", "formreading", "formreadingdone")


class Migration(migrations.Migration):
    dependencies = [("returns", "0007_superior_forms")]
    operations = [guard(f"returns_{table}") for table in TABLES]
