package dev.boardcast;

import dev.boardcast.alerts.AlertEvents;
import dev.boardcast.config.SettingValues;
import dev.boardcast.engine.StreamPolicy;
import dev.boardcast.gateway.TopicCatalogue;
import dev.boardcast.gateway.TopicCatalogue.BoardTopic;
import dev.boardcast.gateway.protocol.MessageType;
import dev.boardcast.spi.AuditedSums;
import dev.boardcast.spi.Board;
import dev.boardcast.spi.BoardContext;
import dev.boardcast.spi.BoardModule;
import dev.boardcast.spi.BoardParts;
import dev.boardcast.spi.Principal;
import dev.boardcast.spi.Routes;
import dev.boardcast.spi.Shards;
import dev.boardcast.spi.TeamMemberships;
import dev.boardcast.spi.Visibility;
import dev.boardcast.web.audit.AuditTrail;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The boards of a node: their topics, their visibility, their configuration, and what their modules
 * add to the node.
 */
final class BoardRegistry {
  // Topics of every node.
  private static final Set<String> COMMON_TOPICS =
      Set.of("tasks", "agents", "providers", "metrics", AlertEvents.OPERATORS, AuditTrail.STREAM);

  // Names that no application stream may have, on any node: clients expect boards' topics there.
  private static final Set<String> RESERVED =
      Set.of(
          "tasks",
          "metrics",
          "analysis",
          "routing",
          "pipeline",
          "platform",
          "alerts",
          AuditTrail.STREAM);

  private static final Visibility ADMINS = new Visibility(Visibility.Level.ROLE, Principal.ADMIN);

  private final List<BoardModule> modules;
  private final VisibilityConfig configured;
  private final Map<String, Visibility> defaults = new HashMap<>();
  private final Map<Class<? extends Record>, Record> configs = new HashMap<>();
  private final List<Board> boards = new ArrayList<>();
  private final List<BoardTopic> boardTopics = new ArrayList<>();
  private final Map<String, Visibility> streams = new HashMap<>();
  private final Map<String, Predicate<Principal>> confined = new HashMap<>();
  private final boolean requiresTokens;
  private final Set<String> reserved = new TreeSet<>(RESERVED);
  private TeamMemberships memberships = TeamMemberships.OF_TOKEN;
  private final Set<String> eventTypes;
  private TopicCatalogue topics;

  /**
   * @param configured who may see boards and streams
   * @param values of the settings that the modules declare
   * @param requiresTokens whether writing needs a token
   */
  BoardRegistry(
      List<BoardModule> modules,
      VisibilityConfig configured,
      SettingValues values,
      boolean requiresTokens) {
    this.requiresTokens = requiresTokens;
    this.modules = List.copyOf(modules);
    this.configured = configured;
    eventTypes =
        modules.stream()
            .flatMap(module -> module.eventTypes().stream())
            .collect(Collectors.toUnmodifiableSet());
    for (BoardModule module : modules) {
      module.settings().forEach(type -> configs.put(type, values.bind(type)));
    }
  }

  /** Names that are boards' or theirs on some node, and so no application stream's on any. */
  static Set<String> names() {
    var names = new TreeSet<>(RESERVED);
    names.addAll(COMMON_TOPICS);
    return names;
  }

  /**
   * Creates the boards. Called once, before any other method but {@link #config}.
   *
   * @throws IllegalArgumentException when two boards cannot be on one node
   */
  void register(BoardContext context) {
    var names = new TreeSet<>(COMMON_TOPICS);
    for (BoardModule module : modules) {
      module.validate(names);
      var board = module.board(context);
      board.ifPresent(each -> add(module, each));
      board.ifPresent(each -> names.addAll(List.of(each.name(), each.topic())));
      names.addAll(module.streams());
      reserved.addAll(module.streams());
    }
    memberships =
        modules.stream()
            .map(module -> module.memberships(context))
            .flatMap(Optional::stream)
            .findFirst()
            .orElse(TeamMemberships.OF_TOKEN);
    streams.put(AuditTrail.STREAM, new Visibility(Visibility.Level.ROLE, Principal.VIEWER));
    streams.putIfAbsent(AlertEvents.STREAM, visibilityOf(AlertEvents.STREAM));
    String operators = AlertEvents.ofBoard(AlertEvents.OPERATORS);
    streams.put(operators, new Visibility(Visibility.Level.ROLE, Principal.VIEWER));
    reserved.add(operators);
    for (Board board : boards) {
      String stream = AlertEvents.ofBoard(board.name());
      streams.put(stream, visibilityOf(board.name()));
      confined.put(stream, who -> isConfined(who, board));
      reserved.add(stream);
    }
    var policy =
        new StreamPolicy(
            streams,
            confined,
            modules.stream().map(BoardModule::streamRules).toList(),
            configured.byName(),
            configured.defaultVisibility(),
            requiresTokens);
    policy.replace(configured.streamRules());
    topics = new TopicCatalogue(boardTopics, policy);
  }

  /** Prepares the modules one after the other, once the schema is up to date. */
  Future<?> prepare(BoardContext context, boolean computesMetrics) {
    Future<?> prepared = Future.succeededFuture();
    for (BoardModule module : modules) {
      prepared = prepared.compose(ready -> module.prepare(context, computesMetrics));
    }
    return prepared;
  }

  /** Ends what the modules have started. */
  Future<?> close() {
    return Future.join(modules.stream().map(BoardModule::close).toList());
  }

  /**
   * Who may see all of a board, or a stream: as configured, else by the module's default. A board
   * with pinned parameters is for admins: others see parts of it, see {@link #partVisibilityOf}.
   */
  Visibility visibilityOf(String name) {
    return isPinned(name) ? ADMINS : partVisibilityOf(name);
  }

  private boolean isPinned(String name) {
    return boards.stream()
        .filter(board -> board.name().equals(name))
        .anyMatch(board -> board.parts().map(BoardParts::isPinned).orElse(false));
  }

  /**
   * Who may see a board, or that part of it which {@link dev.boardcast.engine.PartAccess} allows.
   */
  Visibility partVisibilityOf(String name) {
    return ownVisibility(name).orElse(configured.defaultVisibility());
  }

  /** Who may read the facts behind a board's metrics, of those who may see it. */
  Visibility factsVisibilityOf(String name) {
    return Visibility.lookup(configured.facts(), name)
        .orElse(new Visibility(Visibility.Level.ROLE, Principal.VIEWER));
  }

  /** Who may see a board on the paths of older clients. */
  Visibility olderPathsOf(String name) {
    boolean isOpen = configured.opensOlderPaths() && ownVisibility(name).isEmpty();
    return isOpen ? Visibility.PUBLIC : partVisibilityOf(name);
  }

  private Optional<Visibility> ownVisibility(String name) {
    return Visibility.lookup(configured.byName(), name)
        .or(() -> Optional.ofNullable(defaults.get(name)));
  }

  /** The configuration of a board, see {@link BoardContext#config}. */
  <R extends Record> R config(Class<R> type) {
    Record config = configs.get(type);
    if (config == null) {
      throw new IllegalArgumentException("no board declares the settings " + type.getName());
    }
    return type.cast(config);
  }

  /**
   * The stream of a board's alerts: one of its own where fewer may see the board than the stream of
   * all alerts.
   */
  String alertStreamOf(String board) {
    if (board.equals(AlertEvents.OPERATORS)) return AlertEvents.ofBoard(board);
    // Claims confine those who may read the stream of all alerts.
    if (isPinned(board)) return AlertEvents.ofBoard(board);
    Visibility ofBoard = visibilityOf(board);
    Visibility ofAll =
        Visibility.lookup(configured.byName(), AlertEvents.STREAM)
            .orElseGet(
                () -> streams.getOrDefault(AlertEvents.STREAM, configured.defaultVisibility()));
    boolean isOpener =
        ofBoard.equals(ofAll)
            || ofBoard.level() == Visibility.Level.PUBLIC
            || ofBoard.level() == Visibility.Level.AUTHENTICATED
                && ofAll.level() != Visibility.Level.PUBLIC;
    return isOpener ? AlertEvents.STREAM : AlertEvents.ofBoard(board);
  }

  /** A board by its name. */
  Optional<Board> board(String name) {
    return boards.stream().filter(each -> each.name().equals(name)).findFirst();
  }

  /** The names of the boards that a caller may see as a whole. */
  Set<String> visibleTo(Optional<Principal> caller) {
    return named(board -> seesAll(caller, board));
  }

  /** The names of all other boards. */
  Set<String> hiddenFrom(Optional<Principal> caller) {
    return named(board -> !seesAll(caller, board));
  }

  private Set<String> named(Predicate<Board> wanted) {
    return boards.stream().filter(wanted).map(Board::name).collect(Collectors.toUnmodifiableSet());
  }

  private boolean seesAll(Optional<Principal> caller, Board board) {
    return visibilityOf(board.name()).allows(caller)
        && caller.filter(who -> isConfined(who, board)).isEmpty();
  }

  /** Whether a token has the claim of a pinned parameter: it confines admins too. */
  private static boolean isConfined(Principal caller, Board board) {
    return claims(board).anyMatch(claim -> has(caller, claim));
  }

  private static Stream<String> claims(Board board) {
    return board.parts().stream()
        .flatMap(parts -> parts.parameters().stream())
        .flatMap(parameter -> parameter.claim().stream());
  }

  private static boolean has(Principal caller, String claim) {
    return caller.claims().containsKey(claim) || !caller.claim(claim).isEmpty();
  }

  List<Board> boards() {
    return List.copyOf(boards);
  }

  List<AuditedSums> auditedSums() {
    return modules.stream().map(BoardModule::auditedSums).flatMap(Optional::stream).toList();
  }

  TeamMemberships memberships() {
    return memberships;
  }

  TopicCatalogue topics() {
    return topics;
  }

  /** The types of events that the modules publish. */
  Set<String> eventTypes() {
    return eventTypes;
  }

  /** The types of what the product itself sends: applications must not publish them. */
  Set<String> ownTypes() {
    var types = new TreeSet<>(MessageType.texts());
    types.addAll(eventTypes);
    types.addAll(AlertEvents.types());
    return types;
  }

  /** Names that no application stream may take. */
  Set<String> reserved() {
    return Set.copyOf(reserved);
  }

  /** Topics that carry snapshots, not events. */
  Set<String> boardTopics() {
    var names = new TreeSet<String>();
    boards.forEach(board -> names.addAll(List.of(board.name(), board.topic())));
    // The board of tasks has another topic; this one stands for streams.
    names.remove(Shards.ALL_TASKS);
    return names;
  }

  List<Routes> routes(BoardContext context) {
    return modules.stream().flatMap(module -> module.routes(context).stream()).toList();
  }

  /**
   * Class-path folders of the modules' migrations.
   *
   * @throws IllegalArgumentException when two of them would share a history, which has the name of
   *     the folder without its parents
   */
  List<String> migrations() {
    List<String> folders =
        modules.stream().map(BoardModule::migrations).flatMap(Optional::stream).toList();
    Map<String, String> byName = new HashMap<>();
    for (String folder : folders) {
      String other = byName.put(folder.substring(folder.lastIndexOf('/') + 1), folder);
      if (other != null) {
        throw new IllegalArgumentException(
            "two boards have migrations in folders of one name: " + other + ", " + folder);
      }
    }
    return folders;
  }

  private void add(BoardModule module, Board board) {
    module.visibility().ifPresent(visibility -> defaults.put(board.name(), visibility));
    Visibility visibility = partVisibilityOf(board.name());
    boards.add(board);
    boardTopics.add(
        BoardTopic.of(board, visibility, module.webSocketPaths())
            .withOlderPaths(olderPathsOf(board.name())));
    for (String stream : module.streams()) {
      streams.put(stream, visibilityOf(board.name()));
      confined.put(stream, who -> isConfined(who, board));
    }
    reserved.addAll(List.of(board.name(), board.topic()));
  }
}
