"""Stage networks: templates, the state of a network, its critical path, learned durations and simulation."""
