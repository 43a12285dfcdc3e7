package dev.boardcast.bus.security;

import java.io.IOException;

/** Reports a peer that took part in a handshake and does not know a secret of this cluster. */
public final class UnprovenPeerException extends IOException {
  private static final long serialVersionUID = 1L;

  UnprovenPeerException(String message) {
    super(message);
  }
}
