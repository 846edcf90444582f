"""What `engine.export` offers, one kind of file a module."""
