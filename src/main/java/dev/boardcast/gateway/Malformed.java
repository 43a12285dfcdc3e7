package dev.boardcast.gateway;

/** A client's message that ends its session with 4400; says what was expected where. */
final class Malformed extends RuntimeException {
  Malformed(String field, String expected) {
    super(field + ": expected " + expected, null, false, false);
  }
}
