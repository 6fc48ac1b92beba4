from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [("ledger", "0005_move_figures")]

    operations = [migrations.RemoveField(model_name="progress", name="value")]
