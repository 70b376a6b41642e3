"""Reports: what was reached, what people said of it, and what each number means."""

from prompts.catalog import message


@message
def report_summary() -> str:
    """See the numbers: report series, report session 2, report year, report all"""


@message
def title_series(series: str) -> str:
    """Report: {series}"""


@message
def title_session(number: int, title: str, cohort: str) -> str:
    """Report: session {number}, {title} ({cohort})"""


@message
def title_project(project: str) -> str:
    """Report: project {project}"""


@message
def title_year(year: str) -> str:
    """Report: {year}"""


@message
def title_all() -> str:
    """Report: learning community projects to date"""


@message
def hidden(k: int) -> str:
    """Hidden: fewer than {k} people, or it would show them"""


@message
def not_told() -> str:
    """Not told"""


@message
def others_hidden() -> str:
    """Others, hidden"""


@message
def k_line(k: int, day: str) -> str:
    """As of {day}. Numbers of fewer than {k} people are hidden. Inside the program only: do not pass it on."""


@message
def no_data(day: str) -> str:
    """Nothing to report yet. Each Monday the report takes in the sessions held before. The next one is made on {day}."""


@message
def open_page() -> str:
    """See all numbers"""


@message
def again_summary() -> str:
    """Make this week's reports again, after a correction"""


@message
def made_again(day: str) -> str:
    """The reports of {day} are made again. What was shown before stays protected, so a number may be hidden for now."""


@message
def no_session(given: str, known: str) -> str:
    """There is no session {given} here. There are: {known}. Type `report session 1`."""


@message
def no_such(given: str, nearest: str) -> str:
    """Nothing here is called "{given}". Did you mean {nearest}?"""


@message
def which_one(names: str) -> str:
    """Which one? Type its name: {names}."""


@message
def nothing_named() -> str:
    """There is none yet. An administrator adds it with `import`."""


@message
def share(percent: str, count: int, n: int) -> str:
    """{percent} ({count} of {n})"""


@message
def share_between(percent: str, count: int, n: int, low: str, high: str) -> str:
    """{percent} ({count} of {n}; 95% interval {low} to {high})"""


@message
def change_of(change: str, before: str, now: str, n: int) -> str:
    """{change} ({before} to {now}, {n} complete pairs)"""


@message
def score_of(score: str, n: int) -> str:
    """{score} ({n} answers)"""


@message
def mean_of(mean: str, n: int) -> str:
    """{mean} of 5 ({n} answers)"""


@message
def times_of(mean: str, n: int) -> str:
    """{mean} ({n} people)"""


@message
def figure_events() -> str:
    """Sessions held"""


@message
def figure_events_definition() -> str:
    """Sessions held before the day of the report. Cancelled ones do not count."""


@message
def figure_reach() -> str:
    """People reached"""


@message
def figure_reach_definition() -> str:
    """People who came to one session or more. Each counts once, in whatever they took part. Staff do not count."""


@message
def figure_participations() -> str:
    """Times attended"""


@message
def figure_participations_definition() -> str:
    """All visits of all people. A person attended who was there for half of the time, or who was marked as present."""


@message
def figure_enrolled() -> str:
    """Enrolled"""


@message
def figure_enrolled_definition() -> str:
    """People who joined a cohort, also those who left it since."""


@message
def figure_sessions_each() -> str:
    """Sessions for each person"""


@message
def figure_sessions_each_definition() -> str:
    """Times attended, shared by the people reached."""


@message
def figure_completion() -> str:
    """Completed, of those who came"""


@message
def figure_completion_definition() -> str:
    """People who came to 75% of the sessions or more (or what the series asks), of all who came."""


@message
def figure_completion_enrolled() -> str:
    """Completed, of those enrolled"""


@message
def figure_completion_enrolled_definition() -> str:
    """The same people, of all who enrolled."""


@message
def figure_responses() -> str:
    """Answered the form"""


@message
def figure_responses_definition() -> str:
    """Forms sent in, of the people who came and were asked. Only forms that are closed."""


@message
def figure_recommendation() -> str:
    """Would recommend it"""


@message
def figure_recommendation_definition() -> str:
    """Agree and strongly agree, of all who answered. The interval is Wilson's: the true share lies in it 95 times of 100."""


@message
def figure_net_promoter() -> str:
    """Net promoter score"""


@message
def figure_net_promoter_definition() -> str:
    """Of answers from 0 to 10: the share of 9 and 10, less the share of 0 to 6. Only where this was asked."""


@message
def figure_intent() -> str:
    """Plan to use it"""


@message
def figure_intent_definition() -> str:
    """Who said yes, of all who answered."""


@message
def figure_quality() -> str:
    """Overall quality"""


@message
def figure_quality_definition() -> str:
    """Mean of answers from 1 to 5."""


@message
def figure_usefulness() -> str:
    """Useful for my work"""


@message
def figure_usefulness_definition() -> str:
    """Mean of answers from 1 to 5."""


@message
def figure_objective() -> str:
    """Objectives met"""


@message
def figure_objective_definition() -> str:
    """Mean of answers from 1 to 5, over all objectives that were asked about."""


@message
def figure_change() -> str:
    """Change they report, before to now"""


@message
def figure_change_definition() -> str:
    """People rate "before" and "now" at one time, from 1 to 5. This is the mean of now less before, of complete pairs. They say so themselves."""


@message
def figure_improved() -> str:
    """Rated themselves higher"""


@message
def figure_improved_definition() -> str:
    """Pairs in which now is higher than before."""


@message
def figure_same() -> str:
    """Rated themselves the same"""


@message
def figure_same_definition() -> str:
    """Pairs in which now is as before."""


@message
def figure_declined() -> str:
    """Rated themselves lower"""


@message
def figure_declined_definition() -> str:
    """Pairs in which now is lower than before."""


@message
def figure_follow_through() -> str:
    """Kept their plan"""


@message
def figure_follow_through_definition() -> str:
    """Who did their plan or part of it, of those who had one and answered some weeks later."""


@message
def figure_pairs() -> str:
    """Pairs who met"""


@message
def figure_pairs_definition() -> str:
    """Pairs of people who were in a group together, of all pairs who could have met in their cohort."""


@message
def figure_across_states() -> str:
    """Pairs from two states"""


@message
def figure_across_states_definition() -> str:
    """Of the pairs who met and told their states: those from two different ones."""


@message
def figure_across_organisations() -> str:
    """Pairs from two organizations"""


@message
def figure_across_organisations_definition() -> str:
    """Of the pairs who met and told where they work: those from two different places."""


@message
def by_state() -> str:
    """People reached, by state"""


@message
def by_role() -> str:
    """People reached, by role"""


@message
def by_setting() -> str:
    """People reached, by setting"""


@message
def by_organisation() -> str:
    """People reached, by organization"""


@message
def ratio_state() -> str:
    """People reached beside the workforce, by state"""


@message
def ratio_role() -> str:
    """People reached beside the workforce, by role"""


@message
def by_dose() -> str:
    """People by sessions attended"""


@message
def by_session() -> str:
    """Attendance, session by session"""


@message
def by_year() -> str:
    """Learning community projects to date"""


@message
def themes() -> str:
    """Themes that surfaced"""


@message
def themes_by_year() -> str:
    """Themes, year by year"""


@message
def network() -> str:
    """Who met across states"""


@message
def by_group_definition() -> str:
    """As people told it themselves. Each person counts once. Who did not tell is shown as well."""


@message
def ratio_definition() -> str:
    """Share of the people reached, by the share of the workforce. 1 is in proportion; below 1 is too few. Who did not tell stays in, so the true ratio may be higher."""


@message
def by_dose_definition() -> str:
    """How many people came to how many sessions."""


@message
def by_session_definition() -> str:
    """People at each session."""


@message
def by_year_definition() -> str:
    """Every series by project year. A person counts once in each row: once in a series, once in a year, once in all."""


@message
def themes_definition() -> str:
    """Sessions in which the theme came up, of the sessions that have notes on themes."""


@message
def network_definition() -> str:
    """Pairs of people who were in a group together, by the states they work in."""


@message
def column_state() -> str:
    """State"""


@message
def column_role() -> str:
    """Role"""


@message
def column_setting() -> str:
    """Setting"""


@message
def column_organisation() -> str:
    """Organization"""


@message
def column_people() -> str:
    """People"""


@message
def column_percent() -> str:
    """Percent"""


@message
def column_ratio() -> str:
    """Ratio"""


@message
def column_workforce() -> str:
    """Workforce"""


@message
def column_sessions() -> str:
    """Sessions"""


@message
def column_session() -> str:
    """Session"""


@message
def column_year() -> str:
    """Year"""


@message
def column_series() -> str:
    """Series"""


@message
def column_project() -> str:
    """Project"""


@message
def column_times() -> str:
    """Times attended"""


@message
def column_theme() -> str:
    """Theme"""


@message
def column_coded() -> str:
    """Sessions with notes"""


@message
def column_day() -> str:
    """Day"""


@message
def whole_year() -> str:
    """Whole year"""


@message
def to_date() -> str:
    """To date"""


@message
def note_cut(day: str) -> str:
    """Counted up to the morning of {day}; the next report is made a week later."""


@message
def note_revision(revision: int) -> str:
    """Made again after a correction: version {revision}."""


@message
def note_waiting(n: int) -> str:
    """{n} session waits for the next report: too few people came to show it by itself.
    ---
    {n} sessions wait for the next report: too few people came to show them by themselves."""


@message
def note_forms(k: int) -> str:
    """Only closed forms count. A question counts where {k} people or more answered it in one form."""


@message
def note_session() -> str:
    """A single session is not split by state, role or setting."""


@message
def note_no_benchmark() -> str:
    """No workforce file is loaded. An administrator adds one with `benchmark`."""


@message
def benchmark_summary() -> str:
    """Load the workforce that reach is held against"""


@message
def benchmark_title() -> str:
    """Workforce benchmark"""


@message
def benchmark_intro() -> str:
    """Paste a CSV with the columns state, role and headcount, one line each. It takes the place of the one before."""


@message
def benchmark_content() -> str:
    """CSV lines"""


@message
def benchmark_load() -> str:
    """Load it"""


@message
def benchmark_paste() -> str:
    """Paste a CSV"""


@message
def benchmark_now(n: int, workforce: str) -> str:
    """{n} line is loaded, {workforce} people in all.
    ---
    {n} lines are loaded, {workforce} people in all."""


@message
def benchmark_none() -> str:
    """None is loaded."""


@message
def benchmark_loaded(n: int, workforce: str) -> str:
    """Loaded {n} line: {workforce} people. Reports show it from now on.
    ---
    Loaded {n} lines: {workforce} people. Reports show it from now on."""


@message
def benchmark_problems(n: int) -> str:
    """Nothing was loaded. Put this line right and send it again:
    ---
    Nothing was loaded. Put these {n} lines right and send it again:"""


@message
def benchmark_empty() -> str:
    """The file has no lines below its heading."""


@message
def benchmark_too_long(most: int) -> str:
    """The file is longer than {most} lines. Send the states you serve only."""


@message
def problem_columns(line: int, value: str) -> str:
    """Line {line}: the column is missing: {value}"""


@message
def problem_state(line: int, value: str) -> str:
    """Line {line}: not a state we know: "{value}". Use two letters, such as WA."""


@message
def problem_role(line: int, value: str) -> str:
    """Line {line}: the role is empty{value}"""


@message
def problem_headcount(line: int, value: str) -> str:
    """Line {line}: "{value}" is not a whole number from 1"""


@message
def problem_twice(line: int, value: str) -> str:
    """Line {line}: comes twice: {value}"""
