package dev.boardcast.bus.security;

import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.TrustOptions;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Sets mutual TLS on an event bus: both ends of each connection prove that they are nodes of the
 * cluster before a byte reaches the decoder of messages. Stateless.
 */
public final class BusTls {
  private static final Set<String> PROTOCOLS = Set.of("TLSv1.3", "TLSv1.2");
  // Bounds how long an unauthenticated peer can hold a connection.
  private static final int HANDSHAKE_SECONDS = 3;

  private BusTls() {}

  /** Uses certificates that are derived from the cluster's secret. */
  public static void apply(ClusterSecret secret, EventBusOptions bus) {
    var certificate = NodeCertificate.create(secret);
    apply(certificate.keyOptions(), certificate.trustOptions(), bus);
  }

  /**
   * Uses given certificates.
   *
   * @param trusted issues certificates to the nodes of this cluster and to nobody else
   */
  public static void apply(KeyCertOptions own, TrustOptions trusted, EventBusOptions bus) {
    bus.setSsl(true)
        // By default a bus accepts every certificate, and asks its clients for none.
        .setTrustAll(false)
        .setClientAuth(ClientAuth.REQUIRED)
        .setKeyCertOptions(own)
        .setTrustOptions(trusted)
        .setEnabledSecureTransportProtocols(PROTOCOLS)
        .setSslHandshakeTimeout(HANDSHAKE_SECONDS)
        .setSslHandshakeTimeoutUnit(TimeUnit.SECONDS);
  }

  /** Whether a bus with these options takes messages of nodes only. */
  public static boolean isSecured(EventBusOptions bus) {
    return bus.isSsl()
        && !bus.isTrustAll()
        && bus.getClientAuth() == ClientAuth.REQUIRED
        && bus.getKeyCertOptions() != null
        && bus.getTrustOptions() != null;
  }
}
