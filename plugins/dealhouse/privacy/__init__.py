"""Privacy: a person is erased from everything that was landed, loaded, built, predicted and published; totals stay."""
