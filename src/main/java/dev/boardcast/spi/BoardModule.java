package dev.boardcast.spi;

import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Everything one board brings to a node: the one line to add for a new one. */
public interface BoardModule {
  /** Its numbers, empty for a board that shows events only. */
  default Optional<Board> board() {
    return Optional.empty();
  }

  /** As {@link #board()}, for a board that needs something of the node, such as its outbox. */
  default Optional<Board> board(BoardContext context) {
    return board();
  }

  /** Sums it keeps by other means than a board's fold. */
  default Optional<AuditedSums> audited() {
    return Optional.empty();
  }

  /** Its part of the HTTP API. */
  List<Routes> routes(BoardContext context);

  /** WebSocket paths of older clients of its numbers, beside {@code /ws/metrics/<board>}. */
  default List<String> webSocketPaths() {
    return List.of();
  }

  /**
   * Application streams that only this board writes; who may see the board may see them, unless
   * configured otherwise.
   */
  default List<String> streams() {
    return List.of();
  }

  /** Who belongs to which team, if this board keeps teams; at most one board of a node does. */
  default Optional<TeamMemberships> memberships(BoardContext context) {
    return Optional.empty();
  }

  /**
   * The folder of its migrations on the class path, such as {@code db/deploys}, for a board that
   * does not come with Boardcast. They are numbered from {@code V1} on and applied after ours.
   */
  default Optional<String> migrations() {
    return Optional.empty();
  }

  /** Who may see the board, where the settings say nothing of it; public where nobody does. */
  default Optional<Visibility> visibility() {
    return Optional.empty();
  }

  /** The records whose components declare its settings, with {@link Setting}. */
  default List<Class<? extends Record>> settings() {
    return List.of();
  }

  /**
   * Looks at the boards before it, while the node is put together.
   *
   * @param taken their names, topics and streams, and the topics that every node has; throws {@link
   *     IllegalArgumentException} when it cannot be among them
   */
  default void meet(Set<String> taken) {}

  /**
   * What is to be done or looked at once the schema is up to date, before numbers are computed and
   * clients are served. When it fails, so does the start.
   *
   * @param keepsNumbers whether this node computes boards
   */
  default Future<?> prepare(BoardContext context, boolean keepsNumbers) {
    return Future.succeededFuture();
  }

  /** The folders of all modules that have one. */
  static List<String> migrationsOf(List<BoardModule> modules) {
    return modules.stream().map(BoardModule::migrations).flatMap(Optional::stream).toList();
  }
}
