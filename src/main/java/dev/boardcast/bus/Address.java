package dev.boardcast.bus;

/**
 * A typed address on the event bus. Its name has a version: an incompatible message gets a new
 * name, so that nodes of two releases can run side by side during a deploy.
 *
 * @param name without the application's name, which {@link TypedBus} puts before it
 * @param type the only message type of the address
 * @param isSigned whether its messages carry the signature of a node, for orders and for what a
 *     forger could mislead nodes or people by; short messages, few each second
 */
public record Address<T>(String name, Class<T> type, boolean isSigned) {
  public Address(String name, Class<T> type) {
    this(name, type, false);
  }

  /** An address whose messages are signed. */
  public static <T> Address<T> signed(String name, Class<T> type) {
    return new Address<>(name, type, true);
  }
}
