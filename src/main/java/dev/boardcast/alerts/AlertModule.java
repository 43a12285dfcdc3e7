package dev.boardcast.alerts;

import dev.boardcast.database.NodeHeartbeat;
import dev.boardcast.database.RowExpiryVerticle;
import dev.boardcast.engine.ReportSource;
import dev.boardcast.engine.SnapshotSource;
import dev.boardcast.engine.SnapshotWatch;
import dev.boardcast.spi.AlertRules;
import dev.boardcast.spi.Board;
import dev.boardcast.spi.EventPublisher;
import dev.boardcast.spi.Idempotency;
import dev.boardcast.spi.Notices;
import dev.boardcast.spi.Principal;
import dev.boardcast.spi.RawJson;
import dev.boardcast.spi.Routes;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.VerticleBase;
import io.vertx.sqlclient.Pool;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** Makes the parts of alerts on one node, each from those before it. Thread safe. */
public final class AlertModule {
  // Those of open alerts are told again, and are what their messages say.
  private static final String OLD_TRANSITIONS =
      """
      DELETE FROM alert_transition WHERE ctid = ANY (ARRAY(
        SELECT t.ctid FROM alert_transition t
        WHERE t.at < now() - $2 * interval '1 millisecond'
          AND NOT EXISTS (SELECT FROM alert_state s WHERE s.alert = t.alert)
        ORDER BY t.at LIMIT $1 FOR UPDATE OF t SKIP LOCKED))""";

  private static final String OLD_MESSAGES =
      """
      DELETE FROM alert_delivery WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM alert_delivery
        WHERE created_at < now() - $2 * interval '1 millisecond' AND state <> 'waiting'
        ORDER BY created_at LIMIT $1 FOR UPDATE SKIP LOCKED))""";

  private static final int EXPIRY_BATCH = 500;
  private static final int EXPIRY_BATCHES = 20;

  private final Context context;
  private final TransitionWriter transitions;
  private final AcknowledgeLinks links;
  private final AlertDispatcher dispatcher;
  private final AlertEvaluation evaluation;
  private final AlertRules declared;

  /**
   * What the parts use.
   *
   * @param pool for folds and messages, which must not wait behind requests
   * @param requests for requests
   * @param streamOf the stream of a board's alerts
   */
  public record Context(
      AlertsConfig config,
      NodeHeartbeat heartbeat,
      Pool pool,
      Pool requests,
      Clock clock,
      EventPublisher events,
      UnaryOperator<String> streamOf,
      MeterRegistry meters) {}

  public AlertModule(Context context) {
    this.context = context;
    AlertsConfig config = context.config();
    var meters = new AlertMeters(context.meters());
    transitions = new TransitionWriter(context.events(), context.streamOf());
    declared = new DeclaredRules(transitions);
    links = new AcknowledgeLinks(config.publicUrl());
    dispatcher =
        new AlertDispatcher(
            new DeliveryStore(context.pool(), context.heartbeat().node(), config.claimTtl()),
            config,
            new Senders(config, links, context.pool()),
            new DeadLetters(context.pool(), transitions),
            context.clock(),
            meters);
    evaluation = new AlertEvaluation(transitions, dispatcher::wake, meters.ignored());
  }

  /** Writes messages of boards. */
  public Notices notices() {
    return new NoticeWriter();
  }

  /** Evaluates rules in every fold. */
  public SnapshotWatch watch() {
    return evaluation;
  }

  /** The rules that boards declare. */
  public AlertRules declared() {
    return declared;
  }

  /**
   * Checks a rule that a board declares, without a node.
   *
   * @throws dev.boardcast.spi.Problem as {@link AlertRules#check}
   */
  public static void check(Board board, RawJson rule) {
    DeclaredRules.read(board, rule);
  }

  /**
   * Evaluates rules between folds; deployed once.
   *
   * @param boards by name
   * @param snapshots makes the parts that rules watch
   */
  public VerticleBase clock(Function<String, Optional<Board>> boards, SnapshotSource snapshots) {
    return new AlertClock(
        context.heartbeat(),
        context.pool(),
        context.clock(),
        evaluation,
        new AlertRepeats(transitions, dispatcher::wake),
        new WantedParts(context.pool(), boards, snapshots));
  }

  /**
   * Sends reports when they are due; deployed once.
   *
   * @param boards by name
   */
  public VerticleBase reportClock(Function<String, Optional<Board>> boards, ReportSource reports) {
    return new ReportClock(
        context.heartbeat(), context.pool(), context.clock(), boards, reports, dispatcher::wake);
  }

  /**
   * What a node finds wrong with itself.
   *
   * @param condition the text of a condition of rules for operators
   * @param subject the node or the board
   */
  public record Fault(String condition, String subject, long value) {}

  /**
   * Reports what is wrong with this node; deployed once on every node.
   *
   * @param faults called every few seconds
   */
  public VerticleBase report(Supplier<List<Fault>> faults) {
    return new OperatorReport(context.heartbeat().node(), context.pool(), faults);
  }

  /** Sends messages; deployed once. */
  public VerticleBase dispatcher() {
    return dispatcher;
  }

  /**
   * The HTTP routes.
   *
   * @param boards by name
   * @param visible the names of the boards that a caller may see as a whole
   * @param hidden the names of all others that there are
   */
  public List<Routes> routes(
      Idempotency idempotency,
      Function<String, Optional<Board>> boards,
      Function<Optional<Principal>, Set<String>> visible,
      Function<Optional<Principal>, Set<String>> hidden) {
    Pool pool = context.requests();
    Function<Optional<Principal>, Set<String>> seen =
        caller -> with(visible.apply(caller), mayOperate(caller));
    Function<Optional<Principal>, Set<String>> unseen =
        caller -> with(hidden.apply(caller), !mayOperate(caller));
    var silences = new SilenceStore();
    var actions = new AlertActions(new AlertQueries(pool), silences, transitions);
    return List.of(
        new AlertRuleRoutes(pool, idempotency, boards, unseen, transitions),
        new ChannelRoutes(pool, idempotency, context.config().secrets().keySet(), dispatcher::wake),
        new DeliveryRoutes(pool, idempotency, dispatcher::wake),
        new BaselineRoutes(pool, context.clock(), boards, hidden),
        new SilenceRoutes(pool, idempotency, silences),
        new ReportScheduleRoutes(pool, idempotency, context.clock(), boards, hidden),
        new AlertRoutes(pool, idempotency, seen, actions),
        new AcknowledgePage(pool, context.clock(), links, actions));
  }

  private static boolean mayOperate(Optional<Principal> caller) {
    return caller.filter(who -> who.hasRole(Principal.VIEWER)).isPresent();
  }

  private static Set<String> with(Set<String> boards, boolean isOperators) {
    if (!isOperators) return boards;
    Set<String> more = new HashSet<>(boards);
    more.add(OperatorCondition.BOARD);
    return more;
  }

  /** Rows that are too old. */
  public static List<RowExpiryVerticle.Expiry> expiries(AlertsConfig config) {
    return List.of(
        new RowExpiryVerticle.Expiry(
            OLD_TRANSITIONS,
            List.of((double) config.retention().toMillis()),
            EXPIRY_BATCH,
            EXPIRY_BATCHES),
        new RowExpiryVerticle.Expiry(
            OLD_MESSAGES,
            List.of((double) config.retention().toMillis()),
            EXPIRY_BATCH,
            EXPIRY_BATCHES),
        new RowExpiryVerticle.Expiry("report_document", "created_at", config.retention()),
        new RowExpiryVerticle.Expiry("operator_fault", "seen_at", Duration.ofHours(1)),
        new RowExpiryVerticle.Expiry("alert_silence", "ends_at", Duration.ofDays(1)));
  }
}
