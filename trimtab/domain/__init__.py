"""Pure maths and frozen models; knows no clock, network, chance or environment."""
