package dev.boardcast.web;

import dev.boardcast.spi.Problem;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * Decides which web pages may use a node, by the headers with which browsers tell the page's
 * origin. Clients other than browsers send none and pass. Immutable; thread safe.
 *
 * <ul>
 *   <li>A node that listens on a loopback address takes pages of loopback origins only, and answers
 *       for loopback hosts only: a name that a foreign site points at the loopback address is
 *       refused.
 *   <li>A handshake with what browsers send on their own (cookies, Basic authentication, a client
 *       certificate) is taken from pages of the node's own origin only.
 *   <li>Origins of {@code http-allowed-origins} are exempt from both; {@code *} from the first.
 *   <li>{@code null}, the origin of files and sandboxed frames, is a foreign one.
 * </ul>
 */
public final class OriginPolicy {
  /** Allows all origins, where it is the only one allowed. */
  public static final String ANY = "*";

  /** Takes every page that brings no cookies. */
  public static final OriginPolicy PUBLIC = new OriginPolicy(List.of(), false, address -> false);

  private static final String SETTING = "http-allowed-origins";
  private static final int MAX_SHOWN = 200;

  private final Set<WebOrigin> allowed;
  private final boolean allowsAny;
  private final boolean onLoopback;
  private final Predicate<String> trustedProxies;

  /**
   * @param allowed values of the setting {@code http-allowed-origins}
   * @param onLoopback whether the node listens on a loopback address
   * @param trustedProxies whether the headers {@code X-Forwarded-Host} and {@code
   *     X-Forwarded-Proto} of a peer with this address are believed
   */
  public OriginPolicy(List<String> allowed, boolean onLoopback, Predicate<String> trustedProxies) {
    this.allowsAny = allowed.contains(ANY);
    this.allowed =
        allowed.stream()
            .filter(origin -> !origin.equals(ANY))
            .map(WebOrigin::of)
            .collect(Collectors.toUnmodifiableSet());
    this.onLoopback = onLoopback;
    this.trustedProxies = trustedProxies;
  }

  /** The same for requests that arrive on the router of a host, wherever that listens. */
  public OriginPolicy mounted() {
    return onLoopback ? new OriginPolicy(this, false) : this;
  }

  private OriginPolicy(OriginPolicy other, boolean onLoopback) {
    this.allowed = other.allowed;
    this.allowsAny = other.allowsAny;
    this.onLoopback = onLoopback;
    this.trustedProxies = other.trustedProxies;
  }

  /**
   * Checks any request.
   *
   * @throws Problem 403 naming the setting when its page may not use a node on a loopback address
   */
  public void check(HttpServerRequest request) {
    if (!onLoopback || allowsAny) return;
    HostAndPort host = request.authority();
    String sent = host == null ? request.getHeader(HttpHeaders.HOST) : host.host();
    if (sent != null && !isOwnHost(host)) {
      throw refused(
          "this node listens on a loopback address, and answers for another host only if %s names"
              + " an origin of it; the host was %s",
          sent);
    }
    String text = request.getHeader(HttpHeaders.ORIGIN);
    if (text == null) return;
    WebOrigin origin = WebOrigin.of(text);
    if (LoopbackAddress.matches(origin.host()) || isAllowed(origin)) return;
    if (isOwn(request, origin)) return;
    throw refused(
        "this node listens on a loopback address, and takes pages of other origins only if %s names"
            + " them; the origin was %s",
        text);
  }

  /**
   * Checks the request for a WebSocket or an event stream.
   *
   * @throws Problem as {@link #check}, and for a page of another origin whose browser has added
   *     credentials
   */
  public void checkHandshake(HttpServerRequest request) {
    check(request);
    String text = request.getHeader(HttpHeaders.ORIGIN);
    if (text == null || !hasAmbientCredentials(request)) return;
    WebOrigin origin = WebOrigin.of(text);
    if (isAllowed(origin) || isOwn(request, origin)) return;
    throw refused(
        "a connection with cookies, Basic authentication or a client certificate is taken from"
            + " pages of the same origin and of those that %s names; the origin was %s",
        text);
  }

  private boolean isAllowed(WebOrigin origin) {
    return allowed.contains(origin);
  }

  private boolean isOwnHost(HostAndPort authority) {
    if (authority == null) return false;
    String host = authority.host().toLowerCase(Locale.ROOT);
    return LoopbackAddress.matches(host)
        || allowed.stream().anyMatch(origin -> origin.host().equals(host));
  }

  /** Whether the page was loaded from this node, through whatever trusted proxies. */
  private boolean isOwn(HttpServerRequest request, WebOrigin origin) {
    boolean isProxied = trustedProxies.test(request.remoteAddress().hostAddress());
    var schemes = isProxied ? values(request, "X-Forwarded-Proto") : List.<String>of();
    // Plain HTTP may have been HTTPS at a proxy that is not trusted.
    if (schemes.isEmpty() && request.isSSL() && !origin.isSecure()) return false;
    if (!schemes.isEmpty() && !schemes.get(0).equalsIgnoreCase(origin.scheme())) return false;
    HostAndPort own = request.authority();
    if (own != null && origin.isAt(own.port() > 0 ? own.host() + ":" + own.port() : own.host())) {
      return true;
    }
    return isProxied && values(request, "X-Forwarded-Host").stream().anyMatch(origin::isAt);
  }

  private static List<String> values(HttpServerRequest request, String name) {
    var values = new ArrayList<String>();
    for (String line : request.headers().getAll(name)) {
      for (String value : line.split(",")) values.add(value.strip());
    }
    return values;
  }

  /** Whether it has credentials that a browser sends whichever page asks. */
  private static boolean hasAmbientCredentials(HttpServerRequest request) {
    if (request.headers().contains(HttpHeaders.COOKIE)) return true;
    String authorization = request.getHeader(HttpHeaders.AUTHORIZATION);
    if (authorization != null && !authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
      return true;
    }
    return hasClientCertificate(request);
  }

  private static boolean hasClientCertificate(HttpServerRequest request) {
    var session = request.connection().sslSession();
    if (session == null) return false;
    try {
      return session.getPeerCertificates().length > 0;
    } catch (SSLPeerUnverifiedException none) {
      return false;
    }
  }

  private static Problem refused(String reason, String shown) {
    String brief = shown.length() > MAX_SHOWN ? shown.substring(0, MAX_SHOWN) + "…" : shown;
    return Problem.forbidden(reason.formatted(SETTING, brief));
  }
}
