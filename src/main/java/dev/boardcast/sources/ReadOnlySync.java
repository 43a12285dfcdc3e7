package dev.boardcast.sources;

import static dev.boardcast.sources.SyncStatements.execute;
import static dev.boardcast.sources.SyncStatements.text;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * Reads a source of whose database nothing is asked but SELECT, in read-only transactions.
 *
 * <ul>
 *   <li>By a watermark: rows in the order of watermark and key, from the last one that was read, up
 *       to those that are as old as the lag. Facts, and up to where rows are read, are committed
 *       together, a batch at a time. A batch replaces what is known of its keys, so a row that is
 *       read again after an update, or after whatever failure, counts once.
 *   <li>On a clock: all rows, each time.
 *   <li>A scheduled count compares all rows with the facts: it finds what no watermark shows.
 * </ul>
 *
 * <p>The row of the source is locked meanwhile, so several processes may try. Blocking.
 */
final class ReadOnlySync {
  /** The most rows of one transaction by a watermark. */
  static final int BATCH = 10_000;

  /** The most rows of a source that is read on a clock. */
  static final int MAX_ROWS = 1_000_000;

  private static final int MAX_BATCHES = 20;
  private static final int AS_OF_STEP_SECONDS = 5;
  private static final String BEGIN =
      "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL row_security = off;"
          + " SET LOCAL statement_timeout = '%s'; "
          + Rewrites.LOCK_TIMEOUT;
  private static final String BATCH_TIMEOUT = "30s";
  private static final String COUNT_TIMEOUT = "30min";
  private static final String NO_RIGHT = "42501";
  private static final String ARRIVED = "arrived_rows";
  private static final String DRIFT =
      "rows were deleted, got no greater %s when they changed, or were committed later than the lag";

  private final Connection local;
  private final Connection remote;
  private final SyncProgress progress;
  private final int batch;

  ReadOnlySync(Connection local, Connection remote, SyncProgress progress) {
    this(local, remote, progress, BATCH);
  }

  /**
   * @param batch the most rows of one transaction by a watermark
   */
  ReadOnlySync(Connection local, Connection remote, SyncProgress progress, int batch) {
    this.local = local;
    this.remote = remote;
    this.progress = progress;
    this.batch = batch;
  }

  /**
   * Reads what is new, and counts all rows if there is a reason to.
   *
   * @param isDue whether it is time for a scheduled count
   */
  SyncResult run(SourceName name, boolean isDue) throws SQLException {
    return run(name, isDue, true);
  }

  /**
   * The same.
   *
   * @param mayCount false where all rows by a watermark are not to be counted for whatever reason
   */
  SyncResult run(SourceName name, boolean isDue, boolean mayCount) throws SQLException {
    try {
      boolean isByWatermark =
          Source.find(local, name).filter(it -> it.readOnly().watermark().isPresent()).isPresent();
      if (!isByWatermark)
        return transaction(name, COUNT_TIMEOUT, (source, upTo) -> all(source, upTo, isDue));
      boolean hasNewFacts = false;
      for (int i = 0; i < MAX_BATCHES; i++) {
        SyncResult result = transaction(name, BATCH_TIMEOUT, this::next);
        if (result.isBusy() || result.cause() != null) return result;
        hasNewFacts |= result.hasNewFacts();
        // Fewer rows than a batch has were left.
        if (result.corrected() >= batch) continue;
        return mayCount
            ? counted(name, isDue, hasNewFacts)
            : new SyncResult(hasNewFacts, -1, null, false);
      }
      return new SyncResult(hasNewFacts, -1, null, false, true);
    } catch (SQLException | RuntimeException failure) {
      SyncStatements.rollback(local, failure);
      SyncStatements.rollback(remote, failure);
      throw failure;
    }
  }

  private interface Work {
    /**
     * @param upTo the time up to which the snapshot has all rows, less the lag
     */
    SyncResult run(Source source, String upTo) throws SQLException;
  }

  /** Runs work in a transaction of each database, of which that of the source reads only. */
  private SyncResult transaction(SourceName name, String timeout, Work work) throws SQLException {
    execute(local, "BEGIN");
    var locked = Source.lock(local, name);
    if (locked.isEmpty()) {
      execute(local, "ROLLBACK");
      return SyncResult.BUSY;
    }
    Source source = locked.get();
    progress.step("locked");
    SyncResult result;
    try {
      String upTo = ReadBound.of(remote, name, source.readOnly());
      execute(remote, BEGIN.formatted(timeout));
      requireSame(source);
      if (!Rewrites.lock(remote, source.relation())) {
        execute(remote, "ROLLBACK");
        execute(local, "ROLLBACK");
        return SyncResult.BUSY;
      }
      result = work.run(source, upTo);
    } catch (SourceException unusable) {
      result = stopped(source, unusable.getMessage());
    } catch (SQLException refused) {
      if (!NO_RIGHT.equals(refused.getSQLState())) throw refused;
      result = stopped(source, unreadable(name, refused));
    }
    progress.step("saved");
    execute(local, "COMMIT");
    progress.step("committed");
    execute(remote, "COMMIT");
    return result;
  }

  /** Stores why there is nothing to read, in place of what was begun. */
  private SyncResult stopped(Source source, String problem) throws SQLException {
    execute(remote, "ROLLBACK");
    execute(local, "ROLLBACK");
    execute(local, "BEGIN");
    SyncStatements.problem(local, source, problem);
    return new SyncResult(false, -1, problem, false);
  }

  /** A refusal of the source's server, as one sentence for an operator. */
  static String unreadable(SourceName name, SQLException refused) {
    return "%s cannot be read: %s".formatted(name.relation(), refused.getMessage());
  }

  private void requireSame(Source source) throws SQLException {
    List<String> names = source.columns().stream().map(SourceColumn::name).toList();
    var now = new SourceCatalog(remote).readable(source.name(), names);
    for (int i = 0; i < names.size(); i++) {
      SourceColumn was = source.columns().get(i);
      SourceColumn is = now.columns().get(i);
      if (is.equals(was)) continue;
      throw new SourceException(
          "column %s of %s is kept as %s now; it was %s; remove the source and install it again"
              .formatted(is.name(), source.name().relation(), is.type(), was.type()));
    }
  }

  /** Reads the next batch by the watermark; {@code corrected} of the result is its size. */
  private SyncResult next(Source source, String upTo) throws SQLException {
    ReadOnly how = source.readOnly();
    String mark = Identifiers.quoted(how.watermark().orElseThrow());
    String key = Identifiers.quoted(how.key().orElseThrow());
    String rows =
        "FROM %s AS t WHERE %s%s <= %s"
            .formatted(source.relation(), after(source), mark, Identifiers.literal(upTo));
    if (text(remote, "SELECT 1 " + rows + " LIMIT 1") == null) {
      boolean isStored = asOf(source, upTo, AS_OF_STEP_SECONDS);
      return new SyncResult(isStored, 0, null, false);
    }
    arrive(
        source,
        "SELECT %s, %s::text, %s::text, false %s ORDER BY t.%s, t.%s LIMIT %d"
            .formatted(source.values(), mark, key, rows, mark, key, batch));
    progress.step("arrived");
    long read = Long.parseLong(text(local, "SELECT count(*) FROM " + ARRIVED));
    requireUnique(source, key);
    SyncStatements.correct(
        local,
        source,
        "SELECT * FROM " + ARRIVED,
        "SELECT * FROM %1$s WHERE %2$s IN (SELECT %2$s FROM %3$s)"
            .formatted(source.facts(), key, ARRIVED));
    progress.step("added");
    execute(
        local,
        """
        UPDATE source SET read_to = ARRAY[last._mark, last._key], as_of = %s
        FROM (SELECT _mark, _key FROM %s ORDER BY _place DESC LIMIT 1) AS last
        WHERE name = %s"""
            .formatted(
                read < batch
                    ? Identifiers.literal(upTo) + "::timestamptz"
                    : "last._mark::timestamptz",
                ARRIVED,
                Identifiers.literal(source.name().key())));
    return new SyncResult(true, read, null, false);
  }

  /** A condition on rows that come after those that are read. */
  private String after(Source source) throws SQLException {
    String position = position(source);
    return position == null
        ? ""
        : "(%s, %s) > %s AND "
            .formatted(
                Identifiers.quoted(source.readOnly().watermark().orElseThrow()),
                Identifiers.quoted(source.readOnly().key().orElseThrow()),
                position);
  }

  /** Watermark and key of the last row that is read, as SQL; null before the first. */
  private String position(Source source) throws SQLException {
    String read =
        "SELECT format('(%%L, %%L)', read_to[1], read_to[2]) FROM source WHERE read_to IS NOT NULL AND name = %s";
    return text(local, read.formatted(Identifiers.literal(source.name().key())));
  }

  private void requireUnique(Source source, String key) throws SQLException {
    String repeated =
        text(
            local,
            "SELECT %1$s FROM %2$s GROUP BY %1$s HAVING count(*) > 1 LIMIT 1"
                .formatted(key, ARRIVED));
    if (repeated == null) return;
    throw new SourceException(
        "column %s of %s is no key: several rows have %s"
            .formatted(source.readOnly().key().orElseThrow(), source.name().relation(), repeated));
  }

  /** Copies rows into a temporary table, whose column {@code _place} has their order. */
  private void arrive(Source source, String rows) throws SQLException {
    execute(
        local,
        """
        CREATE TEMP TABLE %1$s ON COMMIT DROP AS
          SELECT %2$s, ''::text AS _mark, ''::text AS _key, false AS _later FROM %3$s WITH NO DATA;
        ALTER TABLE %1$s ADD COLUMN _place bigint GENERATED ALWAYS AS IDENTITY"""
            .formatted(ARRIVED, source.names(), source.facts()));
    String into = "%s (%s, _mark, _key, _later)".formatted(ARRIVED, source.names());
    CopyPipe.copy(remote, rows, local, into, 0, progress);
  }

  /** Stores up to when rows are facts, now and then; returns whether it was stored. */
  private boolean asOf(Source source, String time, int stepSeconds) throws SQLException {
    String sql =
        """
        UPDATE source SET as_of = %1$s::timestamptz
        WHERE name = %2$s
          AND (as_of IS NULL OR as_of < %1$s::timestamptz - interval '%3$d seconds')"""
            .formatted(
                Identifiers.literal(time), Identifiers.literal(source.name().key()), stepSeconds);
    try (var statement = local.createStatement()) {
      return statement.executeUpdate(sql) > 0;
    }
  }

  /** Compares all rows with the facts, if there is a reason to. */
  private SyncResult counted(SourceName name, boolean isDue, boolean hasNewFacts)
      throws SQLException {
    Source now = Source.find(local, name).orElseThrow();
    String reason =
        now.problem() != null
            ? "the table is a source again"
            : now.isRecountRequested()
                ? "the source was installed again"
                : isDue ? SyncStatements.DUE : null;
    if (reason == null) return new SyncResult(hasNewFacts, -1, null, false);
    progress.counts();
    SyncResult result = transaction(name, COUNT_TIMEOUT, (source, upTo) -> count(source, reason));
    return result.isBusy() || result.corrected() < 0
        ? result
        : new SyncResult(
            hasNewFacts || result.corrected() > 0, result.corrected(), result.cause(), false);
  }

  /** Rows that are not read yet are left out, and what is known of them stays. */
  private SyncResult count(Source source, String reason) throws SQLException {
    String key = Identifiers.quoted(source.readOnly().key().orElseThrow());
    String position = position(source);
    String isLater =
        position == null
            ? "true"
            : "coalesce((%s, %s) > %s, false)"
                .formatted(
                    Identifiers.quoted(source.readOnly().watermark().orElseThrow()), key, position);
    arrive(
        source,
        "SELECT %s, '', '', %s FROM %s".formatted(source.values(), isLater, source.relation()));
    execute(local, "ANALYZE " + ARRIVED);
    progress.step("arrived");
    long corrected =
        SyncStatements.correct(
            local,
            source,
            "SELECT * FROM " + ARRIVED + " WHERE NOT _later",
            """
            SELECT * FROM %1$s AS f
            WHERE NOT EXISTS (SELECT FROM %3$s AS a WHERE a._later AND a.%2$s = f.%2$s)"""
                .formatted(source.facts(), key, ARRIVED));
    String cause =
        !reason.equals(SyncStatements.DUE)
            ? reason
            : corrected == 0 ? null : DRIFT.formatted(source.readOnly().watermark().orElseThrow());
    counted(source, corrected, cause);
    return new SyncResult(corrected > 0, corrected, cause, false);
  }

  private void counted(Source source, long drift, String cause) throws SQLException {
    try (var update =
        local.prepareStatement(
            """
            UPDATE source SET recount_requested = false, counted_at = clock_timestamp(), drift = ?,
                              drift_cause = ?, problem = NULL
            WHERE name = ?""")) {
      update.setLong(1, drift);
      update.setString(2, cause);
      update.setString(3, source.name().key());
      update.executeUpdate();
    }
  }

  /** Reads all rows: their differences are changes, and no drift. */
  private SyncResult all(Source source, String upTo, boolean isDue) throws SQLException {
    arrive(
        source,
        "SELECT %s, '', '', false FROM %s LIMIT %d"
            .formatted(source.values(), source.relation(), MAX_ROWS + 1));
    execute(local, "ANALYZE " + ARRIVED);
    progress.step("arrived");
    if (Long.parseLong(text(local, "SELECT count(*) FROM " + ARRIVED)) > MAX_ROWS) {
      throw new SourceException(
          "%s has more than %d rows, which are too many to be read on a clock; read it by a watermark"
              .formatted(source.name().relation(), MAX_ROWS));
    }
    long changes = SyncStatements.correct(local, source, "SELECT * FROM " + ARRIVED);
    progress.step("added");
    if (isDue || source.problem() != null || source.countedAt() == null) counted(source, 0, null);
    boolean isStored = asOf(source, upTo, 0);
    return new SyncResult(changes > 0 || isStored, isDue ? 0 : -1, null, false);
  }
}
