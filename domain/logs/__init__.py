"""Histories that other systems recorded, told as case files: `servicenow` (CSV) and `xes` (IEEE 1849)."""
