"""The pages of entry to the statistics."""
