package dev.boardcast;

import dev.boardcast.gateway.TopicCatalogue;
import dev.boardcast.gateway.TopicCatalogue.BoardTopic;
import dev.boardcast.spi.AuditedSums;
import dev.boardcast.spi.Board;
import dev.boardcast.spi.BoardContext;
import dev.boardcast.spi.BoardModule;
import dev.boardcast.spi.Routes;
import dev.boardcast.spi.TeamMemberships;
import dev.boardcast.spi.Visibility;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The boards of a node together: their names, who sees them, what they bring along. */
final class BoardRegistry {
  // Topics of every node, whatever its boards.
  private static final Set<String> TOPICS = Set.of("tasks", "agents", "providers", "metrics");

  // Those of the contract, whatever boards a node has: clients take them for boards' topics.
  private static final Set<String> CONTRACT =
      Set.of("tasks", "metrics", "analysis", "routing", "pipeline", "platform", "alerts");

  private final List<BoardModule> modules;
  private final Map<String, Visibility> said;
  private final Map<String, Visibility> ofBoards = new HashMap<>();
  private final List<Board> boards = new ArrayList<>();
  private final List<BoardTopic> boardTopics = new ArrayList<>();
  private final Map<String, Visibility> streams = new HashMap<>();
  private final Set<String> reserved = new TreeSet<>(CONTRACT);
  private TeamMemberships memberships = TeamMemberships.OF_TOKEN;
  private TopicCatalogue topics;

  /**
   * @param said what the settings say of visibility
   */
  BoardRegistry(List<BoardModule> modules, Map<String, Visibility> said) {
    this.modules = List.copyOf(modules);
    this.said = Map.copyOf(said);
  }

  /** Once, before anything else is asked; throws where two boards cannot be on one node. */
  void meet(BoardContext context) {
    var taken = new TreeSet<>(TOPICS);
    for (BoardModule module : modules) {
      module.meet(taken);
      var board = module.board(context);
      board.ifPresent(one -> add(module, one));
      board.ifPresent(one -> taken.addAll(List.of(one.name(), one.topic())));
      taken.addAll(module.streams());
      reserved.addAll(module.streams());
    }
    memberships =
        modules.stream()
            .map(module -> module.memberships(context))
            .flatMap(Optional::stream)
            .findFirst()
            .orElse(TeamMemberships.OF_TOKEN);
    // What was configured; the streams of a board are otherwise seen by whom the board is.
    streams.putAll(said);
    topics = new TopicCatalogue(boardTopics, streams);
  }

  /** Looks at what the boards need of the migrated database. */
  Future<?> prepare(BoardContext context, boolean keepsNumbers) {
    Future<?> prepared = Future.succeededFuture();
    for (BoardModule module : modules) {
      prepared = prepared.compose(ready -> module.prepare(context, keepsNumbers));
    }
    return prepared;
  }

  /** Who may see a board or a stream: the settings say it, else the board itself. */
  Visibility visibilityOf(String name) {
    return Visibility.said(said, name)
        .or(() -> Optional.ofNullable(ofBoards.get(name)))
        .orElse(Visibility.PUBLIC);
  }

  List<Board> boards() {
    return List.copyOf(boards);
  }

  List<AuditedSums> audited() {
    return modules.stream().map(BoardModule::audited).flatMap(Optional::stream).toList();
  }

  TeamMemberships memberships() {
    return memberships;
  }

  TopicCatalogue topics() {
    return topics;
  }

  /** Names that no application stream may take. */
  Set<String> reserved() {
    return Set.copyOf(reserved);
  }

  /** Topics that are numbers, and so no streams. */
  Set<String> boardTopics() {
    var names = new TreeSet<String>();
    boards.forEach(board -> names.addAll(List.of(board.name(), board.topic())));
    return names;
  }

  List<Routes> routes(BoardContext context) {
    return modules.stream().flatMap(module -> module.routes(context).stream()).toList();
  }

  /** The folders of those that have one. */
  List<String> migrations() {
    return BoardModule.migrationsOf(modules);
  }

  private void add(BoardModule module, Board board) {
    module.visibility().ifPresent(wall -> ofBoards.put(board.name(), wall));
    Visibility wall = visibilityOf(board.name());
    boards.add(board);
    boardTopics.add(BoardTopic.of(board, wall, module.webSocketPaths()));
    module.streams().forEach(stream -> streams.put(stream, wall));
    reserved.addAll(List.of(board.name(), board.topic()));
  }
}
