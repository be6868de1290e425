"""Floor 2: from the lists to the plan, from the plan to the notice, from the notice to the visit."""
