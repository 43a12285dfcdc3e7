package dev.boardcast.gateway.protocol;

/** An option of a requested topic is not as it should be; nothing is subscribed. */
final class InvalidOption extends RuntimeException {
  private final String field;
  private final String expected;

  InvalidOption(String field, String expected) {
    super(field + ": expected " + expected, null, false, false);
    this.field = field;
    this.expected = expected;
  }

  String field() {
    return field;
  }

  String expected() {
    return expected;
  }
}
