package dev.boardcast.spi;

import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Everything one board adds to a node: the board itself, HTTP routes, streams, migrations and
 * settings.
 *
 * <p>A node finds modules by {@link java.util.ServiceLoader}: the jar of a module lists the class
 * in {@code META-INF/services/dev.boardcast.spi.BoardModule}, and the class has a public
 * constructor without arguments. Methods are called while the node starts; {@link #routes} is
 * called once per event loop that serves HTTP.
 */
public interface BoardModule {
  /** The board, empty for a module that writes events only. */
  default Optional<Board> board(BoardContext context) {
    return Optional.empty();
  }

  /** Sums that this module maintains without a board's fold. */
  default Optional<AuditedSums> auditedSums() {
    return Optional.empty();
  }

  /** The module's HTTP routes, may be empty. */
  List<Routes> routes(BoardContext context);

  /** WebSocket paths that send the board's snapshots, besides {@code /ws/metrics/<board>}. */
  default List<String> webSocketPaths() {
    return List.of();
  }

  /**
   * Streams that only this module writes. They have the visibility of its board, unless configured
   * otherwise.
   */
  default List<String> streams() {
    return List.of();
  }

  /**
   * The types of the events that this module publishes; one of another type cannot be published.
   * Applications must not use them: a client could not tell whose event it is.
   */
  default Set<String> eventTypes() {
    return Set.of();
  }

  /**
   * Rules of application streams that this module declares, after those of the operator and of the
   * modules before it.
   */
  default StreamRules streamRules() {
    return StreamRules.NONE;
  }

  /** The source of team memberships, if this module stores teams; at most one module does. */
  default Optional<TeamMemberships> memberships(BoardContext context) {
    return Optional.empty();
  }

  /**
   * The class-path folder of the module's migrations, such as {@code db/deploys}, numbered from
   * {@code V1}. They have a history of their own and run after Boardcast's.
   */
  default Optional<String> migrations() {
    return Optional.empty();
  }

  /**
   * The records that declare the module's settings, see {@link Setting}. A node reads them from its
   * configuration at start; {@link BoardContext#config} returns the values.
   */
  default List<Class<? extends Record>> settings() {
    return List.of();
  }

  /** Who may see the board where the configuration does not say; public if empty. */
  default Optional<Visibility> visibility() {
    return Optional.empty();
  }

  /**
   * Checks the module against the modules before it.
   *
   * @param names names, topics and streams of the modules before it, and topics of every node
   * @throws IllegalArgumentException when the module cannot run together with them
   */
  default void validate(Set<String> names) {}

  /**
   * Prepares the module after the migrations and before the node computes metrics and serves
   * clients. A failure stops the node's start.
   *
   * @param computesMetrics whether this node computes boards
   */
  default Future<?> prepare(BoardContext context, boolean computesMetrics) {
    return Future.succeededFuture();
  }

  /** Ends what {@link #prepare} has started, when the node closes. */
  default Future<?> close() {
    return Future.succeededFuture();
  }
}
