"""What a person writes: the library that keeps optimizers, schedules and surfaces of one's own, and the editor."""
