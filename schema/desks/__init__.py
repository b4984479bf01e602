"""What lies on the desks of those at work: tasks by due date, and what is under supervision."""
