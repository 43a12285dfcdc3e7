package dev.boardcast.database;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The login in the address of a server. Stateless. */
final class ServerLogin {
  private static final Pattern ADDRESS =
      Pattern.compile("([a-z]+://)(?:([^/?#@]*)@)?([^/?#@]+)([/?#].*)?", Pattern.DOTALL);

  private ServerLogin() {}

  /**
   * The address with a password that is not part of it.
   *
   * @param needsUser whether the address must name a user
   * @return empty when the address has a password, lacks the user, or is none
   */
  static Optional<String> withPassword(String address, String password, boolean needsUser) {
    Matcher parts = ADDRESS.matcher(address);
    if (!parts.matches()) return Optional.empty();
    String user = parts.group(2) == null ? "" : parts.group(2);
    if (user.contains(":") || needsUser && user.isEmpty()) return Optional.empty();
    String rest = parts.group(4) == null ? "" : parts.group(4);
    String encoded = URLEncoder.encode(password, StandardCharsets.UTF_8).replace("+", "%20");
    return Optional.of(parts.group(1) + user + ":" + encoded + "@" + parts.group(3) + rest);
  }
}
