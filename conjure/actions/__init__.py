"""What a project writes to declare an action: the decorator, its form, its results."""
