package dev.boardcast.gateway;

import dev.boardcast.gateway.protocol.BoardDialect;
import dev.boardcast.gateway.protocol.Endpoint;
import dev.boardcast.gateway.protocol.NativeDialect;
import dev.boardcast.gateway.protocol.SseDialect;
import dev.boardcast.gateway.protocol.TasksDialect;
import dev.boardcast.gateway.protocol.TopicRequest;
import dev.boardcast.gateway.protocol.TopicRequestReader;
import dev.boardcast.spi.BoardParameter;
import dev.boardcast.spi.BoardPart;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Maps request paths and queries to endpoints. Immutable. */
final class EndpointTable {
  /** Board paths are this one, and one below it for each board. */
  static final String METRICS = "/ws/metrics";

  /** The template of those. */
  static final String BOARD = METRICS + "/:board";

  private static final String NATIVE = "/ws";
  private static final String TASKS = "/api/ws";
  private static final List<String> DEFAULT_TOPICS =
      List.of("agents", TopicCatalogue.TASKS, "providers", "metrics");
  private static final Endpoint TASKS_ENDPOINT =
      new Endpoint(
          TasksDialect.INSTANCE,
          false,
          List.of(new TopicRequest(TopicCatalogue.TASKS, null)),
          true);

  /** The decoded query of a handshake: all values of a name, in their order. */
  @FunctionalInterface
  interface Query {
    List<String> all(String name);

    /** The first value of a name; null where there is none. */
    default String get(String name) {
      List<String> values = all(name);
      return values.isEmpty() ? null : values.get(0);
    }
  }

  private final TopicCatalogue catalogue;
  private final String defaultBoard;
  private final Map<String, TopicCatalogue.BoardTopic> olderPaths = new HashMap<>();

  /**
   * @param defaultBoard the board of {@link #METRICS} where a request names none
   */
  EndpointTable(TopicCatalogue catalogue, String defaultBoard) {
    this.catalogue = catalogue;
    this.defaultBoard = defaultBoard;
    for (TopicCatalogue.BoardTopic board : catalogue.boards()) {
      board.paths().forEach(path -> olderPaths.put(path, board));
    }
  }

  /** The fixed WebSocket paths; those of boards below {@link #METRICS} come in addition. */
  Set<String> paths() {
    var paths = new LinkedHashSet<>(List.of(NATIVE, TASKS, METRICS));
    paths.addAll(olderPaths.keySet());
    return paths;
  }

  /** The template of a WebSocket path; empty for a path of none. */
  Optional<String> template(String path) {
    if (path.equals(NATIVE) || path.equals(TASKS) || path.equals(METRICS)) return Optional.of(path);
    if (olderPaths.containsKey(path)) return Optional.of(path);
    return path.startsWith(METRICS + "/") && path.indexOf('/', METRICS.length() + 1) < 0
        ? Optional.of(BOARD)
        : Optional.empty();
  }

  /** The endpoint of a WebSocket path; empty for an unknown path or board. */
  Optional<Endpoint> find(String path, Query query) {
    if (path.equals(NATIVE)) {
      boolean arrays = "batch".equals(query.get("format"));
      return Optional.of(
          new Endpoint(NativeDialect.INSTANCE, arrays, requestedTopics(query, null), false));
    }
    if (path.equals(TASKS)) return Optional.of(TASKS_ENDPOINT);
    return board(path, query).map(board -> ofBoard(board, query));
  }

  /**
   * The endpoint of a Server-Sent Events request.
   *
   * @param since the offset to resume after in each topic; null to start with new events
   * @param overrides whether that takes precedence over the offsets in the request's topics
   */
  static Endpoint serverSentEvents(Query query, String since, boolean overrides) {
    String subscribe = query.get("subscribe");
    List<TopicRequest> topics =
        subscribe == null
            ? requestedTopics(query, since)
            : TopicRequestReader.parse(subscribe).stream()
                .map(each -> overrides || each.since() == null ? each.withSince(since) : each)
                .toList();
    return new Endpoint(SseDialect.INSTANCE, false, topics, false);
  }

  private Optional<TopicCatalogue.BoardTopic> board(String path, Query query) {
    if (path.equals(METRICS)) {
      String name = query.get("board");
      return catalogue.board(name == null ? defaultBoard : name);
    }
    if (path.startsWith(METRICS + "/")) {
      return catalogue.board(path.substring(METRICS.length() + 1));
    }
    return Optional.ofNullable(olderPaths.get(path));
  }

  private static Endpoint ofBoard(TopicCatalogue.BoardTopic board, Query query) {
    var values = new TreeMap<String, String>();
    for (BoardParameter parameter : board.parameters().get()) {
      String value = query.get(parameter.name());
      if (value != null) values.put(parameter.name(), value);
    }
    return new Endpoint(
        BoardDialect.of(board.wire()),
        false,
        List.of(new TopicRequest(new BoardPart(board.topic(), values).name(), null)),
        !board.olderPaths().allows(Optional.empty()));
  }

  private static List<TopicRequest> requestedTopics(Query query, String since) {
    List<String> topics = query.all("topics");
    return (topics.isEmpty() ? DEFAULT_TOPICS : topics)
        .stream()
            .flatMap(list -> Arrays.stream(list.split(",")))
            .filter(topic -> !topic.isBlank())
            .map(topic -> new TopicRequest(topic.strip(), since))
            .toList();
  }
}
