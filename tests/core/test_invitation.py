from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fakes import vectors
from hypothesis import given
from hypothesis import strategies as st

from client.core.invitation import FRAGMENT_LIMIT, Invitation, InvitationUnreadableError

VECTORS = vectors.read("invitation")


def invitation_of(case: dict[str, Any]) -> Invitation:
    return Invitation(
        bytes.fromhex(case["site_address"]),
        bytes.fromhex(case["secret"]),
        datetime.fromtimestamp(case["expires_s"], UTC),
        case["relay"],
    )


@pytest.mark.parametrize("case", VECTORS["cases"])
def test_links_and_tokens_are_those_of_the_vectors(case: dict[str, Any]) -> None:
    invitation = invitation_of(case)
    assert invitation.url("https://chevet.example") == case["url"]
    assert invitation.url("https://chevet.example/") == case["url"]
    assert invitation.site_token.hex() == case["site_token"]
    assert invitation.gp_token.hex() == case["gp_token"]
    assert Invitation.from_fragment(case["url"]) == invitation
    assert Invitation.from_fragment(case["url"].partition("#")[2]) == invitation


@pytest.mark.parametrize("text", VECTORS["unreadable"].values(), ids=VECTORS["unreadable"])
def test_a_damaged_invitation_is_unreadable(text: str) -> None:
    with pytest.raises(InvitationUnreadableError):
        Invitation.from_fragment(text)


@given(text=st.text(max_size=200) | st.text("-_AZaz09", max_size=200))
def test_no_other_text_is_an_invitation(text: str) -> None:
    with pytest.raises(InvitationUnreadableError):
        Invitation.from_fragment(text)


def test_a_text_without_end_is_refused() -> None:
    with pytest.raises(InvitationUnreadableError):
        Invitation.from_fragment("A" * (FRAGMENT_LIMIT + 1))


@pytest.mark.parametrize("relay", ["https://relay.example", "wss:", "javascript:alert(1)", ""])
def test_a_relay_that_is_none_is_refused(relay: str) -> None:
    strange = Invitation(bytes(32), bytes(16), datetime(2027, 1, 1, tzinfo=UTC), relay)
    with pytest.raises(InvitationUnreadableError):
        Invitation.from_fragment(strange.fragment)


def test_it_expires_at_its_second() -> None:
    invitation = invitation_of(VECTORS["cases"][0])
    assert invitation.has_expired(invitation.expires_at)
    assert not invitation.has_expired(invitation.expires_at - timedelta(microseconds=1))


def test_its_secret_is_not_shown() -> None:
    invitation = Invitation(bytes(32), b"0123456789abcdef", datetime(2027, 1, 1, tzinfo=UTC), None)
    assert "0123456789abcdef" not in repr(invitation)
