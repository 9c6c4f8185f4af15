"""What a network has learned at the shown step: its data, its answers, its numbers."""
