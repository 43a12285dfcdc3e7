package dev.boardcast;

import dev.boardcast.spi.EventPublisher;
import dev.boardcast.spi.NodeInfo;
import dev.boardcast.spi.StreamRules;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;

/** What {@link Boardcast} is made of, in either {@link Mode}. Thread safe. */
interface RunningNode {
  /** Starts the parts in order. */
  Future<Void> start();

  /** Closes the parts in the opposite order; each step is tried even if another fails. */
  Future<Void> close();

  /** Completes when this node has closed. */
  Future<Void> closed();

  /** Mounts every path of the node below a path of the application's router. */
  void mount(Router router, String path);

  /** Publishes events of the application. Only after {@link #start}. */
  EventPublisher events();

  /** Replaces the operator's rules of application streams. */
  void streamRules(StreamRules rules);

  NodeInfo info();
}
