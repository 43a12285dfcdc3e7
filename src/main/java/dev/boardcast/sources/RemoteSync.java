package dev.boardcast.sources;

import static dev.boardcast.sources.SyncStatements.execute;
import static dev.boardcast.sources.SyncStatements.text;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * Moves the changes of a source in another database into the facts here.
 *
 * <ul>
 *   <li>A transaction of the source, repeatable read, sees the changes of a snapshot. Those that
 *       the last snapshot did not contain become facts, in one transaction here that also stores
 *       the snapshot. So each change is moved once, whatever order their writers commit in, and a
 *       transaction of the source is here as a whole or not at all.
 *   <li>Only after that commit are the changes deleted there, in the transaction that saw them. If
 *       the process ends before, the next reading skips what is here and deletes it.
 *   <li>If changes may have passed the triggers, the rows of the same snapshot are copied, and the
 *       facts by which they differ are added in the same transaction.
 *   <li>If the source is another server, another timeline of it, or has gone back behind the last
 *       snapshot, this means nothing: all changes there are deleted first, and then all rows are
 *       counted.
 * </ul>
 *
 * <p>The row of the source is locked meanwhile, so several processes may try. Blocking.
 */
final class RemoteSync {
  private static final String BEGIN = "BEGIN ISOLATION LEVEL REPEATABLE READ";
  private static final String ARRIVED = "arrived_rows";

  // Of a table that was never analysed, or was filled since.
  private static final int ROWS_A_BLOCK = 80;

  private final Connection local;
  private final Connection remote;
  private final SyncProgress progress;

  RemoteSync(Connection local, Connection remote, SyncProgress progress) {
    this.local = local;
    this.remote = remote;
    this.progress = progress;
  }

  /**
   * Moves what is new, and counts all rows if there is a reason to.
   *
   * @param isDue whether it is time for a scheduled count
   */
  SyncResult run(SourceName name, boolean isDue) throws SQLException {
    return run(name, isDue, true);
  }

  /**
   * The same.
   *
   * @param mayCount false where changes are moved, and the result says whether rows are to be
   *     counted
   */
  SyncResult run(SourceName name, boolean isDue, boolean mayCount) throws SQLException {
    try {
      if (!isNeeded(name, isDue)) return SyncResult.NOTHING;
      execute(local, "BEGIN");
      var locked = Source.lock(local, name);
      if (locked.isEmpty()) {
        execute(local, "ROLLBACK");
        return SyncResult.BUSY;
      }
      return run(locked.get(), isDue, mayCount);
    } catch (SQLException | RuntimeException failure) {
      SyncStatements.rollback(local, failure);
      SyncStatements.rollback(remote, failure);
      if (SyncStatements.hidesRows(failure)) return hidden(name, failure);
      throw failure;
    }
  }

  private SyncResult hidden(SourceName name, Exception refused) throws SQLException {
    var source = Source.find(local, name);
    if (source.isPresent()) {
      SyncStatements.problem(local, source.get(), SyncStatements.hidden(name, refused));
    }
    return SyncResult.NOTHING;
  }

  /** Looks whether there is anything to do, without a lock, which would be written. */
  private boolean isNeeded(SourceName name, boolean isDue) throws SQLException {
    var found = Source.find(local, name);
    if (found.isEmpty()) return false;
    Source source = found.get();
    execute(remote, BEGIN);
    var structure =
        new SourceCatalog(remote)
            .structure(source.name(), source.oid(), source.columns(), source.objects());
    boolean isNeeded;
    if (structure.problem().isPresent()) {
      isNeeded = !structure.problem().get().equals(source.problem());
    } else {
      String marker = ChangeLimit.marker(remote, source.objects());
      String origin = SyncStatements.origin(remote, source);
      isNeeded =
          hasChanges(source)
              || SyncStatements.reason(source, structure, origin, marker, isDue) != null;
    }
    execute(remote, "COMMIT");
    return isNeeded;
  }

  private boolean hasChanges(Source source) throws SQLException {
    return text(remote, "SELECT 1 FROM %s LIMIT 1".formatted(source.objects().quotedChanges()))
        != null;
  }

  private SyncResult run(Source source, boolean isDue, boolean mayCount) throws SQLException {
    progress.step("locked");
    String origin = SyncStatements.origin(remote, source);
    boolean isOther = source.origin() != null && !source.origin().equals(origin);
    // They are before the snapshot of the count that follows, whether or not this process gets
    // there.
    if (isOther) {
      // Stored first, since its ids come past those that were read.
      SyncStatements.replaced(local, source, origin);
      execute(local, "COMMIT");
      if (!mayCount) return SyncResult.UNCOUNTED;
      execute(local, "BEGIN");
      if (Source.lock(local, source.name()).isEmpty()) {
        execute(local, "ROLLBACK");
        return SyncResult.BUSY;
      }
      execute(remote, "DELETE FROM " + source.objects().quotedChanges());
    }
    progress.step("identified");
    execute(remote, BEGIN);
    execute(remote, SyncStatements.NO_ROW_SECURITY);
    execute(remote, Rewrites.LOCK_TIMEOUT);
    String snapshot = text(remote, "SELECT pg_current_snapshot()");
    var structure =
        new SourceCatalog(remote)
            .structure(source.name(), source.oid(), source.columns(), source.objects());
    if (structure.problem().isPresent()) {
      SyncStatements.problem(local, source, structure.problem().get());
      execute(local, "COMMIT");
      execute(remote, "ROLLBACK");
      return SyncResult.NOTHING;
    }
    String marker = ChangeLimit.marker(remote, source.objects());
    String reason = SyncStatements.reason(source, structure, origin, marker, isDue);
    if (reason == null && !hasChanges(source)) {
      execute(remote, "ROLLBACK");
      execute(local, "ROLLBACK");
      return SyncResult.NOTHING;
    }
    boolean isUncounted = reason != null && !mayCount;
    if (isUncounted && (source.structure().isEmpty() || !hasChanges(source))) {
      execute(remote, "ROLLBACK");
      execute(local, "ROLLBACK");
      return SyncResult.UNCOUNTED;
    }
    if (isUncounted) reason = null;
    if (reason != null && !Rewrites.lock(remote, source.relation())) {
      execute(remote, "ROLLBACK");
      execute(local, "ROLLBACK");
      return SyncResult.BUSY;
    }
    progress.step("begun");
    long moved = isOther || source.watermark() == null ? 0 : move(source);
    progress.step("moved");
    long corrected = -1;
    String cause = null;
    if (reason == null) {
      SyncStatements.moved(local, source, snapshot);
    } else {
      boolean isFirst = source.watermark() == null && source.structure().isEmpty();
      corrected = count(source);
      progress.step("counted");
      cause = reason;
      if (reason.equals(SyncStatements.DUE)) {
        cause = corrected == 0 ? null : SyncStatements.cause(remote, source, structure);
      }
      SyncStatements.counted(
          local,
          source,
          structure,
          SyncStatements.originOfServer(remote),
          snapshot,
          isFirst ? 0 : corrected,
          cause);
    }
    progress.step("saved");
    execute(local, "COMMIT");
    progress.step("committed");
    execute(remote, "DELETE FROM " + source.objects().quotedChanges());
    progress.step("deleted");
    if (reason != null && marker != null) {
      execute(remote, "DELETE FROM " + source.objects().quotedMarkers());
    }
    execute(remote, "COMMIT");
    progress.step("ended");
    var result = new SyncResult(moved > 0 || corrected > 0, corrected, cause, false);
    return isUncounted ? result.uncounted() : result;
  }

  /** Copies changes that the last snapshot did not contain. */
  private long move(Source source) throws SQLException {
    String seen = Identifiers.literal(source.watermark()) + "::pg_snapshot";
    String query =
        """
        SELECT sign, %1$s FROM %2$s
        WHERE tx >= pg_snapshot_xmax(%3$s) OR tx = ANY (ARRAY(SELECT pg_snapshot_xip(%3$s)))
        ORDER BY change_id"""
            .formatted(source.names(), source.objects().quotedChanges(), seen);
    String into = "%s (sign, %s)".formatted(source.facts(), source.names());
    return CopyPipe.copy(remote, query, local, into, 0, SyncProgress.NONE);
  }

  /** Copies all rows, and adds the facts by which they differ. */
  private long count(Source source) throws SQLException {
    String rows = "SELECT %s FROM %s".formatted(source.values(), source.relation());
    long estimate = estimate(source);
    boolean isEmpty = text(local, "SELECT min(change_id) FROM " + source.facts()) == null;
    if (isEmpty) {
      String query = "SELECT 1, counted.* FROM (" + rows + ") AS counted";
      String into = "%s (sign, %s)".formatted(source.facts(), source.names());
      return CopyPipe.copy(remote, query, local, into, estimate, progress);
    }
    execute(
        local,
        "CREATE TEMP TABLE %s ON COMMIT DROP AS SELECT %s FROM %s WITH NO DATA"
            .formatted(ARRIVED, source.names(), source.facts()));
    String into = "%s (%s)".formatted(ARRIVED, source.names());
    CopyPipe.copy(remote, rows, local, into, estimate, progress);
    return SyncStatements.correct(local, source, "SELECT * FROM " + ARRIVED);
  }

  private long estimate(Source source) throws SQLException {
    String rows =
        text(
            remote,
            """
            WITH RECURSIVE tree AS (
              SELECT %1$d::oid AS oid
              UNION SELECT i.inhrelid FROM pg_inherits i JOIN tree ON i.inhparent = tree.oid)
            SELECT sum(CASE WHEN c.reltuples >= 0 AND c.relpages > 0
                            THEN c.reltuples / c.relpages ELSE %2$d END
                       * pg_relation_size(c.oid) / current_setting('block_size')::int)::bigint
            FROM pg_class c JOIN tree USING (oid) WHERE c.relkind = 'r'"""
                .formatted(source.oid(), ROWS_A_BLOCK));
    return rows == null ? 0 : Long.parseLong(rows);
  }
}
