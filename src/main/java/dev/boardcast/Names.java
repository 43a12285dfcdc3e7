package dev.boardcast;

import dev.boardcast.auth.Visibility;
import dev.boardcast.board.BoardContext;
import dev.boardcast.board.BoardModule;
import dev.boardcast.gateway.TopicCatalogue;
import dev.boardcast.gateway.TopicCatalogue.BoardTopic;
import dev.boardcast.metric.Board;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What topics and streams of a node are called, and who may see them. */
final class Names {
  /** Those of the contract, whatever boards a node has: clients take them for boards' topics. */
  private static final Set<String> CONTRACT =
      Set.of("tasks", "metrics", "analysis", "routing", "pipeline", "platform", "alerts");

  private final BoardcastConfig config;
  private final List<BoardModule> modules;
  private final BoardContext context;

  Names(BoardcastConfig config, List<BoardModule> modules, BoardContext context) {
    this.config = config;
    this.modules = modules;
    this.context = context;
  }

  TopicCatalogue topics() {
    return new TopicCatalogue(
        modules.stream().map(this::topic).flatMap(Optional::stream).toList(), streams());
  }

  /** Names that no application stream may take. */
  Set<String> reserved(List<Board> boards) {
    var names = new TreeSet<>(CONTRACT);
    names.addAll(boardTopics(boards));
    modules.forEach(module -> names.addAll(module.streams()));
    return names;
  }

  /** Topics that are numbers, and so no streams. */
  static Set<String> boardTopics(List<Board> boards) {
    var names = new TreeSet<String>();
    boards.forEach(board -> names.addAll(List.of(board.name(), board.topic())));
    return names;
  }

  private Optional<BoardTopic> topic(BoardModule module) {
    return module
        .board(context)
        .map(
            board ->
                BoardTopic.of(board, config.visibilityOf(board.name()), module.webSocketPaths()));
  }

  /** What was configured; the streams of a board are otherwise seen by whom the board is. */
  private Map<String, Visibility> streams() {
    Map<String, Visibility> streams = new HashMap<>();
    for (BoardModule module : modules) {
      module
          .board(context)
          .ifPresent(
              board ->
                  module
                      .streams()
                      .forEach(name -> streams.put(name, config.visibilityOf(board.name()))));
    }
    streams.putAll(config.visibility());
    return streams;
  }
}
