package dev.boardcast;

import dev.boardcast.bus.security.BusPort;
import dev.boardcast.bus.security.BusTls;
import dev.boardcast.spi.InvalidSettingException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.spi.cluster.ClusterManager;
import io.vertx.core.spi.cluster.NodeInfo;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.List;

/** Decides how the event bus of a node is closed to others, by its settings. Stateless. */
final class BusSecurity {
  private static final int MAX_PROBED = 16;

  private BusSecurity() {}

  /**
   * Requires a secret where other machines can connect to the cluster's ports.
   *
   * @param address of the ports, as a number
   * @throws InvalidSettingException when there is none; says how to make one
   */
  static void require(ClusterConfig cluster, String address) {
    if (!cluster.secrets().isEmpty() || isLoopback(address)) return;
    throw new InvalidSettingException(
        "cluster-secret",
        "",
        "the default",
        "a secret of at least 32 bytes, the same on every node, since other machines can reach this"
            + " node's cluster ports at "
            + address
            + " (openssl rand -base64 32 makes one; a single node can have --cluster off)");
  }

  /**
   * Requires that the bus of a clustered Vert.x, which an application made, is closed to all but
   * nodes, unless only this machine reaches it or the application trusts it.
   *
   * @return fails with {@link InvalidSettingException} otherwise
   */
  static Future<Void> requireClosed(Vertx vertx, ClusterConfig cluster) {
    ClusterManager manager = ClusterWatch.manager(vertx);
    NodeInfo bus = manager == null ? null : manager.getNodeInfo();
    if (bus == null || cluster.trustsBus()) return Future.succeededFuture();
    Future<Void> closed = Future.succeededFuture();
    for (String host : reachable(bus.host())) {
      var at = new NodeInfo(host, bus.port(), null);
      closed =
          closed
              .compose(done -> BusProbe.answersAnybody(vertx, at))
              .compose(isOpen -> isOpen ? refused(at) : Future.succeededFuture());
    }
    return closed;
  }

  private static Future<Void> refused(NodeInfo open) {
    return Future.failedFuture(
        new InvalidSettingException(
            "cluster-trust-bus",
            "off",
            "the default",
            "an event bus that is closed to all but nodes, but the one at %s:%d takes"
                    .formatted(open.host(), open.port())
                + " messages from anybody: set it up by BoardcastOptions.secure,"
                + " or set cluster-trust-bus if it is protected otherwise"));
  }

  /**
   * The addresses by which others may reach a bus. One that is known by a loopback address may be
   * bound at all addresses of this machine.
   */
  private static List<String> reachable(String host) {
    if (!isLoopback(host)) return List.of(host);
    try {
      return NetworkInterface.networkInterfaces()
          .flatMap(NetworkInterface::inetAddresses)
          .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
          .map(InetAddress::getHostAddress)
          .limit(MAX_PROBED)
          .toList();
    } catch (SocketException unknown) {
      return List.of();
    }
  }

  /**
   * As {@link #apply}, and requires that there is something to apply.
   *
   * @throws InvalidSettingException when there is not
   */
  static void secure(ClusterConfig cluster, EventBusOptions bus) {
    apply(cluster, bus);
    if (!BusTls.isSecured(bus)) {
      throw new InvalidSettingException("cluster-secret", ClusterConfig.SECRETS);
    }
  }

  /** Has the bus run over mutual TLS, by given certificates or by those of the secret, if any. */
  static void apply(ClusterConfig cluster, EventBusOptions bus) {
    if (cluster.tlsCertificate().isPresent()) {
      BusTls.apply(
          new PemKeyCertOptions()
              .setCertPath(cluster.tlsCertificate().get().toString())
              .setKeyPath(cluster.tlsKey().orElseThrow().toString()),
          new PemTrustOptions().addCertPath(cluster.tlsAuthorities().orElseThrow().toString()),
          bus);
    } else {
      cluster.secret().ifPresent(secret -> BusTls.apply(secret, bus));
    }
  }

  /**
   * Bounds the handshakes of peers of a bus that runs over mutual TLS; more than once has no other
   * effect, and it does not fail.
   */
  static Future<Void> boundHandshakes(Vertx vertx, ClusterConfig cluster) {
    boolean isClosed = cluster.tlsCertificate().isPresent() || cluster.secret().isPresent();
    return isClosed && vertx.isClustered() ? BusPort.bound(vertx) : Future.succeededFuture();
  }

  /** Whether only processes of this machine reach an address; not when it has none. */
  static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException unknown) {
      return false;
    }
  }
}
