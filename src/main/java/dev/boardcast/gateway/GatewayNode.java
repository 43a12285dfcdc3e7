package dev.boardcast.gateway;

import dev.boardcast.gateway.loop.NodeQueuedBytes;
import dev.boardcast.gateway.session.DistinctForms;
import dev.boardcast.gateway.session.FollowedParts;
import dev.boardcast.gateway.transport.TransportSupport;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Optional;

/**
 * What all event loops of a node's gateway share. Immutable; thread safe.
 *
 * @param name told to clients
 * @param forms in which sessions have chosen topics
 * @param parts of boards that sessions follow
 * @param idleLimit after which a hub without sessions ends
 */
record GatewayNode(
    String name,
    GatewayConfig config,
    GatewayServices services,
    AdmissionControl admission,
    GatewayMeters meters,
    NodeQueuedBytes queued,
    TransportSupport transports,
    DistinctForms forms,
    FollowedParts parts,
    Duration idleLimit) {
  private static final Duration IDLE_LIMIT = Duration.ofMinutes(5);

  static GatewayNode of(
      String name, GatewayConfig config, GatewayServices services, Optional<MeterRegistry> meters) {
    var admission = new AdmissionControl(config, services.limits());
    var queued = new NodeQueuedBytes(config.maxQueuedBytes());
    var parts = new FollowedParts();
    return new GatewayNode(
        name,
        config,
        services,
        admission,
        new GatewayMeters(meters, admission.node()::count, queued::bytes, parts::count),
        queued,
        TransportSupport.detect(),
        new DistinctForms(),
        parts,
        IDLE_LIMIT);
  }

  GatewayNode with(TransportSupport other) {
    return new GatewayNode(
        name, config, services, admission, meters, queued, other, forms, parts, idleLimit);
  }

  GatewayNode withIdleLimit(Duration other) {
    return new GatewayNode(
        name, config, services, admission, meters, queued, transports, forms, parts, other);
  }
}
