"""The written table of rights, and walks over the running API that hold it to it."""
