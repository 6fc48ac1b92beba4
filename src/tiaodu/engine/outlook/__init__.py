"""The county as a driver tree over scenarios and months: how likely every figure is, and what it hangs on."""
