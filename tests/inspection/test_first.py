def test_an_accepted_plan_has_a_number(desk, elsewhere):
    assert desk.numbered().number == 1
    assert elsewhere.numbered().number == 1
