package dev.boardcast.web;

import java.util.Locale;

/**
 * The origin of a web page, as browsers write it in the header {@code Origin}. An opaque one, such
 * as {@code null}, has no host.
 *
 * @param scheme in lower case; empty for an opaque one
 * @param authority host and port in lower case, without the default port of the scheme
 */
record WebOrigin(String scheme, String authority) {
  /** Reads an origin; whatever is none is an opaque one. */
  static WebOrigin of(String text) {
    int colon = text.indexOf("://");
    if (colon < 1) return new WebOrigin("", "");
    String scheme = text.substring(0, colon).toLowerCase(Locale.ROOT);
    return new WebOrigin(scheme, normal(scheme, text.substring(colon + 3)));
  }

  /** Without the port; an IPv6 address in brackets. */
  String host() {
    return authority.replaceFirst(":[0-9]*$", "");
  }

  boolean isSecure() {
    return scheme.equals("https");
  }

  /** Whether a page of this origin can have been loaded from this host and port. */
  boolean isAt(String hostAndPort) {
    return !authority.isEmpty() && authority.equals(normal(scheme, hostAndPort));
  }

  private static String normal(String scheme, String authority) {
    String port = scheme.equals("https") ? ":443" : ":80";
    String lower = authority.toLowerCase(Locale.ROOT);
    return lower.endsWith(port) ? lower.substring(0, lower.length() - port.length()) : lower;
  }
}
