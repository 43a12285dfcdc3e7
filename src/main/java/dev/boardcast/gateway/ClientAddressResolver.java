package dev.boardcast.gateway;

import dev.boardcast.bus.GatewayBeacon;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.List;

/**
 * The address a client comes from. {@code X-Forwarded-For} is believed as far as those who wrote it
 * are: nodes of this cluster that hand a request on, which know this gateway's key, and configured
 * proxies. Thread safe.
 */
public final class ClientAddressResolver {
  private static final String FORWARDED = "X-Forwarded-For";
  private static final int MOST_HOPS = 32;

  private final String key;
  private final List<CidrBlock> trusted;

  ClientAddressResolver(String key, List<String> trustedProxies) {
    this.key = key;
    this.trusted = trustedProxies.stream().map(CidrBlock::parse).toList();
  }

  /**
   * @param address what to count its sessions under
   * @param via the node that handed it on; null when it came itself
   */
  public record Origin(String address, String via) {}

  /** Takes the key out of the request. */
  Origin of(HttpServerRequest request) {
    boolean handedOn = key.equals(request.getHeader(GatewayBeacon.KEY_HEADER));
    String node = request.getHeader(GatewayBeacon.VIA_HEADER);
    request.headers().remove(GatewayBeacon.KEY_HEADER).remove(GatewayBeacon.VIA_HEADER);
    // One name for all who come by that node; there are few, of this cluster.
    String via = handedOn && node != null ? node.intern() : null;
    return new Origin(address(request, handedOn), via);
  }

  private String address(HttpServerRequest request, boolean handedOn) {
    var hops = new ArrayList<String>();
    for (String header : request.headers().getAll(FORWARDED)) {
      for (String hop : header.split(",")) hops.add(hop.strip());
    }
    String peer = request.remoteAddress().hostAddress();
    int next = hops.size() - 1;
    // The node that handed it on is no hop of its own: it has noted whom it got it from.
    if (handedOn && next >= 0) peer = hops.get(next--);
    int most = MOST_HOPS;
    while (next >= 0 && most-- > 0 && isTrusted(peer)) peer = hops.get(next--);
    return peer;
  }

  private boolean isTrusted(String address) {
    return trusted.stream().anyMatch(network -> network.contains(address));
  }
}
