"""Forms of superior offices: mapped once, filled every month, read back in."""
