"""The demo county: a plan document read by the reader, and a year of generated progress marked 示例."""
