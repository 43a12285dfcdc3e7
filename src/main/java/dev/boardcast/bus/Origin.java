package dev.boardcast.bus;

/**
 * Who published an event from a client, and by which id: the sessions of that user get the id with
 * the event. Neither has control characters.
 *
 * @param user the publisher
 * @param id chosen by the publisher's client
 */
public record Origin(String user, String id) {
  private static final char SEPARATOR = '\u001f';

  /** As it is stored and sent to other nodes. */
  public String text() {
    return user + SEPARATOR + id;
  }

  /** Reads {@link #text}; null for null and for any other text. */
  public static Origin parse(String text) {
    int at = text == null ? -1 : text.indexOf(SEPARATOR);
    return at < 0 ? null : new Origin(text.substring(0, at), text.substring(at + 1));
  }
}
