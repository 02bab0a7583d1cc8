"""Factor intelligence: how asset classes, industries and styles move together, and against rates and markets."""
