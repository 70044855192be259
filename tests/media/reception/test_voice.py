"""Packets by hand; lines are in test_on_lines.py."""

import random
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from linklab.voice_trial import speech

from client.core.adaptation.plan import VoiceRung
from client.media.audio_source import FRAME_SAMPLES, SAMPLES_PER_S, Samples
from client.media.codecs import opus
from client.media.loudness import dbfs
from client.media.reception.concealment import FADED_AT
from client.media.reception.shelf import PACKETS_LIMIT
from client.media.reception.voice import VoiceReception

FRAME_S = 0.02
WAY_S = 0.05
Block = tuple[int, bytes]


@cache
def packets(fec: bool = False) -> list[Block]:  # noqa: FBT001, FBT002 -- a cache's key
    """Three seconds of a voice that never rests, 20 ms each; timestamps wrap on the way."""
    encoder = opus.Encoder(VoiceRung(24_000, 20, has_fec=fec))
    sound = speech()
    loud = [
        piece for piece in sound[: len(sound) // 960 * 960].reshape(-1, 960) if dbfs(piece) > -30
    ]
    origin = (1 << 32) - 48_000
    return [
        ((origin + (packet.pts or 0)) % (1 << 32), bytes(packet))
        for piece in loud[:150]
        for packet in encoder.encode(piece)
    ]


def played(
    arrivals: list[tuple[float, list[Block]]], seconds: float, voice: VoiceReception
) -> Samples:
    waiting = sorted(arrivals, key=lambda arrival: arrival[0])
    heard = []
    for number in range(round(seconds / FRAME_S)):
        now_s = number * FRAME_S
        while waiting and waiting[0][0] <= now_s:
            come_s, blocks = waiting.pop(0)
            voice.receive(blocks, come_s)
        heard.append(voice.take(FRAME_SAMPLES, now_s))
    return np.concatenate(heard)


def on_time(blocks: list[Block]) -> list[tuple[float, list[Block]]]:
    return [(WAY_S + number * FRAME_S, [block]) for number, block in enumerate(blocks)]


def test_everything_that_comes_in_time_is_heard_and_nothing_else() -> None:
    voice = VoiceReception()
    heard = played(on_time(packets()), 3.2, voice)
    said = voice.quality
    assert said.heard_ms == 3_000
    assert said.late_packets == said.damaged_packets == said.skipped_ms == 0
    assert not heard[: round(WAY_S * SAMPLES_PER_S)].any()


def test_order_and_copies_make_no_difference() -> None:
    plain = played(on_time(packets()), 3.0, VoiceReception())
    lots = random.Random(1)  # noqa: S311 -- a test's lots
    mixed = [
        (come_s + lots.choice((0, 0.0001, 0.02)), blocks)
        for come_s, blocks in on_time(packets())
        for _ in range(2)
    ]
    voice = VoiceReception()
    again = played(mixed, 3.0, voice)
    assert voice.quality.concealed_ms == 0
    assert len(again) == len(plain)


def test_a_lost_packet_is_guessed_and_the_delay_stays() -> None:
    arrivals = on_time(packets())
    del arrivals[100]
    voice = VoiceReception()
    played(arrivals[:90], 1.9, voice)
    before = voice.quality.delay_ms
    voice = VoiceReception()
    heard = played(arrivals, 2.9, voice)
    said = voice.quality
    assert said.concealed_ms == 20
    assert said.delay_ms == pytest.approx(before, abs=2)
    hole = heard[round((WAY_S + 100 * FRAME_S + 0.05) * SAMPLES_PER_S) :][:FRAME_SAMPLES]
    assert dbfs(hole) > -45, "no hole"


def test_a_redundant_block_fills_the_gap_as_if_nothing_were_lost() -> None:
    blocks = packets()
    arrivals = [
        (come_s, [blocks[number - 1], *own] if number else own)
        for number, (come_s, own) in enumerate(on_time(blocks))
    ]
    del arrivals[100:140:2]
    voice = VoiceReception()
    played(arrivals, 2.9, voice)
    assert voice.quality.concealed_ms == 0


def test_a_copy_in_the_next_packet_fills_the_gap() -> None:
    arrivals = on_time(packets(fec=True))
    del arrivals[60:140:10]
    voice = VoiceReception()
    played(arrivals, 2.9, voice)
    said = voice.quality
    assert said.restored_ms + said.concealed_ms == 8 * 20
    assert said.restored_ms >= 6 * 20


def test_a_packet_that_is_late_is_said_late() -> None:
    """A stall of 0.2 s: nothing of what was said is left out."""
    arrivals = [
        (max(come_s, 2.2) if come_s > 2 else come_s, blocks)
        for come_s, blocks in on_time(packets())
    ]
    voice = VoiceReception()
    played(arrivals, 3.5, voice)
    said = voice.quality
    assert said.heard_ms == 3_000
    assert said.late_packets == said.skipped_ms == 0


def test_a_guess_fades_and_after_a_tenth_of_a_second_there_is_silence() -> None:
    voice = VoiceReception()
    heard = played(on_time(packets()[:50]), 2.0, voice)
    end = round((WAY_S + 50 * FRAME_S + 0.08) * SAMPLES_PER_S) + FADED_AT
    assert dbfs(heard[end - 2 * FADED_AT : end - FADED_AT]) > -40
    assert not heard[end + FRAME_SAMPLES :].any()


def test_after_a_cut_the_voice_is_back_at_once_and_no_later_than_before() -> None:
    blocks = packets()
    gone = [
        (come_s, one)
        for come_s, one in [
            (WAY_S + number * FRAME_S, [((blocks[0][0] + 960 * number) % (1 << 32), block)])
            for number, (_, block) in enumerate(blocks * 2)
        ]
        if not 2 <= come_s < 4
    ]
    voice = VoiceReception()
    heard = played(gone, 5.9, voice)
    back = heard[round(4.0 * SAMPLES_PER_S) :]
    first_s = np.flatnonzero(back)[0] / SAMPLES_PER_S
    assert first_s < 0.1
    assert voice.quality.delay_ms < 90
    assert voice.quality.skipped_ms == 0


def test_an_intended_silence_is_no_loss() -> None:
    """Only the first empty packet of a silence is sent, then one every 0.4 s."""
    encoder = opus.Encoder(VoiceRung(16_000, 20))
    sound = np.concatenate((speech()[: SAMPLES_PER_S * 2], np.zeros(SAMPLES_PER_S * 3, np.int16)))
    arrivals = [
        (WAY_S + (packet.pts or 0) / SAMPLES_PER_S, [((packet.pts or 0), bytes(packet))])
        for piece in sound.reshape(-1, 960)
        for packet in encoder.encode(piece)
    ]
    assert len(arrivals) < 150
    voice = VoiceReception()
    played(arrivals, 4.9, voice)
    assert voice.quality.concealed_ms == 0


def test_a_stream_that_counts_anew_is_followed() -> None:
    blocks = packets()
    late = 60 * SAMPLES_PER_S
    arrivals = on_time(blocks[:75]) + [
        (WAY_S + number * FRAME_S, [((timestamp + late) % (1 << 32), payload)])
        for number, (timestamp, payload) in enumerate(blocks)
        if number >= 75
    ]
    voice = VoiceReception()
    played(arrivals, 3.2, voice)
    said = voice.quality
    assert said.heard_ms > 2_800
    assert said.delay_ms < 100


def test_sound_far_too_late_is_left_out() -> None:
    """Two seconds come all at once: only what can still be waited for is said."""
    arrivals = [
        (max(come_s, 2.9) if come_s > 0.9 else come_s, blocks)
        for come_s, blocks in on_time(packets())
    ]
    voice = VoiceReception()
    played(arrivals, 3.2, voice)
    said = voice.quality
    assert said.skipped_ms > 1_500
    assert said.delay_ms < 500


block = st.tuples(st.integers(0, 2**32 - 1), st.binary(max_size=40))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 0.3), st.lists(block, min_size=1, max_size=8)), max_size=40))
def test_whatever_a_peer_sends_sound_comes_out(sent: list[tuple[float, list[Block]]]) -> None:
    voice, now_s = VoiceReception(), 0.0
    for after_s, blocks in sent:
        now_s += after_s
        voice.receive(blocks, now_s)
        assert len(voice.take(FRAME_SAMPLES, now_s)) == FRAME_SAMPLES


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(-96_000, 96_000), st.integers(0, 149)), max_size=60))
def test_good_packets_at_wrong_times_do_no_harm(sent: list[tuple[int, int]]) -> None:
    voice = VoiceReception()
    for number, (off, which) in enumerate(sent):
        voice.receive([((number * 960 + off) % (1 << 32), packets()[which][1])], number * FRAME_S)
        assert len(voice.take(FRAME_SAMPLES, number * FRAME_S)) == FRAME_SAMPLES


def test_a_flood_is_bounded_and_plays_on() -> None:
    voice, payload = VoiceReception(), packets()[0][1]
    for number in range(5_000):
        voice.receive([(number, payload)], 0.0)
    assert len(voice._shelf) == PACKETS_LIMIT
    assert len(voice.take(SAMPLES_PER_S, 1.0)) == SAMPLES_PER_S
    assert len(voice._sound) + len(voice._ready) < SAMPLES_PER_S
