"""The plots: five strips over the steps that share one axis and one cursor with the rest of the window."""
