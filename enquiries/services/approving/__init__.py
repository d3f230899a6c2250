"""Who has to see a reply before it leaves: the policy, trust, reviews, the freeze, and what happens when approvers are slow."""
