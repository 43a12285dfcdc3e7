package dev.boardcast.gateway.protocol;

/** A client's message that ends its session with 4400; says what was expected where. */
public final class MalformedMessage extends RuntimeException {
  MalformedMessage(String field, String expected) {
    super(field + ": expected " + expected, null, false, false);
  }
}
