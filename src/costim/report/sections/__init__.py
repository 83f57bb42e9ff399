"""The sections of the report, one file each. Each writer takes the context and gives the blocks of its section."""
