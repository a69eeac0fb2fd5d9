"""What stands above the domains: the first page, 我的, and pages for ways that are not online."""
