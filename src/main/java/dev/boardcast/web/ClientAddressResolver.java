package dev.boardcast.web;

import io.vertx.core.http.HttpServerRequest;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Finds the address a client connects from: follows {@code X-Forwarded-For} or {@code Forwarded}
 * from the right, as long as the address that added an entry is a trusted proxy. An entry that is
 * no address, such as {@code unknown}, ends the search: the client is then counted as the proxy
 * that wrote it. Thread safe.
 */
public final class ClientAddressResolver {
  /** The header that proxies write by default. */
  public static final String X_FORWARDED_FOR = "X-Forwarded-For";

  private static final int MAX_HOPS = 32;

  private final List<CidrBlock> trusted;
  private final String header;

  /** Trusts {@value #X_FORWARDED_FOR} of these proxies. */
  public ClientAddressResolver(List<CidrBlock> trustedProxies) {
    this(trustedProxies, X_FORWARDED_FOR);
  }

  /**
   * @param header the one that the proxies write: {@value #X_FORWARDED_FOR} or {@code Forwarded}
   *     (RFC 7239); the other one is ignored, since a client may have sent it
   */
  public ClientAddressResolver(List<CidrBlock> trustedProxies, String header) {
    this.trusted = List.copyOf(trustedProxies);
    this.header = header;
  }

  /** The proxies that are trusted. */
  public List<CidrBlock> trusted() {
    return trusted;
  }

  /** The address; empty where the request came by no IP network. */
  public Optional<InetAddress> resolve(HttpServerRequest request) {
    var peer = request.remoteAddress();
    if (peer == null || peer.hostAddress() == null) return Optional.empty();
    Optional<InetAddress> address = IpAddress.parse(peer.hostAddress());
    if (trusted.isEmpty() || address.isEmpty()) return address;
    InetAddress current = address.get();
    if (!isTrusted(current)) return address;
    List<String> hops = hops(request.headers().getAll(header));
    int left = MAX_HOPS;
    for (String hop : hops) {
      if (left-- == 0 || !isTrusted(current)) break;
      Optional<InetAddress> next = IpAddress.parse(hop);
      if (next.isEmpty()) break;
      current = next.get();
    }
    return Optional.of(current);
  }

  /** The address as text. */
  public String of(HttpServerRequest request) {
    return resolve(request).map(InetAddress::getHostAddress).orElse("local");
  }

  /** The key under which the client is counted: see {@link IpAddress#network}. */
  public String network(HttpServerRequest request) {
    return resolve(request).map(IpAddress::network).orElse("local");
  }

  private boolean isTrusted(InetAddress address) {
    return CidrBlock.anyContains(trusted, address);
  }

  /** The entries of the header, the newest first. */
  private List<String> hops(List<String> lines) {
    var hops = new ArrayList<String>();
    boolean isStandard = !header.equalsIgnoreCase(X_FORWARDED_FOR);
    for (String line : lines) {
      for (String element : line.split(",")) {
        hops.add(isStandard ? forwardedFor(element) : element.strip());
      }
    }
    Collections.reverse(hops);
    return hops;
  }

  /** The parameter {@code for} of one element of {@code Forwarded}; empty text without one. */
  private static String forwardedFor(String element) {
    for (String pair : element.split(";")) {
      String parameter = pair.strip();
      if (parameter.toLowerCase(Locale.ROOT).startsWith("for=")) return parameter.substring(4);
    }
    return "";
  }
}
