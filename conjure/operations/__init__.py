"""What each operation was and took, told to the log, to receivers of a signal and to OpenTelemetry."""
