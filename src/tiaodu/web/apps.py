from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "tiaodu.web"
    label = "web"
