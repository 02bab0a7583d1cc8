"""Alpha signals: the desk, and what it does with strategies and prices."""
