package dev.boardcast.sources;

import static dev.boardcast.sources.SyncStatements.execute;

import dev.boardcast.database.Backoff;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the sources of one connection, turn by turn. {@link #changes} and {@link #counts} block and
 * are called by one thread each at a time, which may differ; {@link #states} by any.
 *
 * <p>Counts of all rows, compaction, and sources that are only read have connections of their own,
 * so changes of other sources are facts meanwhile.
 */
final class SourceReader {
  private static final Logger LOG = LoggerFactory.getLogger(SourceReader.class);
  private static final int MIN_REST_FACTOR = 20;
  private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
  private static final Duration MAX_RETRY = Duration.ofMinutes(1);
  private static final int ADOPT_ATTEMPTS = 1;
  private static final Duration FIRST_ADOPT_PAUSE = Duration.ofSeconds(30);
  private static final Duration MAX_ADOPT_PAUSE = Duration.ofMinutes(10);
  private static final long SLOW_CHECK_NANOS = Duration.ofSeconds(2).toNanos();
  private static final long LOG_NANOS = Duration.ofSeconds(5).toNanos();
  private static final String STATEMENT_TIMEOUT = "57014";
  private static final Set<String> PASSING = Set.of("40001", "55P03");

  // Each side alone uses the index of tx.
  private static final String NEW_FACTS =
      """
      SELECT EXISTS (SELECT FROM %1$s WHERE tx >= pg_snapshot_xmax(%2$s::pg_snapshot))
          OR EXISTS (SELECT FROM %1$s
                     WHERE tx = ANY (ARRAY(SELECT pg_snapshot_xip(%2$s::pg_snapshot))))""";

  private final Optional<String> connection;
  private final SourceConnections connections;
  private final SourceConfig config;
  private final Consumer<String> committed;
  private final Map<String, SourceState> states;
  private final Map<String, Follow> follows;
  private final Duration compaction;
  // The reader of what takes long; null in itself.
  private final SourceReader counter;
  private volatile Connection local;
  private volatile Connection remote;
  private volatile boolean closed;

  /** What this reader remembers of a source between turns. */
  private static final class Follow {
    private volatile long countDueNanos;
    private volatile boolean isCountNeeded;
    private volatile double progress = 1;
    private final Backoff adoptRetry = new Backoff(FIRST_ADOPT_PAUSE, MAX_ADOPT_PAUSE);
    private long adoptDueNanos = System.nanoTime();
    private final Backoff retry = new Backoff(FIRST_RETRY, MAX_RETRY);
    private long readDueNanos = System.nanoTime();
    // When all rows may be counted again after a count that failed.
    private volatile long countAgainNanos = System.nanoTime();
    private volatile String countProblem = "";
    private volatile String limitProblem = "";
    private volatile long compactDueNanos;
    private long slowCheckNanos = System.nanoTime();
    // The snapshot at the last look for new facts.
    private String seen = "1:1:";
    private final Backoff countRetry = new Backoff(FIRST_RETRY, MAX_RETRY);
    private volatile boolean isReadOnly;
    private String told = "";
    private String stopped = "";
    private long pendingBytes;
    private boolean isPendingTold;
    private boolean isRefusalTold;
  }

  /**
   * @param connection of the sources; empty for Boardcast's own database
   * @param committed receives the fact table when it has new facts
   */
  SourceReader(
      Optional<String> connection,
      SourceConnections connections,
      SourceConfig config,
      Consumer<String> committed) {
    this(connection, connections, config, committed, Compaction.MIN_AGE);
  }

  /**
   * @param compaction how old facts of sources that are only read are at least when they are
   *     compacted, and how often they are
   */
  SourceReader(
      Optional<String> connection,
      SourceConnections connections,
      SourceConfig config,
      Consumer<String> committed,
      Duration compaction) {
    this.compaction = compaction;
    this.connection = connection;
    this.connections = connections;
    this.config = config;
    this.committed = committed;
    states = new ConcurrentHashMap<>();
    follows = new ConcurrentHashMap<>();
    counter = new SourceReader(this);
  }

  private SourceReader(SourceReader changes) {
    compaction = changes.compaction;
    connection = changes.connection;
    connections = changes.connections;
    config = changes.config;
    committed = changes.committed;
    states = changes.states;
    follows = changes.follows;
    counter = null;
  }

  /** The sources that this reader has read, by name. */
  Map<String, SourceState> states() {
    return states;
  }

  /** Ends the connections; a turn in progress fails. From any thread. */
  void close() {
    closed = true;
    if (counter != null) counter.close();
    abort(local);
    abort(remote);
    states.clear();
  }

  /** Ends a connection although a statement may be running on it. */
  private static void abort(Connection open) {
    if (open == null) return;
    try {
      open.abort(Runnable::run);
    } catch (SQLException closing) {
      LOG.debug("ending a connection of sources failed", closing);
    }
  }

  /**
   * Moves the changes of every source of the connection once; reports failures, and throws none.
   */
  void changes() {
    read(
        sources -> {
          states.keySet().retainAll(sources.stream().map(each -> each.name().key()).toList());
          follows.keySet().retainAll(states.keySet());
          for (Source source : sources) {
            if (closed) return;
            Follow follow = follows.computeIfAbsent(source.name().key(), first -> followed(source));
            if (source.readOnly() == null) read(source, follow);
          }
        });
  }

  /**
   * Counts the rows of sources where that is due, and reads those that are only read; reports
   * failures, and throws none.
   */
  void counts() {
    if (states.keySet().stream().noneMatch(each -> hasWork(follows.get(each)))) return;
    counter.work();
    if (follows.values().stream().noneMatch(each -> each.isReadOnly)) counter.disconnect();
  }

  private boolean hasWork(Follow follow) {
    if (follow == null) return false;
    long now = System.nanoTime();
    return follow.isReadOnly
        || follow.isCountNeeded
        || !config.recount().isZero() && now - follow.countDueNanos >= 0
        || now - follow.compactDueNanos >= 0;
  }

  private void work() {
    read(
        sources -> {
          for (Source source : sources) {
            Follow follow = follows.get(source.name().key());
            if (closed) return;
            if (follow == null) continue;
            if (source.readOnly() != null) readOnly(source, follow);
            else count(source, follow);
          }
        });
  }

  private interface Reading {
    void run(List<Source> sources) throws SQLException;
  }

  private void read(Reading reading) {
    try {
      connect();
      reading.run(Source.all(local).stream().filter(this::isMine).toList());
    } catch (SQLException | RuntimeException failure) {
      if (!closed) away(failure);
      disconnect();
    }
  }

  private boolean isMine(Source source) {
    return source.name().connection().equals(connection);
  }

  private void read(Source source, Follow follow) throws SQLException {
    long now = System.nanoTime();
    if (now - follow.readDueNanos < 0) return;
    try {
      boolean isSlowCheck = now - follow.slowCheckNanos >= 0;
      if (isSlowCheck) {
        follow.slowCheckNanos = now + SLOW_CHECK_NANOS;
        adopt(source, follow);
        measure(source, follow);
      }
      SyncResult result = sync(source, SyncProgress.NONE, false, false);
      if (result.isBusy()) return;
      follow.retry.reset();
      if (result.needsCount()) follow.isCountNeeded = true;
      boolean isRead = report(source, follow, result);
      if (isSlowCheck && isRead) raise(source, follow, result);
    } catch (SQLException failure) {
      if (isAway(failure)) throw failure;
      follow.readDueNanos = System.nanoTime() + follow.retry.next().toNanos();
      broken(source, follow, failure);
    }
  }

  /** Changes that wait for a count of all rows stay within the limit. */
  private void raise(Source source, Follow follow, SyncResult result) throws SQLException {
    boolean isLeft = connection.isPresent() && result.needsCount() && !result.hasNewFacts();
    if (isLeft && hasChanges(source)) return;
    boolean isRaised = ChangeLimit.raise(remote(), source.objects(), config.maxChanges());
    follow.limitProblem =
        isRaised
            ? ""
            : "its role may not raise the limit of changes that wait: GRANT UPDATE ON SEQUENCE "
                + source.objects().quotedLimit();
  }

  private boolean hasChanges(Source source) throws SQLException {
    String waiting = "SELECT 1 FROM %s LIMIT 1".formatted(source.objects().quotedChanges());
    return SyncStatements.text(remote, waiting) != null;
  }

  private SyncResult sync(Source source, SyncProgress progress, boolean isDue, boolean mayCount)
      throws SQLException {
    return connection.isEmpty()
        ? new OwnSync(local, progress).run(source.name(), isDue, mayCount)
        : new RemoteSync(local, remote, progress).run(source.name(), isDue, mayCount);
  }

  /** Counts the rows of a source with triggers, and compacts its facts, if it is time to. */
  private void count(Source source, Follow follow) throws SQLException {
    long startNanos = System.nanoTime();
    boolean isDue = !config.recount().isZero() && startNanos - follow.countDueNanos >= 0;
    boolean isCount = isDue || follow.isCountNeeded;
    if (isCount && startNanos - follow.countAgainNanos >= 0) {
      try {
        // Before the count: a reason that comes while it runs wants another one.
        follow.isCountNeeded = false;
        SyncResult result = sync(source, new LoggedProgress(source), isDue, true);
        if (result.isBusy()) {
          follow.isCountNeeded = true;
        } else {
          follow.countProblem = "";
          follow.countRetry.reset();
          if (result.corrected() >= 0) counted(source, follow, result, startNanos);
        }
      } catch (SQLException failure) {
        follow.isCountNeeded = true;
        if (isAway(failure)) throw failure;
        long now = System.nanoTime();
        follow.countAgainNanos =
            now
                + Math.max(
                    follow.countRetry.next().toNanos(), MIN_REST_FACTOR * (now - startNanos));
        // Another process has counted meanwhile, or the table is locked, as by a rewrite.
        boolean isPassing = PASSING.contains(failure.getSQLState());
        follow.countProblem =
            isPassing ? "" : "its rows cannot be counted: " + failure.getMessage();
      } finally {
        follow.progress = 1;
      }
    }
    compact(source, follow);
  }

  /**
   * Reads a source without triggers if it is due. The pause follows a reading that has left
   * nothing; a failure, or another process that reads, is followed by a shorter one.
   */
  private void readOnly(Source source, Follow follow) throws SQLException {
    long startNanos = System.nanoTime();
    if (startNanos - follow.readDueNanos < 0) return;
    follow.readDueNanos = startNanos + FIRST_RETRY.toNanos();
    boolean isDue = !config.recount().isZero() && startNanos - follow.countDueNanos >= 0;
    boolean mayCount = startNanos - follow.countAgainNanos >= 0;
    var progress = new LoggedProgress(source);
    try {
      SyncResult result =
          new ReadOnlySync(local, remote, progress).run(source.name(), isDue, mayCount);
      if (result.isBusy()) return;
      follow.retry.reset();
      follow.readDueNanos =
          result.hasMore() ? System.nanoTime() : startNanos + source.readOnly().every().toNanos();
      if (mayCount && !result.hasMore()) follow.countProblem = "";
      if (result.corrected() >= 0) counted(source, follow, result, startNanos);
      compact(source, follow);
      report(source, follow, result);
    } catch (SQLException failure) {
      follow.readDueNanos = System.nanoTime() + follow.retry.next().toNanos();
      if (progress.isCounting) countFailed(follow, failure, startNanos);
      if (isAway(failure)) throw failure;
      broken(source, follow, failure);
    }
  }

  /** A count that fails is not repeated at once: it may have read all rows for nothing. */
  private void countFailed(Follow follow, SQLException failure, long startNanos) {
    long now = System.nanoTime();
    follow.countAgainNanos = now + restNanos(now - startNanos);
    follow.countDueNanos = follow.countAgainNanos;
    follow.countProblem = "its rows cannot be counted: " + failure.getMessage();
  }

  private long restNanos(long tookNanos) {
    Duration pause = config.recount().isZero() ? MAX_RETRY : config.recount();
    return Math.max(pause.toNanos(), MIN_REST_FACTOR * tookNanos);
  }

  /** As its own pace is, facts do not grow where no counts are scheduled. */
  private void compact(Source source, Follow follow) throws SQLException {
    long startNanos = System.nanoTime();
    if (startNanos - follow.compactDueNanos < 0) return;
    compact(source, compaction);
    long endNanos = System.nanoTime();
    follow.compactDueNanos =
        endNanos + Math.max(compaction.toNanos(), MIN_REST_FACTOR * (endNanos - startNanos));
  }

  private void compact(Source source, Duration age) throws SQLException {
    long deleted = new Compaction(local, age).run(source);
    if (deleted == 0) return;
    LOG.info(
        "source {}: {} facts that cancelled each other were deleted", source.name().key(), deleted);
  }

  /** Whether the next source of the connection would fail as well. */
  private boolean isAway(SQLException failure) throws SQLException {
    String state = failure.getSQLState();
    return state == null
        || state.startsWith("08")
        || state.startsWith("53")
        || state.startsWith("57") && !state.equals(STATEMENT_TIMEOUT)
        || local.isClosed()
        || remote().isClosed();
  }

  /** One source cannot be read, as when its change table was dropped; the others are. */
  private void broken(Source source, Follow follow, SQLException failure) {
    String problem = "it cannot be read: " + failure.getMessage();
    tell(source, follow, problem);
    states.computeIfPresent(
        source.name().key(),
        (key, before) ->
            new SourceState(
                Optional.of(problem), before.pendingBytes(), before.drift(), before.progress()));
  }

  private Follow followed(Source source) {
    var follow = new Follow();
    follow.isReadOnly = source.readOnly() != null;
    // The first node after a restart does not count all sources at once.
    follow.countDueNanos = System.nanoTime() + config.recount().toNanos();
    follow.compactDueNanos = System.nanoTime() + compaction.toNanos();
    states.put(source.name().key(), new SourceState(Optional.empty(), 0, source.drift(), 1));
    return follow;
  }

  /** Writers wait behind an attempt, so attempts that fail are rare. */
  private void adopt(Source source, Follow follow) throws SQLException {
    if (System.nanoTime() - follow.adoptDueNanos < 0) return;
    try {
      if (new SourceInstaller(local, remote(), ADOPT_ATTEMPTS).adopt(source)) {
        LOG.info("source {}: triggers were added to new partitions", source.name().key());
      }
      follow.adoptRetry.reset();
    } catch (SourceException locked) {
      follow.adoptDueNanos = System.nanoTime() + follow.adoptRetry.next().toNanos();
      LOG.debug("source {}: {}", source.name().key(), locked.getMessage());
    } catch (SQLException refused) {
      // No right to add triggers, of SQL class 42; otherwise the connection is to be opened again.
      if (refused.getSQLState() == null || !refused.getSQLState().startsWith("42")) throw refused;
      if (!follow.isRefusalTold) {
        LOG.warn(
            "source {}: triggers cannot be added to new partitions, install it again: {}",
            source.name().key(),
            refused.getMessage());
      }
      follow.isRefusalTold = true;
    }
  }

  private void measure(Source source, Follow follow) throws SQLException {
    if (connection.isEmpty()) return;
    String size =
        SyncStatements.text(
            remote,
            "SELECT pg_total_relation_size(to_regclass(%s))"
                .formatted(Identifiers.literal(source.objects().quotedChanges())));
    follow.pendingBytes = size == null ? 0 : Long.parseLong(size);
    boolean isTooLarge = follow.pendingBytes > config.maxPending();
    if (isTooLarge && !follow.isPendingTold) {
      LOG.warn(
          "source {}: the change table {} has {} bytes, more than source-max-pending",
          source.name().key(),
          source.objects().quotedChanges(),
          follow.pendingBytes);
    }
    follow.isPendingTold = isTooLarge;
  }

  private void counted(Source source, Follow follow, SyncResult result, long startNanos)
      throws SQLException {
    long took = System.nanoTime() - startNanos;
    follow.countDueNanos = System.nanoTime() + restNanos(took);
    if (result.cause() == null) return;
    LOG.info(
        "source {}: all rows were counted in {} ms, {} facts were added: {}",
        source.name().key(),
        took / 1_000_000,
        result.corrected(),
        result.cause());
  }

  /** Shows the state of a source, and hints at new facts; returns whether changes are read. */
  private boolean report(Source source, Follow follow, SyncResult result) throws SQLException {
    Source now = Source.find(local, source.name()).orElse(source);
    Optional<String> problem = Optional.ofNullable(now.problem());
    if (problem.isEmpty() && follow.pendingBytes > config.maxPending()) {
      problem =
          Optional.of(
              "its change table has %d bytes, more than source-max-pending"
                  .formatted(follow.pendingBytes));
    }
    if (problem.isEmpty() && !follow.countProblem.isEmpty()) {
      problem = Optional.of(follow.countProblem);
    }
    if (problem.isEmpty() && !follow.limitProblem.isEmpty()) {
      problem = Optional.of(follow.limitProblem);
    }
    String stopped = now.problem() == null ? "" : now.problem();
    // Its boards are computed, to show that they have stopped or go on.
    boolean hasTurned = !stopped.equals(follow.stopped);
    follow.stopped = stopped;
    tell(source, follow, stopped);
    states.put(
        source.name().key(),
        new SourceState(problem, follow.pendingBytes, now.drift(), follow.progress));
    boolean isNew = hasNewFacts(source, follow);
    if (isNew || hasTurned || result.hasNewFacts()) committed.accept(source.name().facts());
    return now.problem() == null;
  }

  /**
   * Whether facts were committed since the last look. Their numbers do not tell: a long transaction
   * commits low ones last.
   */
  private boolean hasNewFacts(Source source, Follow follow) throws SQLException {
    execute(
        local, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL enable_seqscan = off");
    try {
      String isNew =
          SyncStatements.text(local, NEW_FACTS.formatted(source.facts(), "'" + follow.seen + "'"));
      follow.seen = SyncStatements.text(local, "SELECT pg_current_snapshot()");
      execute(local, "COMMIT");
      return "t".equals(isNew);
    } catch (SQLException failure) {
      SyncStatements.rollback(local, failure);
      throw failure;
    }
  }

  private static void tell(Source source, Follow follow, String problem) {
    if (!problem.isEmpty() && !problem.equals(follow.told)) {
      LOG.error("source {} has stopped: {}", source.name().key(), problem);
    } else if (problem.isEmpty() && !follow.told.isEmpty()) {
      LOG.info("source {} is read again", source.name().key());
    }
    follow.told = problem;
  }

  private void away(Exception failure) {
    String problem =
        "%s cannot be read: %s"
            .formatted(
                connection.map(name -> "the database of " + name).orElse("Boardcast's database"),
                failure.getMessage());
    var follow = follows.computeIfAbsent("", first -> new Follow());
    if (!problem.equals(follow.told)) LOG.warn("sources: {}", problem);
    follow.told = problem;
    states.replaceAll(
        (key, before) ->
            new SourceState(
                Optional.of(problem), before.pendingBytes(), before.drift(), before.progress()));
    connection.ifPresent(
        name -> states.putIfAbsent(name + ":", new SourceState(Optional.of(problem), 0, 0, 1)));
  }

  private void connect() throws SQLException {
    if (closed) throw new SourceException("closed");
    if (local == null || local.isClosed()) local = connections.local();
    if (connection.isPresent() && (remote == null || remote.isClosed())) {
      remote = connections.remote(connection.get());
    }
  }

  private Connection remote() {
    return connection.isEmpty() ? local : remote;
  }

  private void disconnect() {
    for (Connection each : new Connection[] {local, remote}) {
      if (each == null) continue;
      try {
        each.close();
      } catch (SQLException closing) {
        LOG.debug("closing a connection of sources failed", closing);
      }
    }
  }

  /** Logs how far a count is, now and then. */
  private final class LoggedProgress implements SyncProgress {
    private final Source source;
    private boolean isCounting;
    private long logNanos = System.nanoTime() + LOG_NANOS;

    private LoggedProgress(Source source) {
      this.source = source;
    }

    @Override
    public void counts() {
      isCounting = true;
    }

    @Override
    public void read(long read, long all) {
      double progress = all <= 0 ? 0 : Math.min(1, (double) read / all);
      Follow follow = follows.get(source.name().key());
      if (follow != null) follow.progress = progress;
      states.computeIfPresent(
          source.name().key(),
          (key, before) ->
              new SourceState(before.problem(), before.pendingBytes(), before.drift(), progress));
      if (System.nanoTime() - logNanos < 0) return;
      logNanos = System.nanoTime() + LOG_NANOS;
      LOG.info(
          "source {}: {} % of the rows are counted",
          source.name().key(), Math.round(100 * progress));
    }
  }
}
