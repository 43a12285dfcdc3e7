package dev.boardcast.gateway.transport;

import java.util.ArrayList;
import java.util.List;

/**
 * One extension that a client offers in {@code Sec-WebSocket-Extensions} (RFC 6455, 9.1).
 *
 * @param name of the extension, as written
 * @param parameters in their order, repeated ones too
 */
record ExtensionOffer(String name, List<Parameter> parameters) {
  /**
   * A parameter of an extension.
   *
   * @param value without quotes; null where it has none
   */
  record Parameter(String name, String value) {}

  /**
   * Reads the lines of the header as one list, most preferred first.
   *
   * @throws IllegalArgumentException when a line does not have the form of the header
   */
  static List<ExtensionOffer> parse(List<String> lines) {
    var offers = new ArrayList<ExtensionOffer>();
    for (String line : lines) new Reader(line).readInto(offers);
    return offers;
  }

  /** Reads one line. */
  private static final class Reader {
    private final String line;
    private int at;

    Reader(String line) {
      this.line = line;
    }

    void readInto(List<ExtensionOffer> offers) {
      while (true) {
        skipSpace();
        // Lists may have empty elements (RFC 9110, 5.6.1).
        if (!isAt(',') && !isAtEnd()) offers.add(offer());
        if (isAtEnd()) return;
        expect(',');
      }
    }

    private ExtensionOffer offer() {
      String name = token();
      var parameters = new ArrayList<Parameter>(4);
      skipSpace();
      while (isAt(';')) {
        at++;
        skipSpace();
        parameters.add(parameter());
        skipSpace();
      }
      return new ExtensionOffer(name, List.copyOf(parameters));
    }

    private Parameter parameter() {
      String name = token();
      skipSpace();
      if (!isAt('=')) return new Parameter(name, null);
      at++;
      skipSpace();
      if (!isAt('"')) return new Parameter(name, token());
      at++;
      String value = token();
      expect('"');
      return new Parameter(name, value);
    }

    /** The content of a quoted string must be a token too. */
    private String token() {
      int start = at;
      while (!isAtEnd() && isTokenCharacter(line.charAt(at))) at++;
      if (at == start) throw malformed();
      return line.substring(start, at);
    }

    private void skipSpace() {
      while (isAt(' ') || isAt('\t')) at++;
    }

    private void expect(char separator) {
      if (!isAt(separator)) throw malformed();
      at++;
    }

    private boolean isAt(char character) {
      return !isAtEnd() && line.charAt(at) == character;
    }

    private boolean isAtEnd() {
      return at == line.length();
    }

    private static boolean isTokenCharacter(char each) {
      boolean letter = (each >= 'a' && each <= 'z') || (each >= 'A' && each <= 'Z');
      return letter || (each >= '0' && each <= '9') || "!#$%&'*+-.^_`|~".indexOf(each) >= 0;
    }

    private IllegalArgumentException malformed() {
      return new IllegalArgumentException("malformed at " + at);
    }
  }
}
