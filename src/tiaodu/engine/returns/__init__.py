"""Returns: what firms are asked for, whether it can be true, what may be shown of it."""
