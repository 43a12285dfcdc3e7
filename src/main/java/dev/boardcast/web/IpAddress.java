package dev.boardcast.web;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/**
 * Reads IP addresses in the forms in which proxies and operators write them. Names are never looked
 * up, and no logger is created: settings are read before logging is configured.
 */
public final class IpAddress {
  private static final int NETWORK_BYTES = 8;

  private IpAddress() {}

  /**
   * Reads an address: {@code 192.0.2.1}, {@code 192.0.2.1:4711}, {@code 2001:db8::1}, {@code
   * [2001:db8::1]}, {@code [2001:db8::1]:4711}, {@code fe80::1%eth0}, each also in quotes. An IPv4
   * address mapped into IPv6 is the IPv4 address.
   *
   * @return empty for anything else, such as {@code unknown} and the obfuscated identifiers of RFC
   *     7239
   */
  public static Optional<InetAddress> parse(String text) {
    if (text == null) return Optional.empty();
    String address = unquoted(text.strip());
    if (address.startsWith("[")) {
      int end = address.indexOf(']');
      if (end < 0 || !isPort(address.substring(end + 1))) return Optional.empty();
      return ofVersion6(address.substring(1, end));
    }
    int colon = address.indexOf(':');
    if (colon < 0) return ofVersion4(address);
    if (colon != address.lastIndexOf(':')) return ofVersion6(address);
    return isPort(address.substring(colon))
        ? ofVersion4(address.substring(0, colon))
        : Optional.empty();
  }

  /**
   * The key under which a client is counted: an IPv4 address, or the /64 network of an IPv6
   * address, because one subscriber has a whole /64.
   */
  public static String network(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (bytes.length == 4) return address.getHostAddress();
    var key = new StringBuilder(24);
    for (int i = 0; i < NETWORK_BYTES; i += 2) {
      key.append(Integer.toHexString((bytes[i] & 0xff) << 8 | bytes[i + 1] & 0xff)).append(':');
    }
    return key.append(":/64").toString();
  }

  /** The IPv4 address where it is mapped into IPv6, as a socket may tell it; else the same. */
  public static InetAddress unmapped(InetAddress address) {
    byte[] bytes = address.getAddress();
    return bytes.length == 4 ? address : address(bytes).orElse(address);
  }

  private static String unquoted(String text) {
    boolean isQuoted = text.length() > 1 && text.startsWith("\"") && text.endsWith("\"");
    return isQuoted ? text.substring(1, text.length() - 1) : text;
  }

  /** Nothing, or a colon and a port, which RFC 7239 allows to be obfuscated. */
  private static boolean isPort(String text) {
    if (text.isEmpty()) return true;
    return text.matches(":([0-9]{1,5}|_[A-Za-z0-9._-]{1,64})");
  }

  private static Optional<InetAddress> ofVersion4(String text) {
    var bytes = new byte[4];
    int at = 0;
    for (int part = 0; part < 4; part++) {
      int start = at;
      int value = 0;
      while (at < text.length() && isDigit(text.charAt(at)) && at - start < 3) {
        value = value * 10 + text.charAt(at++) - '0';
      }
      // A leading zero would be octal to some.
      boolean isAmbiguous = at - start > 1 && text.charAt(start) == '0';
      if (at == start || value > 255 || isAmbiguous) return Optional.empty();
      bytes[part] = (byte) value;
      if (part < 3 && (at >= text.length() || text.charAt(at++) != '.')) return Optional.empty();
    }
    return at == text.length() ? address(bytes) : Optional.empty();
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static Optional<InetAddress> ofVersion6(String text) {
    int zone = text.indexOf('%');
    String plain = zone < 0 ? text : text.substring(0, zone);
    if (plain.length() > 45 || !plain.matches("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")) {
      return Optional.empty();
    }
    try {
      // In brackets it is never a name.
      return Optional.of(InetAddress.getByName("[" + plain + "]"));
    } catch (UnknownHostException malformed) {
      return Optional.empty();
    }
  }

  private static Optional<InetAddress> address(byte[] bytes) {
    try {
      return Optional.of(InetAddress.getByAddress(bytes));
    } catch (UnknownHostException impossible) {
      return Optional.empty();
    }
  }
}
