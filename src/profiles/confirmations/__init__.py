"""What people say about works that name them, such as "this is me", and whether others see it."""
