"""What others import to listen to a Tocsin server; knows the kernel's words and nothing else."""
