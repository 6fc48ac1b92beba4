"""What people would rather look at: the network of a project, the board by stage, the wall map."""
