"""Floor 1: where and who. Counties and their rules, users and posts, agencies, officers, enterprises."""
