"""One page for the weekly half hour: everything of a cohort that its facilitator looks at and decides."""
