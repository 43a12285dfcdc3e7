package dev.boardcast.admin;

import dev.boardcast.bus.NodeBeacon;
import dev.boardcast.bus.NodeReport;
import io.vertx.core.Future;
import java.util.UUID;

/** This node, as the admin API and the other nodes see it. Thread safe. */
public interface LocalNode {
  /** The node's present state. */
  NodeBeacon beacon();

  /**
   * Collects the node's activity.
   *
   * @param request the id of the request it answers
   */
  Future<NodeReport> report(UUID request);

  /** Makes the node leave the cluster; may be called more than once. */
  void leave();
}
