"""What a learning community does; knows no chat platform."""
