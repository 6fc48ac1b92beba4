"""Pages of the register: regions, subjects, who looks after whom, measures, probable duplicates."""
