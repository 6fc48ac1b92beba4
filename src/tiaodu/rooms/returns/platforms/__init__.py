"""Firms of the platform economy: brand, licences, state of tax compliance, volume and firms they serve."""
