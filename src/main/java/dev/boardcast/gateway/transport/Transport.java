package dev.boardcast.gateway.transport;

import dev.boardcast.gateway.protocol.Frame;

/**
 * Writes to and reads from one client connection, whatever its protocol: the only interface between
 * a session and the network. One event loop.
 */
public interface Transport {
  /** Passes what arrives from now on to {@code listener}. */
  void attach(Listener listener);

  /** Writes a frame; it leaves with the others of this turn of the event loop. */
  void write(Frame frame);

  /** Whether more may be written; if not, {@link Listener#writable} is called when it may. */
  boolean isWritable();

  /** Bytes that were written but not sent, because the client does not read. */
  int pendingBytes();

  /** Sends a ping, or what is like it, to which a client that is alive reacts. */
  void ping();

  /** Delivers no messages of the client until {@link #resume}. */
  void pause();

  void resume();

  /** Sends a close code, and ends the connection once the client has answered. */
  void close(int code, String reason);

  /** Ends the connection at once. */
  void kill();

  /** Receives what arrives on a connection. */
  interface Listener {
    /** Names the session in the log. */
    String id();

    /** A whole text message. */
    void text(String message);

    /**
     * A whole binary message, by default read as the text that its bytes are in UTF-8: load
     * generators and some client libraries send binary frames unless told otherwise.
     */
    default void binary(byte[] message) {
      utf8(message);
    }

    /** A message whose bytes have not been checked: passed as {@link #text} if they are UTF-8. */
    default void utf8(byte[] message) {
      Utf8.read(message, 0)
          .ifPresentOrElse(this::text, () -> invalidPayload("message: expected UTF-8"));
    }

    /** A message that is not UTF-8, or one that is not compressed as agreed. */
    void invalidPayload(String reason);

    /** A message over the limit. */
    void tooBig();

    /** Bytes that are not WebSocket. */
    void protocolError();

    /** The client has read data. Called for clients that cannot answer a ping. */
    void alive();

    /** A frame of any kind; called before the method for its content. */
    void frame();

    /** More may be written. */
    void writable();

    /** The connection has ended. Called once, last. */
    void closed();
  }
}
