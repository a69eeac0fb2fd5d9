"""What stands above the domains: the first page, 我的, and the doors to what is still being built."""
