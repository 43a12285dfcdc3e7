package dev.boardcast.gateway.protocol;

/** A client message that closes its session with 4400; its text names the field and the rule. */
public final class MalformedMessage extends RuntimeException {
  MalformedMessage(String field, String expected) {
    super(field + ": expected " + expected, null, false, false);
  }
}
