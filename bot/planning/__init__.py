"""Planning a session together with its presenters: checklist, run of show, who is in the cohort."""
