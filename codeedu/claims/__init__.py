"""Many values: columns, files and claims."""
