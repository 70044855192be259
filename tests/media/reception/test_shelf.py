from client.media.reception.shelf import HAD_LIMIT, PACKETS_LIMIT, Coded, Shelf


def coded(timestamp: int) -> Coded:
    return Coded(timestamp, b"\0", 960)


def test_packets_lie_in_the_order_of_their_time() -> None:
    shelf = Shelf()
    for timestamp in (1_920, 0, 960):
        assert shelf.put(coded(timestamp))
    assert [shelf.pop().timestamp for _ in range(3)] == [0, 960, 1_920]
    assert shelf.first is shelf.last is None


def test_a_copy_is_known_for_one_even_after_the_packet_was_taken() -> None:
    shelf = Shelf()
    assert shelf.put(coded(0))
    assert not shelf.put(coded(0))
    shelf.pop()
    assert not shelf.put(coded(0))
    assert len(shelf) == 0


def test_a_full_shelf_loses_its_oldest_and_forgets_what_it_had() -> None:
    shelf = Shelf()
    for number in range(HAD_LIMIT + 10):
        shelf.put(coded(960 * number))
    assert len(shelf) == PACKETS_LIMIT
    assert len(shelf._had) == HAD_LIMIT
    first = shelf.first
    assert first is not None
    assert first.timestamp == 960 * (HAD_LIMIT + 10 - PACKETS_LIMIT)


def test_what_begins_before_a_time_is_dropped_and_counted() -> None:
    shelf = Shelf()
    for number in range(5):
        shelf.put(coded(960 * number))
    assert shelf.drop_before(1_921) == 3 * 960
    first = shelf.first
    assert first is not None
    assert first.timestamp == 2_880
