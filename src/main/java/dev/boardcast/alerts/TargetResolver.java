package dev.boardcast.alerts;

import dev.boardcast.web.CidrBlock;
import dev.boardcast.web.IpAddress;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/**
 * Resolves the host of a webhook once, and refuses addresses that only this machine or network
 * reaches. The caller connects to the address, not to the name: what the name resolves to a moment
 * later does not matter. Thread safe.
 */
final class TargetResolver {
  // Reached from here, but not from the Internet; the rest is asked of the address itself.
  private static final List<CidrBlock> LOCAL =
      List.of(
          CidrBlock.parse("0.0.0.0/8"),
          CidrBlock.parse("100.64.0.0/10"),
          CidrBlock.parse("192.0.0.0/24"),
          CidrBlock.parse("198.18.0.0/15"),
          CidrBlock.parse("240.0.0.0/4"),
          CidrBlock.parse("::/96"),
          CidrBlock.parse("fc00::/7"),
          CidrBlock.parse("2002::/16"),
          CidrBlock.parse("2001::/32"),
          CidrBlock.parse("64:ff9b::/96"),
          CidrBlock.parse("64:ff9b:1::/48"));

  private final Vertx vertx;
  private final List<CidrBlock> allowed;

  /**
   * @param allowed local addresses that are targets all the same
   */
  TargetResolver(Vertx vertx, List<CidrBlock> allowed) {
    this.vertx = vertx;
    this.allowed = List.copyOf(allowed);
  }

  /**
   * Resolves a host, a name or an address in any form.
   *
   * @return fails with a {@link DeliveryException} if it has no address, or one that is refused
   */
  Future<InetAddress> resolve(String host) {
    String name = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    return vertx
        .executeBlocking(() -> InetAddress.getAllByName(name), false)
        .recover(
            cause ->
                Future.failedFuture(
                    new DeliveryException(
                        cause instanceof UnknownHostException
                            ? "the host has no address"
                            : "the host could not be looked up")))
        .map(this::requireAllowed);
  }

  private InetAddress requireAllowed(InetAddress[] found) {
    List<InetAddress> addresses = new ArrayList<>();
    for (InetAddress each : found) addresses.add(IpAddress.unmapped(each));
    for (InetAddress each : addresses) {
      // One of several is enough: a name must not be tried until it gives the wanted one.
      if (isLocal(each) && !CidrBlock.anyContains(allowed, each)) {
        throw new DeliveryException(
            "the host has a loopback, link-local or private address, which"
                + " alerts-private-targets does not list");
      }
    }
    return addresses.get(0);
  }

  /** Whether an address is not one of the Internet. */
  static boolean isLocal(InetAddress address) {
    return address.isLoopbackAddress()
        || address.isAnyLocalAddress()
        || address.isLinkLocalAddress()
        || address.isSiteLocalAddress()
        || address.isMulticastAddress()
        || CidrBlock.anyContains(LOCAL, address);
  }
}
