"""What costim knows as data: tables, columns, parameters, flags, methods, references, the analysis plan."""
