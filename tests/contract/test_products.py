import pytest

from domain.contract.cover import Cover
from tests.contract.agreed import IMAGICLE, NUMONIX, XIMA, ask, contract, fact

SIGNED = fact("2023-03-01T10:00:00+01:00", "signed", starts="2023-04-01", until="2025-03-31")
SUITE = fact("2023-04-01T10:00:00+02:00", "product_covered", product="suite", from_="2023-04-01", until="2024-06-30")
FAX = fact("2023-09-01T10:00:00+02:00", "product_covered", product="fax", from_="2023-09-01", base="suite")
IN_MAY = "2024-05-02T10:00:00+02:00"
AT_THE_DATE = {"imagicle-care:end-of-life/end-of-support": "at-the-date"}


def answer(of: Cover) -> tuple[bool, str | None]:
    return of.covered, of.clause


# --- named or not ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("agreement", "clause"),
    [
        pytest.param(
            IMAGICLE, "imagicle-care:valid-contract", marks=pytest.mark.clause("imagicle-care:valid-contract")
        ),
        pytest.param(XIMA, "xima-care:preamble", marks=pytest.mark.clause("xima-care:preamble")),
        pytest.param(
            NUMONIX, "numonix-ixcloud:support-period", marks=pytest.mark.clause("numonix-ixcloud:support-period")
        ),
    ],
)
def test_a_ticket_about_a_product_that_the_contract_does_not_list_is_not_covered(agreement, clause):
    about = contract(products=["suite"])

    assert ask(agreement, about, IN_MAY, product="suite").covered
    assert (False, clause) == answer(ask(agreement, about, IN_MAY, product="fax"))


def test_a_ticket_that_names_no_product_is_covered_like_any_product_of_the_contract():
    about = contract(SIGNED, SUITE, products=["fax"])

    assert ask(IMAGICLE, about, IN_MAY).covered
    assert ask(IMAGICLE, about, "2024-07-01T10:00:00+02:00").covered
    assert not ask(IMAGICLE, about, "2025-04-01T10:00:00+02:00").covered


@pytest.mark.clause("imagicle-care:valid-contract")
def test_a_product_is_covered_in_its_own_days():
    about = contract(SIGNED, SUITE)

    assert ask(IMAGICLE, about, "2024-06-30T23:59:59+02:00", product="suite").covered
    assert (False, "imagicle-care:valid-contract") == answer(
        ask(IMAGICLE, about, "2024-07-01T00:00:00+02:00", product="suite")
    )
    assert (
        "suite was covered until 2024-06-30" == ask(IMAGICLE, about, "2024-07-01T00:00:00+02:00", product="suite").why
    )


@pytest.mark.clause("imagicle-care:valid-contract")
def test_a_product_is_covered_no_longer_than_its_contract():
    about = contract({**SIGNED, "until": "2024-03-31"}, SUITE)

    assert (False, "imagicle-care:valid-contract") == answer(ask(IMAGICLE, about, IN_MAY, product="suite"))


def test_a_product_that_was_not_known_to_be_covered_was_not():
    late = contract(SIGNED, {**SUITE, "recorded_at": "2024-06-01T10:00:00+02:00"})

    assert (False, "imagicle-care:valid-contract") == answer(
        ask(IMAGICLE, late, IN_MAY, known_at=IN_MAY, product="suite")
    )
    assert not ask(IMAGICLE, late, IN_MAY, known_at=IN_MAY).covered
    assert ask(IMAGICLE, late, IN_MAY, product="suite").covered


# --- co-termination -------------------------------------------------------------------------------------------------------


@pytest.mark.clause("imagicle-care:co-termination")
def test_a_module_ends_with_its_base_product():
    about = contract(SIGNED, SUITE, FAX)

    assert not ask(IMAGICLE, about, "2023-08-31T23:59:59+02:00", product="fax").covered
    assert ask(IMAGICLE, about, "2024-06-30T23:59:59+02:00", product="fax").covered
    assert (False, "imagicle-care:co-termination") == answer(
        ask(IMAGICLE, about, "2024-07-01T00:00:00+02:00", product="fax")
    )


@pytest.mark.clause("imagicle-care:co-termination")
@pytest.mark.parametrize("own_end", ["2023-12-31", "2026-12-31"])
def test_an_end_of_its_own_changes_nothing_for_a_module(own_end):
    about = contract(SIGNED, SUITE, {**FAX, "until": own_end})

    assert ask(IMAGICLE, about, "2024-06-30T23:59:59+02:00", product="fax").covered
    assert not ask(IMAGICLE, about, "2024-07-01T00:00:00+02:00", product="fax").covered


@pytest.mark.clause("imagicle-care:co-termination")
def test_a_module_ends_with_the_end_of_life_of_its_base_product():
    about = contract(
        SIGNED, SUITE, FAX, fact("2023-10-01T10:00:00+02:00", "life_ended", product="suite", on="2024-01-31")
    )

    assert ask(IMAGICLE, about, "2024-01-31T23:59:59+01:00", product="fax").covered
    assert not ask(IMAGICLE, about, "2024-02-01T00:00:00+01:00", product="fax").covered


@pytest.mark.clause("imagicle-care:co-termination")
def test_a_module_of_a_product_that_the_contract_names_nowhere_lasts_as_long_as_the_contract():
    about = contract(SIGNED, FAX)

    assert ask(IMAGICLE, about, "2025-03-31T23:59:59+02:00", product="fax").covered
    assert not ask(IMAGICLE, about, "2025-04-01T00:00:00+02:00", product="fax").covered


@pytest.mark.clause("imagicle-care:co-termination")
def test_a_module_of_a_product_that_is_not_covered_is_not_covered_either():
    about = contract(SIGNED, FAX, products=["phone"])

    assert not ask(IMAGICLE, about, IN_MAY, product="fax").covered


@pytest.mark.clause("imagicle-care:co-termination")
def test_two_modules_that_name_each_other_as_base_cover_nothing():
    circle = contract(SIGNED, FAX, {**FAX, "product": "suite", "base": "fax"})

    assert not ask(IMAGICLE, circle, IN_MAY, product="fax").covered


def test_a_module_has_its_own_days_where_the_agreement_knows_no_base_product():
    about = contract(SIGNED, SUITE, {**FAX, "until": "2024-12-31"})

    assert ask(XIMA, about, "2024-12-31T23:59:59+01:00", product="fax").covered
    assert not ask(XIMA, about, "2025-01-01T00:00:00+01:00", product="fax").covered


# --- end of support, end of life ------------------------------------------------------------------------------------------


@pytest.mark.clause("xima-care:end-of-support")
def test_the_end_of_support_date_is_the_last_day_covered():
    about = contract(SIGNED, fact("2023-05-01T10:00:00Z", "support_ended", product="suite", on="2024-04-30"))

    assert ask(XIMA, about, "2024-04-30T23:59:59+02:00", product="suite").covered
    assert (False, "xima-care:end-of-support") == answer(ask(XIMA, about, "2024-05-01T00:00:00+02:00", product="suite"))
    assert ask(XIMA, about, "2024-05-01T00:00:00+02:00", product="fax").covered


@pytest.mark.clause("xima-care:end-of-support")
def test_a_licence_that_ends_before_the_end_of_support_ends_cover():
    about = contract(SIGNED, fact("2023-05-01T10:00:00Z", "support_ended", product="suite", on="2025-04-30"))

    assert (False, "xima-care:preamble") == answer(ask(XIMA, about, "2025-04-01T00:00:00+02:00", product="suite"))


@pytest.mark.clause("xima-care:end-of-support")
def test_a_renewal_does_not_outlast_the_end_of_support():
    about = contract(
        SIGNED,
        fact("2023-05-01T10:00:00Z", "support_ended", product="suite", on="2025-04-30"),
        fact("2025-03-01T10:00:00Z", "renewed", until="2026-03-31"),
    )

    assert ask(XIMA, about, "2025-04-30T23:59:59+02:00", product="suite").covered
    assert not ask(XIMA, about, "2025-05-01T00:00:00+02:00", product="suite").covered


@pytest.mark.clause("imagicle-care:end-of-life")
def test_the_end_of_support_shortens_a_contract_when_it_is_declared():
    about = contract(SIGNED, fact(IN_MAY, "support_ended", product="suite", on="2024-04-30"), products=["suite"])

    assert ask(IMAGICLE, about, "2024-05-02T09:59:59+02:00", product="suite").covered
    assert (False, "imagicle-care:end-of-life") == answer(ask(IMAGICLE, about, IN_MAY, product="suite"))


@pytest.mark.clause("imagicle-care:end-of-life")
def test_the_end_of_support_is_the_last_day_when_it_was_declared_ahead():
    about = contract(SIGNED, fact("2023-05-01T10:00:00Z", "support_ended", product="suite", on="2024-04-30"))

    assert ask(IMAGICLE, about, "2024-04-30T23:59:59+02:00", product="suite").covered
    assert not ask(IMAGICLE, about, "2024-05-01T00:00:00+02:00", product="suite").covered


@pytest.mark.clause("imagicle-care:end-of-life")
def test_an_end_of_support_that_was_only_published_ends_cover_in_one_reading():
    published = fact("2023-05-01T10:00:00Z", "support_ended", product="suite", on="2024-04-30", declared=False)
    about = contract(SIGNED, published)

    when_declared = ask(IMAGICLE, about, IN_MAY, product="suite")
    at_the_date = ask(IMAGICLE, about, IN_MAY, product="suite", readings=AT_THE_DATE)

    assert when_declared.covered
    assert (False, "imagicle-care:end-of-life") == answer(at_the_date)
    assert set(AT_THE_DATE) <= when_declared.readings & at_the_date.readings


@pytest.mark.clause("imagicle-care:end-of-life")
def test_the_end_of_life_ends_cover_after_its_date_whatever_was_ordered():
    about = contract(
        SIGNED,
        fact("2023-05-01T10:00:00Z", "life_ended", product="suite", on="2024-04-30"),
        fact("2024-03-01T10:00:00Z", "renewed", until="2026-03-31"),
    )

    assert ask(IMAGICLE, about, "2024-04-30T23:59:59+02:00", product="suite").covered
    assert (False, "imagicle-care:end-of-life") == answer(
        ask(IMAGICLE, about, "2024-05-01T00:00:00+02:00", product="suite")
    )


@pytest.mark.clause("imagicle-care:end-of-life")
def test_an_end_of_life_that_was_not_known_ended_nothing():
    about = contract(SIGNED, fact("2024-06-01T10:00:00Z", "life_ended", product="suite", on="2024-04-30"))

    assert ask(IMAGICLE, about, IN_MAY, known_at=IN_MAY, product="suite").covered
    assert not ask(IMAGICLE, about, IN_MAY, product="suite").covered


def test_an_end_of_life_without_a_product_is_that_of_all():
    about = contract(SIGNED, fact("2023-05-01T10:00:00Z", "life_ended", on="2024-04-30"))

    assert not ask(IMAGICLE, about, IN_MAY).covered
    assert not ask(IMAGICLE, about, IN_MAY, product="suite").covered


@pytest.mark.parametrize("agreement", [NUMONIX])
def test_the_end_of_a_product_changes_nothing_where_the_agreement_does_not_say_so(agreement):
    ended = [fact("2023-05-01T10:00:00Z", event, on="2024-04-30") for event in ("support_ended", "life_ended")]

    assert ask(agreement, contract(SIGNED, *ended), IN_MAY).covered
