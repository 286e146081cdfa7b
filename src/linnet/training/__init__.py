"""One loop over epochs, two engines that step a model, and what survives a crash."""
