from django.db import migrations

from tiaodu.foundation.triggers import guard


class Migration(migrations.Migration):
    dependencies = [("projects", "0001_initial")]
    operations = [
        guard("projects_stagenetwork"),
        guard("projects_investmentplan"),
        guard("projects_stageevent"),
        guard("projects_stageproof"),
        guard("projects_contractfigure"),
        guard("projects_inputneed"),
        guard("projects_stageoutlook"),
        guard("projects_repeatdecision"),
    ]
