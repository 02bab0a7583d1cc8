"""What is held against what a framework wants. `docs/framework-report.md` has the formulas."""
