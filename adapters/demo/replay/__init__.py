"""`throughline demo --html FILE`: the whole series as one page that needs no network and no program."""
