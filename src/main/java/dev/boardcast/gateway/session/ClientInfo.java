package dev.boardcast.gateway.session;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Where a session comes from, for operators. Clients of one address that name themselves alike
 * share one object. Immutable; thread safe.
 *
 * @param address of the client, as trusted proxies give it
 * @param userAgent as the client names itself, shortened; null when it does not
 */
public record ClientInfo(String address, String userAgent) {
  /** Of a client about which nothing is known. */
  public static final ClientInfo UNKNOWN = new ClientInfo("", null);

  private static final int MAX_ADDRESS = 64;
  private static final int MAX_USER_AGENT = 200;
  private static final int MAX_SHARED = 4096;
  private static final Map<ClientInfo, ClientInfo> SHARED = new ConcurrentHashMap<>();

  /** The shared object of a client. */
  public static ClientInfo shared(String address, String userAgent) {
    var info =
        new ClientInfo(
            shorten(address, MAX_ADDRESS),
            userAgent == null ? null : shorten(userAgent, MAX_USER_AGENT));
    ClientInfo known = SHARED.putIfAbsent(info, info);
    if (known != null) return known;
    // Those in use stay with their sessions; the rest is not needed.
    if (SHARED.size() > MAX_SHARED) SHARED.clear();
    return info;
  }

  private static String shorten(String text, int length) {
    return text.length() <= length ? text : text.substring(0, length);
  }
}
