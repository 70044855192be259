"""A connection of aiortc's, which was first taught all that we need."""

from collections.abc import Sequence

from aiortc import RTCBundlePolicy, RTCConfiguration, RTCIceServer, RTCPeerConnection

from client.net.peering import IceServer
from client.net.rtc_internals.addresses import allow_loopback_alone
from client.net.rtc_internals.consent import outlast_outages
from client.net.rtc_internals.registration import register_codecs
from client.net.rtc_internals.relaying import relay_where_needed


def new_connection(ice_servers: Sequence[IceServer]) -> RTCPeerConnection:
    """One that sends all media and messages by one transport; needs a running loop."""
    register_codecs()
    allow_loopback_alone()
    outlast_outages()
    relay_where_needed()
    servers = [RTCIceServer(list(s.urls), s.username, s.credential) for s in ice_servers]
    return RTCPeerConnection(
        RTCConfiguration(iceServers=servers, bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
    )
