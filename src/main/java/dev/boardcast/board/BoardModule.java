package dev.boardcast.board;

import dev.boardcast.auth.Memberships;
import dev.boardcast.http.Routes;
import dev.boardcast.metric.Board;
import java.util.List;
import java.util.Optional;

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
  default Optional<Memberships> memberships(BoardContext context) {
    return Optional.empty();
  }

  /**
   * The folder of its migrations on the class path, such as {@code db/deploys}, for a board that
   * does not come with Boardcast. They are numbered from {@code V1} on and applied after ours.
   */
  default Optional<String> migrations() {
    return Optional.empty();
  }

  /** The folders of all modules that have one. */
  static List<String> migrationsOf(List<BoardModule> modules) {
    return modules.stream().map(BoardModule::migrations).flatMap(Optional::stream).toList();
  }
}
