package dev.boardcast.bus;

import java.time.Instant;
import java.util.List;

/**
 * Announces a node to the others, every second.
 *
 * @param status {@code up}, {@code leaving}, or {@code gone} in its last beacon
 * @param revocations up to which version the node knows all revocations, if its database answers
 */
public record NodeBeacon(
    String node,
    String version,
    List<String> roles,
    String host,
    int httpPort,
    int gatewayPort,
    String status,
    Instant startedAt,
    @CanBeNull Long revocations) {
  public static final String UP = "up";
  public static final String LEAVING = "leaving";
  public static final String GONE = "gone";

  public NodeBeacon {
    roles = List.copyOf(roles);
  }

  /** Of a node that says nothing about revocations. */
  public NodeBeacon(
      String node,
      String version,
      List<String> roles,
      String host,
      int httpPort,
      int gatewayPort,
      String status,
      Instant startedAt) {
    this(node, version, roles, host, httpPort, gatewayPort, status, startedAt, null);
  }

  /** The same node's last beacon. */
  public NodeBeacon gone() {
    return new NodeBeacon(node, version, roles, host, httpPort, gatewayPort, GONE, startedAt);
  }
}
