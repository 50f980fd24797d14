"""Frozen records and their JSON Schemas. Pure: nothing here reads a disk or starts a process."""
