"""From domain object to text: pure and deterministic."""
