"""Where the policy and its thresholds are read from."""
