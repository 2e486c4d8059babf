"""Large Django projects of others, installed from the registry, that conjure has never seen: ``make thirdparty``."""
