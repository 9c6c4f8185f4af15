"""The lessons as the window shows them: the card with a lesson's text and its place in the lecture."""
