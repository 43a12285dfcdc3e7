package dev.boardcast.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Pattern;

/** The part of a value that an error, a log or a command may show. */
public final class ShownText {
  static final String HIDDEN = "(hidden)";

  private static final Pattern DELICATE_KEY =
      Pattern.compile(".*(secr|key|token|pass|pwd).*", Pattern.CASE_INSENSITIVE);
  // Whatever may be an address with a login, however badly it is written.
  private static final Pattern MAY_HOLD_A_LOGIN = Pattern.compile("(?s).*(@|://|:/|%40|[?&;=]).*");

  private static final Pattern QUERY =
      Pattern.compile("(?is).*[?&](password|passwd|pwd|secret|token|key)=.*");

  private ShownText() {}

  /**
   * The address of a server without login, query and fragment; hidden where the text is no such
   * address, since nobody knows then what is the password in it.
   */
  static String ofAddress(String text) {
    try {
      var uri = new URI(text.strip()).parseServerAuthority();
      if (uri.getHost() == null || uri.getScheme() == null) return HIDDEN;
      // What precedes it may be a password that is not percent-encoded.
      if (text.lastIndexOf('@')
          > text.indexOf(uri.getRawAuthority()) + uri.getRawAuthority().length()) return HIDDEN;
      String login = uri.getRawUserInfo() == null ? "" : "…@";
      String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
      String query = uri.getRawQuery() == null && uri.getRawFragment() == null ? "" : "?…";
      return uri.getScheme() + "://" + login + uri.getHost() + port + uri.getRawPath() + query;
    } catch (URISyntaxException noAddress) {
      return HIDDEN;
    }
  }

  /** A value of a setting that is no secret, unless a secret was given to it by mistake. */
  public static String of(String text) {
    boolean hasLogin = text.contains("@") && (text.contains(":") || text.contains("%3A"));
    return hasLogin || QUERY.matcher(text).matches() ? ofAddress(text) : text;
  }

  /** A value whose meaning is not known. */
  public static String ofUnknown(String key, String text) {
    boolean mayBeSecret =
        DELICATE_KEY.matcher(key).matches() || MAY_HOLD_A_LOGIN.matcher(text).matches();
    return mayBeSecret && !text.isEmpty() ? HIDDEN : text;
  }
}
