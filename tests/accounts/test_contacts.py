"""An enterprise's contact is never changed by an agency: else it could have receipt codes sent to itself."""

import pytest

from audit.models import NotYours, Refused


def test_only_the_intake_of_the_countys_office_changes_a_contact(desk, elsewhere):
    contact = desk.establishment.enterprise.contact
    before = contact.history.count()
    others = (desk.clerk, desk.head, desk.officer, desk.registrar, desk.reviewer, desk.issuer, desk.auditor, desk.finance)
    for user in (*others, elsewhere.intake):
        with pytest.raises(NotYours):
            contact.change(by=user, person="冒名", phone="13700000000", note="核对过")
    contact.refresh_from_db()
    assert (contact.phone, contact.origin, contact.history.count()) == ("13900000000", "REGISTER", before)
    contact.change(by=desk.intake, person="新人", phone="13712345678", note="持营业执照原件")
    contact.refresh_from_db()
    assert (contact.person, contact.phone, contact.origin) == ("新人", "13712345678", "OFFICE")
    record = contact.history.latest("history_id")
    assert (record.verb, record.actor_name, record.actor_post) == ("change", desk.intake.name, "受理")


def test_who_changes_a_contact_says_how_they_checked(desk):
    contact = desk.establishment.enterprise.contact
    with pytest.raises(Refused) as refusal:
        contact.change(by=desk.intake, person="新人", phone="137", note=" ")
    assert refusal.value.field == "note"


def test_an_agency_cannot_erase_a_contact_either(desk):
    """Erased, no code letter leaves: that is as good as changing it."""
    contact = desk.establishment.enterprise.contact
    for user in (desk.clerk, desk.head, desk.officer, desk.registrar):
        with pytest.raises(NotYours):
            contact.erase(by=user, note="不要了")
    contact.refresh_from_db()
    assert contact.phone == "13900000000"
