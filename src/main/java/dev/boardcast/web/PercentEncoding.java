package dev.boardcast.web;

import dev.boardcast.spi.Problem;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** The percent-encoding of request targets (RFC 3986, 2.1): UTF-8 without NUL. */
public final class PercentEncoding {
  private PercentEncoding() {}

  /**
   * @param target in ASCII
   * @throws Problem 400 when a percent sign begins no byte, or bytes are not UTF-8, or one is NUL;
   *     names the path, or the parameter
   */
  static void check(String target) {
    if (target.indexOf('%') < 0) return;
    int query = target.indexOf('?');
    checkPart("path", query < 0 ? target : target.substring(0, query));
    if (query < 0) return;
    for (String parameter : target.substring(query + 1).split("&")) {
      String name = parameter.split("=", 2)[0];
      checkPart(name.matches("[A-Za-z0-9_-]{1,40}") ? name : "query", parameter);
    }
  }

  private static void checkPart(String name, String part) {
    byte[] bytes = new byte[part.length()];
    int size = 0;
    for (int i = 0; i < part.length(); i++) {
      if (part.charAt(i) != '%') {
        bytes[size++] = (byte) part.charAt(i);
        continue;
      }
      int code = code(part, i);
      if (code < 0) throw Problem.invalid(name, "two hexadecimal digits after each %");
      if (code == 0) throw Problem.invalid(name, "text without NUL");
      bytes[size++] = (byte) code;
      i += 2;
    }
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, size));
    } catch (CharacterCodingException notUtf8) {
      throw Problem.invalid(name, "percent-encoded UTF-8");
    }
  }

  /**
   * A path as routers compare it: letters, digits and {@code - . _ ~} not encoded, one slash
   * between segments.
   */
  public static String normalized(String path) {
    if (path == null || (path.indexOf('%') < 0 && !path.contains("//"))) return path;
    var plain = new StringBuilder(path.length());
    for (int i = 0; i < path.length(); i++) {
      char at = path.charAt(i);
      int code = at == '%' ? code(path, i) : -1;
      if (code > 0 && Character.toString(code).matches("[A-Za-z0-9._~-]")) {
        plain.append((char) code);
        i += 2;
      } else if (at != '/' || plain.isEmpty() || plain.charAt(plain.length() - 1) != '/') {
        plain.append(at);
      }
    }
    return plain.toString();
  }

  /** The byte that a percent sign begins; negative when it begins none. */
  private static int code(String text, int at) {
    if (at + 2 >= text.length()) return -1;
    int high = Character.digit(text.charAt(at + 1), 16);
    int low = Character.digit(text.charAt(at + 2), 16);
    return high < 0 || low < 0 ? -1 : high << 4 | low;
  }
}
