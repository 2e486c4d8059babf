"""A project that asks for a second factor with django-otp; runs in a process of its own."""
