package dev.boardcast.gateway.protocol;

import dev.boardcast.gateway.TopicCatalogue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a WebSocket path stands for.
 *
 * @param arrays whether the client takes several messages as one JSON array
 * @param topics what is subscribed to on connect
 * @param needsToken whether nothing at all is told without one
 */
public record Endpoint(
    Dialect dialect, boolean arrays, List<ClientMessage.Wanted> topics, boolean needsToken) {
  private static final List<String> DEFAULT_TOPICS =
      List.of("agents", TopicCatalogue.TASKS, "providers", "metrics");
  private static final Endpoint TASKS =
      new Endpoint(TasksDialect.INSTANCE, false, wanted(List.of(TopicCatalogue.TASKS)), true);

  /** The query of a handshake, decoded: its first value by name, null where there is none. */
  @FunctionalInterface
  public interface Query {
    String get(String name);
  }

  /** All paths. Immutable. */
  public static final class Table {
    private static final String METRICS = "/ws/metrics";
    private static final String DEFAULT_BOARD = "routing";

    private final TopicCatalogue catalogue;
    private final Map<String, TopicCatalogue.BoardTopic> older = new HashMap<>();

    public Table(TopicCatalogue catalogue) {
      this.catalogue = catalogue;
      for (TopicCatalogue.BoardTopic board : catalogue.boards()) {
        board.paths().forEach(path -> older.put(path, board));
      }
    }

    /** What stands behind a path; empty for an unknown one. */
    public Optional<Endpoint> find(String path, Query query) {
      if (path.equals("/ws")) return Optional.of(ofNative(query));
      if (path.equals("/api/ws")) return Optional.of(TASKS);
      return board(path, query).map(Endpoint::of);
    }

    private Optional<TopicCatalogue.BoardTopic> board(String path, Query query) {
      if (path.equals(METRICS)) {
        String named = query.get("board");
        return catalogue.board(named == null ? DEFAULT_BOARD : named);
      }
      if (path.startsWith(METRICS + "/")) {
        return catalogue.board(path.substring(METRICS.length() + 1));
      }
      return Optional.ofNullable(older.get(path));
    }
  }

  private static Endpoint ofNative(Query query) {
    boolean arrays = "batch".equals(query.get("format"));
    return new Endpoint(NativeDialect.INSTANCE, arrays, topics(query, null), false);
  }

  /**
   * The native protocol over one response.
   *
   * @param since where to go on in each topic; null for from now on
   */
  static Endpoint ofEvents(Query query, String since) {
    return new Endpoint(SseDialect.INSTANCE, false, topics(query, since), false);
  }

  private static List<ClientMessage.Wanted> topics(Query query, String since) {
    String topics = query.get("topics");
    return wanted(topics == null ? DEFAULT_TOPICS : List.of(topics.split(",")), since);
  }

  private static Endpoint of(TopicCatalogue.BoardTopic board) {
    return new Endpoint(
        BoardDialect.of(board.wire()),
        false,
        wanted(List.of(board.topic())),
        !board.visibility().allows(Optional.empty()));
  }

  private static List<ClientMessage.Wanted> wanted(List<String> topics) {
    return wanted(topics, null);
  }

  private static List<ClientMessage.Wanted> wanted(List<String> topics, String since) {
    var wanted = new ArrayList<ClientMessage.Wanted>();
    for (String topic : topics) {
      if (!topic.isBlank()) wanted.add(new ClientMessage.Wanted(topic.strip(), since));
    }
    return List.copyOf(wanted);
  }
}
