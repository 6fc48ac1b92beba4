"""Projects from tables: the register as offices keep it, and the export of the approval platform."""
