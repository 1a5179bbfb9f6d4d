from datetime import date

import pytest
from pydantic import ValidationError

from domain.contract.commands import (
    CoverProduct,
    EndLife,
    EndSupport,
    NameContact,
    RemoveContact,
    ReportPaid,
    ReportUnpaid,
)
from domain.contract.events import (
    Cancelled,
    ContactNamed,
    ContactRemoved,
    LifeEnded,
    Paid,
    ProductCovered,
    SupportEnded,
    Unpaid,
)
from domain.contract.facts import ContractPerson
from domain.refusals import BadInstant
from tests.contract.office import APRIL, DRAWN_UP, END_OF_MARCH, JANUARY, JUNE, MAY, drawn_up, given

UNPAID, PAID = Unpaid(effective_at=APRIL), Paid(effective_at=MAY)
FAX = ProductCovered(effective_at=JANUARY, product="fax")
ADA = ContactNamed(effective_at=APRIL, id="ada", role="primary-contact", name="Ada")
ADA_GONE = ContactRemoved(effective_at=MAY, id="ada")


# --- report-unpaid, report-paid -------------------------------------------------------------------------------------------


@pytest.mark.clause("imagicle-care:fees")
def test_overdue_fees_are_recorded_from_when_they_are_overdue():
    given(DRAWN_UP).when(ReportUnpaid()).then(Unpaid(effective_at=MAY))


@pytest.mark.clause("imagicle-care:fees")
def test_fees_reported_unpaid_twice_are_unpaid_once():
    given(DRAWN_UP, UNPAID).when(ReportUnpaid()).then()


def test_fees_unpaid_again_after_a_payment_are_recorded():
    given(DRAWN_UP, UNPAID, PAID).when(ReportUnpaid(), at=JUNE).then(Unpaid(effective_at=JUNE))


def test_fees_overdue_from_before_they_were_said_to_be_are_recorded():
    given(DRAWN_UP, PAID, UNPAID).when(ReportUnpaid(), at=JANUARY).then(Unpaid(effective_at=JANUARY))


@pytest.mark.clause("imagicle-care:fees")
def test_a_payment_of_overdue_fees_is_recorded():
    given(DRAWN_UP, UNPAID).when(ReportPaid()).then(Paid(effective_at=MAY))


def test_a_payment_where_nothing_is_overdue_records_nothing():
    given(DRAWN_UP).when(ReportPaid()).then()
    given(DRAWN_UP, UNPAID, PAID).when(ReportPaid(), at=JUNE).then()


# --- cover-product --------------------------------------------------------------------------------------------------------


@pytest.mark.clause("imagicle-care:co-termination")
def test_a_product_or_a_module_of_one_is_covered_as_ordered():
    module = CoverProduct(product="recorder", base="suite", from_=END_OF_MARCH)

    given(DRAWN_UP).when(module).then(
        ProductCovered(effective_at=MAY, product="recorder", base="suite", from_=END_OF_MARCH)
    )


def test_a_product_covered_identically_is_covered_once():
    given(DRAWN_UP, FAX).when(CoverProduct(product="fax")).then()


def test_a_product_covered_for_other_days_is_covered_for_both():
    until_june = ProductCovered(effective_at=MAY, product="fax", until=JUNE.date())

    given(DRAWN_UP, FAX).when(CoverProduct(product="fax", until=JUNE.date())).then(until_june)


@pytest.mark.clause("imagicle-care:co-termination")
def test_a_product_is_not_its_own_base():
    given(DRAWN_UP).when(CoverProduct(product="fax", base="fax")).refused(clause="imagicle-care:co-termination")


@pytest.mark.clause("xima-care:2")
def test_no_product_is_covered_under_a_cancelled_contract():
    given(drawn_up("xima-care"), Cancelled(effective_at=APRIL)).when(CoverProduct(product="fax")).refused(
        clause="xima-care:2"
    )


def test_the_cover_of_a_product_cannot_end_before_it_begins():
    with pytest.raises(ValidationError, match="lies before the first"):
        CoverProduct(product="fax", from_=END_OF_MARCH, until=date(2024, 3, 30))


def test_a_product_is_not_covered_until_a_day_gone_by():
    past = CoverProduct(product="fax", from_=JANUARY.date(), until=END_OF_MARCH)

    given(DRAWN_UP).when(past).refused(BadInstant, says="before 2024-05-02")


# --- end-support, end-life ------------------------------------------------------------------------------------------------


@pytest.mark.clause("xima-care:end-of-support")
def test_the_end_of_support_of_a_product_or_of_all_is_recorded():
    given(DRAWN_UP, FAX).when(EndSupport(product="fax", on=END_OF_MARCH, declared=False)).then(
        SupportEnded(effective_at=MAY, product="fax", on=END_OF_MARCH, declared=False)
    )
    given(DRAWN_UP, FAX).when(EndSupport(on=END_OF_MARCH)).then(SupportEnded(effective_at=MAY, on=END_OF_MARCH))


@pytest.mark.clause("imagicle-care:end-of-life")
def test_the_end_of_life_of_a_product_is_recorded():
    given(DRAWN_UP, FAX).when(EndLife(product="fax", on=END_OF_MARCH)).then(
        LifeEnded(effective_at=MAY, product="fax", on=END_OF_MARCH)
    )


@pytest.mark.clause("imagicle-care:valid-contract")
@pytest.mark.parametrize(
    "command", [EndSupport(product="phone", on=END_OF_MARCH), EndLife(product="phone", on=END_OF_MARCH)]
)
def test_a_product_that_the_contract_does_not_cover_does_not_end(command):
    given(DRAWN_UP, FAX).when(command).refused(clause="imagicle-care:valid-contract", says="does not cover phone")
    given(drawn_up(products=("fax",))).when(command).refused(clause="imagicle-care:valid-contract")


def test_the_same_end_of_a_product_again_records_nothing():
    support = SupportEnded(effective_at=APRIL, product="fax", on=END_OF_MARCH)
    life = LifeEnded(effective_at=APRIL, product="fax", on=END_OF_MARCH)

    given(DRAWN_UP, FAX, support).when(EndSupport(product="fax", on=END_OF_MARCH)).then()
    given(DRAWN_UP, FAX, life).when(EndLife(product="fax", on=END_OF_MARCH)).then()


def test_another_end_of_a_product_is_news():
    support = SupportEnded(effective_at=APRIL, product="fax", on=END_OF_MARCH)
    earlier = date(2024, 2, 29)

    given(DRAWN_UP, FAX, support).when(EndSupport(product="fax", on=earlier)).then(
        SupportEnded(effective_at=MAY, product="fax", on=earlier)
    )


# --- name-contact, remove-contact -----------------------------------------------------------------------------------------


@pytest.mark.clause("xmpro:3-contacts")
def test_a_contact_is_named_in_a_role():
    ada = NameContact(id="ada", role="primary-contact", called="Ada")

    given(drawn_up("xmpro")).when(ada, at=APRIL).then(ADA)


def test_a_contact_named_twice_in_one_role_is_named_once():
    given(DRAWN_UP, ADA).when(NameContact(id="ada", role="primary-contact", called="Ada")).then()
    given(DRAWN_UP, ADA).when(NameContact(id="ada", role="primary-contact")).then()


def test_a_contact_who_takes_another_role_or_name_is_named_again():
    given(DRAWN_UP, ADA).when(NameContact(id="ada", role="technical-contact")).then(
        ContactNamed(effective_at=MAY, id="ada", role="technical-contact")
    )
    given(DRAWN_UP, ADA).when(NameContact(id="ada", role="primary-contact", called="Ada L.")).then(
        ContactNamed(effective_at=MAY, id="ada", role="primary-contact", name="Ada L.")
    )


def test_the_system_is_nobodys_contact():
    given(DRAWN_UP).when(NameContact(id="bot", role="system")).refused(says="nobody's contact")


def test_a_contact_is_removed_from_a_role_or_from_all():
    given(DRAWN_UP, ADA).when(RemoveContact(id="ada", role="primary-contact")).then(
        ContactRemoved(effective_at=MAY, id="ada", role="primary-contact")
    )
    given(DRAWN_UP, ADA).when(RemoveContact(id="ada")).then(ADA_GONE)


def test_a_contact_of_the_paper_is_removed():
    paper = drawn_up(people=(ContractPerson(id="ada", role="primary-contact"),))

    given(paper).when(RemoveContact(id="ada")).then(ADA_GONE)
    given(paper, ADA_GONE).when(RemoveContact(id="ada"), at=JUNE).then()


def test_a_contact_who_has_gone_is_not_removed_again():
    given(DRAWN_UP, ADA, ADA_GONE).when(RemoveContact(id="ada"), at=JUNE).then()
    given(DRAWN_UP, ADA, ADA_GONE).when(RemoveContact(id="ada", role="primary-contact"), at=JUNE).then()


def test_a_contact_who_was_never_named_is_not_removed():
    given(DRAWN_UP, ADA).when(RemoveContact(id="bob")).refused(says="bob was never named")
    given(DRAWN_UP, ADA).when(RemoveContact(id="ada", role="administrator")).refused(
        says="never named as administrator"
    )
