"""Running an action: which rows it gets, what it answers, and the files of exports."""
