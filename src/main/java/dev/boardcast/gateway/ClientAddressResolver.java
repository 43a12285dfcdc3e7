package dev.boardcast.gateway;

import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the address a client connects from: evaluates {@code X-Forwarded-For} from the right, as
 * long as the address that added an entry is a trusted proxy. Thread safe.
 */
final class ClientAddressResolver {
  private static final String FORWARDED = "X-Forwarded-For";
  private static final int MAX_HOPS = 32;

  private final List<CidrBlock> trusted;

  ClientAddressResolver(List<CidrBlock> trustedProxies) {
    this.trusted = trustedProxies;
  }

  String of(HttpServerRequest request) {
    String address = request.remoteAddress().hostAddress();
    if (!isTrusted(address)) return address;
    var hops = new ArrayList<String>();
    for (String header : request.headers().getAll(FORWARDED)) {
      for (String hop : header.split(",")) hops.add(hop.strip());
    }
    int next = hops.size() - 1;
    int left = MAX_HOPS;
    while (next >= 0 && left-- > 0 && isTrusted(address)) address = hops.get(next--);
    return address;
  }

  private boolean isTrusted(String address) {
    return trusted.stream().anyMatch(network -> network.contains(address));
  }
}
