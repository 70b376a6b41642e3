"""Results appear on set dates, and a few people's results wait for company."""

from datetime import date

from bot.reports.cuts import ClosedResult, assign_to_cuts, day_after, day_of_cut, latest_cut, weekly_cuts

CUTS = (date(2027, 3, 1), date(2027, 4, 1), date(2027, 5, 1), date(2027, 6, 1))


def test_cuts_fall_on_mondays() -> None:
    mondays = (date(2027, 3, 1), date(2027, 3, 8), date(2027, 3, 15))
    assert weekly_cuts(date(2027, 3, 1), date(2027, 3, 15)) == mondays
    assert weekly_cuts(date(2027, 2, 23), date(2027, 3, 21)) == mondays
    assert weekly_cuts(date(2027, 3, 2), date(2027, 3, 7)) == ()
    assert [latest_cut(date(2027, 3, day)) for day in (1, 7, 8)] == [mondays[0], mondays[0], mondays[1]]


def test_a_cut_is_due_the_morning_after_a_closing() -> None:
    monday, wednesday, friday = date(2027, 3, 8), date(2027, 3, 10), date(2027, 3, 12)
    assert day_of_cut(friday, []) == monday
    assert day_of_cut(friday, [wednesday, date(2027, 3, 2)]) == date(2027, 3, 11)
    assert day_of_cut(friday, [wednesday, friday]) == date(2027, 3, 11), "Friday's is due on Saturday"
    assert day_after(friday, [wednesday, friday]) == date(2027, 3, 13)
    assert day_after(friday, [wednesday]) == date(2027, 3, 15)


def test_a_batch_of_too_few_people_waits_for_company() -> None:
    results = [
        ClosedResult("s1", date(2027, 3, 9), 21),
        ClosedResult("s2", date(2027, 4, 6), 3),
        ClosedResult("s3", date(2027, 4, 20), 4),
        ClosedResult("s4", date(2027, 5, 4), 18),
        ClosedResult("s5", date(2027, 6, 8), 30),
    ]
    april, june = date(2027, 4, 1), date(2027, 6, 1)
    assert assign_to_cuts(results, CUTS, k=5) == {"s1": april, "s2": june, "s3": june, "s4": june, "s5": None}


def test_a_later_result_never_moves_an_earlier_one() -> None:
    first = [ClosedResult("s1", date(2027, 3, 9), 21)]
    later = [*first, ClosedResult("s2", date(2027, 4, 6), 40)]
    assert assign_to_cuts(later, CUTS, k=5)["s1"] == assign_to_cuts(first, CUTS, k=5)["s1"]
