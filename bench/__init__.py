"""Side-by-side benchmarks against named peers. Every figure is a ratio taken in one run on one machine."""
