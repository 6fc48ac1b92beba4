"""Leading firms (链主), the firms that supply them or buy from them, and what they buy in the county."""
