"""Jobs that tests can watch from outside."""
