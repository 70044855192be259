"""Paris in winter, and both languages."""

from datetime import timedelta, timezone

import pytest

from client.catalogue import Catalogue
from client.exports.pdf.wording import Words


@pytest.fixture
def words() -> Words:
    return Words(Catalogue("fr"), timezone(timedelta(hours=1)))
