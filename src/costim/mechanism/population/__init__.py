"""Virtual patients: values drawn between patients, stable ones kept."""
