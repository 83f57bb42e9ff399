"""Study folder -> Study: reading, checking, templates."""
