"""What crosses the network: the WebRTC peer, its scheduler, the relay client."""
