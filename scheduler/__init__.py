"""When things happen, and in which order: cycles, jobs, their plan, the service."""
