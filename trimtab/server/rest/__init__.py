"""The trading desk over plain HTTP: JSON in camelCase, event streams, and an OpenAPI description."""
