"""Identity: accounts, the people they act for, staff and their roles, sessions."""
