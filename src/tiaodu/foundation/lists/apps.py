from django.apps import AppConfig


class ListsConfig(AppConfig):
    name = "tiaodu.foundation.lists"
    label = "lists"
