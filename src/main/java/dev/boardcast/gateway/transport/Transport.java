package dev.boardcast.gateway.transport;

import dev.boardcast.gateway.protocol.Frame;

/**
 * The one seam between a session and its transport: all that is written to a client, and all that
 * comes from it, passes here. One event loop.
 */
public interface Transport {
  /** Tells {@code listener} what comes in from now on. */
  void attach(Listener listener);

  /** Hands a frame to the transport; it leaves with the others of this turn of the event loop. */
  void write(Frame frame);

  /** Whether the transport wants more; when not, {@link Listener#writable} tells when it does. */
  boolean isWritable();

  /** Asks the peer for a sign of life. */
  void ping();

  /** Keeps the peer's messages back until {@link #resume}. */
  void pause();

  void resume();

  /** Says goodbye and ends the connection once the peer has answered. */
  void close(int code, String reason);

  /** Ends the connection at once. */
  void kill();

  /** What a transport tells its session. */
  interface Listener {
    /** A whole text message. */
    void text(String message);

    /** A message this protocol has no use for: binary, or not UTF-8; {@code why} tells. */
    void unreadable(String why);

    /** A message over the bound. */
    void tooBig();

    /** Bytes that are not WebSocket's. */
    void protocolError();

    /** The peer takes what is sent to it: it lives. For one that never says anything. */
    void alive();

    /** A frame came in, of whatever kind, told before what it brings. */
    void frame();

    /** The transport wants more. */
    void writable();

    /** The connection is gone. Called once, last. */
    void closed();
  }
}
