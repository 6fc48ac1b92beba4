from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from tiaodu.foundation import slots


class ProjectsConfig(AppConfig):
    name = "tiaodu.rooms.projects"
    label = "projects"
    verbose_name = _("项目")

    def ready(self) -> None:
        import_module("tiaodu.rooms.projects.stages")
        import_module("tiaodu.rooms.projects.tables")  # declares what the room judges by
        import_module("tiaodu.rooms.projects.abouts")  # tells items how a project is found
        import_module("tiaodu.rooms.projects.imports.register")  # what comes in from tables
        import_module("tiaodu.rooms.projects.imports.approvals")
        import_module("tiaodu.rooms.projects.jobs")  # and what is done when the day turns
        import_module("tiaodu.rooms.projects.rule_tables")  # and the rules of lights, 六未 and pace
        found = import_module("tiaodu.rooms.projects.selectors.alerts")
        slots.alerts(found.project_alerts, permission=found.PERMISSION)
        offered = import_module("tiaodu.rooms.projects.selectors.offers")
        slots.step_dates(offered.step_dates)
        acts = import_module("tiaodu.rooms.projects.selectors.interventions")
        slots.interventions(acts.interventions)
