package dev.boardcast.gateway;

import dev.boardcast.engine.PartAccess;
import dev.boardcast.engine.PartAccess.Outcome;
import dev.boardcast.engine.StreamDecision;
import dev.boardcast.engine.StreamPolicy;
import dev.boardcast.gateway.protocol.ErrorCode;
import dev.boardcast.spi.Board;
import dev.boardcast.spi.BoardParameter;
import dev.boardcast.spi.BoardPart;
import dev.boardcast.spi.BoardParts;
import dev.boardcast.spi.FieldRules;
import dev.boardcast.spi.Principal;
import dev.boardcast.spi.Shards;
import dev.boardcast.spi.StreamRule.Right;
import dev.boardcast.spi.Visibility;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Which topics there are, and who may see them.
 *
 * <ul>
 *   <li>{@code tasks}: the viewer's own stream and those of all its teams; for admins, all tasks.
 *   <li>{@code user.<id>}, {@code team.<id>}: that user, that team's members, nobody else.
 *   <li>A board's topic: as its visibility says.
 *   <li>Any other name is an application stream: as {@link StreamPolicy} says, which may change.
 * </ul>
 *
 * Thread safe.
 */
public final class TopicCatalogue {
  public static final String TASKS = "tasks";

  private static final Pattern STREAM = Pattern.compile(FieldRules.STREAM);
  private static final String USER = "user.";
  private static final String TEAM = "team.";

  /**
   * A board as clients find it.
   *
   * @param paths further WebSocket paths of older clients, beside {@code /ws/metrics/<board>}
   * @param olderPaths who may see it on these paths
   * @param parameters by which clients choose a part of it; asked each time, since their types are
   *     known once the board is prepared
   * @param hasTargets whether its metrics can be compared with some; asked each time, as above
   */
  public record BoardTopic(
      String board,
      String topic,
      Visibility visibility,
      Board.Format wire,
      List<String> paths,
      Visibility olderPaths,
      Supplier<List<BoardParameter>> parameters,
      BooleanSupplier hasTargets) {
    public BoardTopic {
      paths = List.copyOf(paths);
    }

    /** A board that the same viewers see on all paths. */
    public BoardTopic(
        String board, String topic, Visibility visibility, Board.Format wire, List<String> paths) {
      this(board, topic, visibility, wire, paths, visibility, List::of, () -> false);
    }

    /** The same, with other viewers on the paths of older clients. */
    public BoardTopic withOlderPaths(Visibility other) {
      return new BoardTopic(board, topic, visibility, wire, paths, other, parameters, hasTargets);
    }

    public static BoardTopic of(Board board, Visibility visibility) {
      return of(board, visibility, List.of());
    }

    public static BoardTopic of(Board board, Visibility visibility, List<String> paths) {
      return new BoardTopic(
          board.name(),
          board.topic(),
          visibility,
          board.socketFormat(),
          paths,
          visibility,
          () -> board.parts().map(BoardParts::parameters).orElse(List.of()),
          () -> !board.targets().isEmpty());
    }
  }

  /** A topic as resolved for one viewer. */
  public sealed interface Verdict {
    /**
     * @param topic its one name: with the values of parameters, where there are any
     * @param feed the name of the board, or of the part of it, whose snapshots are sent
     */
    record OfBoard(BoardTopic board, String topic, String feed) implements Verdict {}

    /**
     * @param plain whether the topic is the name of its one stream
     * @param history whether earlier events may be read
     */
    record OfStreams(Set<String> streams, boolean plain, boolean history) implements Verdict {}

    /**
     * @param field of the request that is wrong; null for none
     */
    record Refused(ErrorCode code, String message, String field) implements Verdict {
      Refused(ErrorCode code, String message) {
        this(code, message, null);
      }
    }
  }

  private final Map<String, BoardTopic> byTopic = new HashMap<>();
  private final Map<String, BoardTopic> byBoard = new HashMap<>();
  private final StreamPolicy streams;
  private Set<String> absent = Set.of();
  private String whyAbsent = "";

  /**
   * @param boards every board; topics and names are unique
   * @param streams visibility by application stream, or by prefix with {@code *} at the end; the
   *     exact name wins, then the longest prefix; public where nothing is said
   */
  public TopicCatalogue(List<BoardTopic> boards, Map<String, Visibility> streams) {
    this(boards, StreamPolicy.of(streams));
  }

  /**
   * @param boards every board; topics and names are unique
   * @param streams the rules of application streams
   */
  public TopicCatalogue(List<BoardTopic> boards, StreamPolicy streams) {
    for (BoardTopic board : boards) {
      if (byTopic.put(board.topic(), board) != null || byBoard.put(board.board(), board) != null) {
        throw new IllegalArgumentException("two boards are called " + board.board());
      }
    }
    this.streams = streams;
  }

  /**
   * The topics of a node that has no boards.
   *
   * @param names of boards and their topics on other nodes: no streams either
   * @param reason told to those who ask for them
   */
  public static TopicCatalogue withoutBoards(
      Set<String> names, String reason, StreamPolicy streams) {
    var catalogue = new TopicCatalogue(List.of(), streams);
    catalogue.absent = Set.copyOf(names);
    catalogue.whyAbsent = reason;
    return catalogue;
  }

  /** The rules of application streams. */
  public StreamPolicy streams() {
    return streams;
  }

  /** The rule of an application stream; empty for any other name. */
  public Optional<StreamDecision> stream(String name) {
    boolean isOther = isOfPeople(name) || byTopic.containsKey(name) || absent.contains(name);
    return isOther || !STREAM.matcher(name).matches()
        ? Optional.empty()
        : Optional.of(streams.find(name));
  }

  /** Whether it is the stream of a user or team: these are in one shard, and start together. */
  public static boolean isOfPeople(String topic) {
    return topic.equals(TASKS) || topic.startsWith(USER) || topic.startsWith(TEAM);
  }

  /** Whether access to it depends on teams. */
  public boolean isOfTeams(String topic) {
    return topic.equals(TASKS) || topic.startsWith(TEAM) || hasRuleOfTeams(topic);
  }

  /** Whether it is subscribed to when the principal's current teams are known. */
  public boolean waitsForTeams(String topic) {
    return isOfPeople(topic) || hasRuleOfTeams(topic);
  }

  private boolean hasRuleOfTeams(String topic) {
    return stream(topic)
        .filter(
            rule ->
                rule.needsTeams(Right.SUBSCRIBE)
                    || rule.needsTeams(Right.HISTORY)
                    || rule.needsTeams(Right.PRESENCE))
        .isPresent();
  }

  public Optional<BoardTopic> board(String name) {
    return Optional.ofNullable(byBoard.get(name));
  }

  public Set<String> boardNames() {
    return Set.copyOf(byBoard.keySet());
  }

  public Iterable<BoardTopic> boards() {
    return byBoard.values();
  }

  /** As {@link #find}, for a session on one of the paths of older clients. */
  public Verdict findOnOlderPath(String topic, Optional<Principal> viewer) {
    BoardTopic board = byTopic.get(BoardPart.whole(topic));
    if (board == null) return find(topic, viewer);
    return board.olderPaths().allows(viewer) ? part(board, topic, viewer) : refused(viewer);
  }

  /** The part of a board that a viewer may see by this name. */
  private static Verdict part(BoardTopic board, String topic, Optional<Principal> viewer) {
    Optional<BoardPart> asked = BoardPart.parse(topic);
    if (asked.isEmpty()) {
      return new Verdict.Refused(
          ErrorCode.INVALID,
          "topic: expected <board>?<parameter>=<value> of at most %d characters"
              .formatted(BoardPart.MAX_NAME),
          "topic");
    }
    var outcome =
        PartAccess.resolve(board.topic(), board.parameters().get(), asked.get().values(), viewer);
    if (outcome.part().isPresent()) {
      BoardPart allowed = outcome.part().get();
      return new Verdict.OfBoard(board, allowed.name(), allowed.of(board.board()).name());
    }
    if (outcome instanceof Outcome.Invalid wrong) {
      String field = "with." + wrong.parameter();
      return new Verdict.Refused(
          ErrorCode.INVALID, field + ": expected " + wrong.expected(), field);
    }
    return outcome instanceof Outcome.Forbidden forbidden
        ? new Verdict.Refused(ErrorCode.FORBIDDEN, forbidden.message())
        : tokenNeeded();
  }

  /**
   * The one name of a topic, for what the viewer means by it: as it is, unless it is that of a
   * board with parameters.
   */
  public String canonical(String topic, Optional<Principal> viewer) {
    return find(topic, viewer) instanceof Verdict.OfBoard found ? found.topic() : topic;
  }

  public Verdict find(String topic, Optional<Principal> viewer) {
    if (absent.contains(BoardPart.whole(topic))) {
      return new Verdict.Refused(ErrorCode.UNKNOWN_TOPIC, whyAbsent);
    }
    if (topic.equals(TASKS)) return viewer.map(this::tasks).orElseGet(TopicCatalogue::tokenNeeded);
    if (topic.startsWith(USER)) {
      return own(topic, viewer, principal -> topic.substring(5).equals(principal.user()));
    }
    if (topic.startsWith(TEAM)) {
      return own(topic, viewer, principal -> principal.teams().contains(topic.substring(5)));
    }
    BoardTopic board = byTopic.get(BoardPart.whole(topic));
    if (board != null) {
      return board.visibility().allows(viewer) ? part(board, topic, viewer) : refused(viewer);
    }
    if (!STREAM.matcher(topic).matches()) {
      return new Verdict.Refused(ErrorCode.UNKNOWN_TOPIC, "no such topic");
    }
    StreamDecision rule = streams.find(topic);
    if (!rule.allows(Right.SUBSCRIBE, viewer)) return refused(viewer);
    return new Verdict.OfStreams(Set.of(topic), true, rule.allows(Right.HISTORY, viewer));
  }

  /** As {@link #find}, for a viewer who asks for the past: streams may have rules of their own. */
  public Verdict findHistory(String topic, Optional<Principal> viewer) {
    Optional<StreamDecision> rule = stream(topic);
    if (rule.isEmpty()) return find(topic, viewer);
    return rule.get().allows(Right.HISTORY, viewer)
        ? new Verdict.OfStreams(Set.of(topic), true, true)
        : refused(viewer);
  }

  /**
   * As {@link #find}, for a viewer who asks who is there: streams may have rules of their own, and
   * who looks at a board is told to nobody without a token.
   */
  public Verdict findPresence(String topic, Optional<Principal> viewer) {
    if (topic.equals(TASKS) && !absent.contains(topic)) {
      return new Verdict.Refused(ErrorCode.INVALID, "presence: expected a board or one stream");
    }
    boolean isBoard = byTopic.containsKey(BoardPart.whole(topic));
    if (isBoard && viewer.isEmpty()) return tokenNeeded();
    // Who is at a part of a board is for those who see that part.
    if (find(topic, viewer) instanceof Verdict.OfBoard found && !found.topic().equals(topic)) {
      return refused(viewer);
    }
    Optional<StreamDecision> rule = stream(topic);
    if (rule.isEmpty()) return find(topic, viewer);
    return rule.get().allows(Right.PRESENCE, viewer)
        ? new Verdict.OfStreams(Set.of(topic), true, false)
        : refused(viewer);
  }

  private Verdict tasks(Principal principal) {
    var names = new LinkedHashSet<String>();
    names.add(USER + principal.user());
    // An admin sees every task, as by HTTP.
    if (principal.hasRole(Principal.ADMIN)) names.add(Shards.ALL_TASKS);
    principal.teams().forEach(team -> names.add(TEAM + team));
    return new Verdict.OfStreams(names, false, true);
  }

  private static Verdict own(
      String stream, Optional<Principal> viewer, java.util.function.Predicate<Principal> isTheirs) {
    if (viewer.isEmpty()) return tokenNeeded();
    return isTheirs.test(viewer.get())
        ? new Verdict.OfStreams(Set.of(stream), true, true)
        : new Verdict.Refused(ErrorCode.FORBIDDEN, "not yours to see");
  }

  private static Verdict refused(Optional<Principal> viewer) {
    return viewer.isEmpty()
        ? tokenNeeded()
        : new Verdict.Refused(ErrorCode.FORBIDDEN, "not yours to see");
  }

  private static Verdict tokenNeeded() {
    return new Verdict.Refused(ErrorCode.NOT_AUTHENTICATED, "a token is needed");
  }
}
