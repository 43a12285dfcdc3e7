package dev.boardcast.sources;

import dev.boardcast.sources.SourceTable.Relation;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Reads a source in Boardcast's own database, where triggers write facts in the writer's
 * transaction.
 *
 * <p>There is nothing to move. If changes may have passed the triggers, all rows of the table are
 * counted, in one repeatable-read transaction that lets writers go on: it adds the facts by which
 * the facts that it sees differ from the rows that it sees. What is committed later is in neither,
 * and is a fact of its own. So facts and rows agree in every later snapshot, and the first count is
 * the same as any other. Blocking.
 */
final class OwnSync {
  private static final String BEGIN = "BEGIN ISOLATION LEVEL REPEATABLE READ";

  // A block range is read by a scan of those blocks alone.
  private static final long BATCH_BLOCKS = 8192;

  // As a fold does with facts of another server.
  private static final String SETTLE =
      "UPDATE %s SET tx = '3' WHERE tx >= pg_snapshot_xmax(pg_current_snapshot())";

  private final Connection local;
  private final SyncProgress progress;

  OwnSync(Connection local, SyncProgress progress) {
    this.local = local;
    this.progress = progress;
  }

  /**
   * Counts all rows if there is a reason to.
   *
   * @param isDue whether it is time for a scheduled count
   */
  SyncResult run(SourceName name, boolean isDue) throws SQLException {
    return run(name, isDue, true);
  }

  /**
   * The same.
   *
   * @param mayCount false where the result only says whether rows are to be counted
   */
  SyncResult run(SourceName name, boolean isDue, boolean mayCount) throws SQLException {
    execute(BEGIN);
    try {
      execute(SyncStatements.NO_ROW_SECURITY);
      execute(Rewrites.LOCK_TIMEOUT);
      var source = Source.find(local, name);
      return end(source.isEmpty() ? SyncResult.NOTHING : run(source.get(), isDue, mayCount));
    } catch (SQLException | RuntimeException failure) {
      SyncStatements.rollback(local, failure);
      if (SyncStatements.hidesRows(failure)) return hidden(name, failure);
      throw failure;
    }
  }

  private SyncResult run(Source source, boolean isDue, boolean mayCount) throws SQLException {
    var structure =
        new SourceCatalog(local)
            .structure(source.name(), source.oid(), source.columns(), source.objects());
    if (structure.problem().isPresent()) {
      SyncStatements.problem(local, source, structure.problem().get());
      return SyncResult.NOTHING;
    }
    String origin = SyncStatements.origin(local);
    String marker = ChangeLimit.marker(local, source.objects());
    String reason = SyncStatements.reason(source, structure, origin, marker, isDue);
    if (reason == null) return SyncResult.NOTHING;
    if (!mayCount) return SyncResult.UNCOUNTED;
    // Locked only now, since a lock is written. A count that has ended since fails this one.
    if (Source.lock(local, source.name()).isEmpty()) return SyncResult.BUSY;
    if (!Rewrites.lock(local, source.relation())) return SyncResult.BUSY;
    progress.step("begun");
    execute(SETTLE.formatted(source.facts()));
    if (marker != null) execute("DELETE FROM " + source.objects().quotedMarkers());
    long corrected =
        isEmpty(source)
            ? copy(source, structure)
            : SyncStatements.correct(local, source, rows(source));
    progress.step("counted");
    String cause = reason;
    if (reason.equals(SyncStatements.DUE)) {
      cause = corrected == 0 ? null : SyncStatements.cause(local, source, structure);
    }
    SyncStatements.counted(
        local, source, structure, origin, null, isFirst(source) ? 0 : corrected, cause);
    progress.step("saved");
    return new SyncResult(corrected > 0, corrected, cause, false);
  }

  private SyncResult hidden(SourceName name, Exception refused) throws SQLException {
    var source = Source.find(local, name);
    if (source.isPresent()) {
      SyncStatements.problem(local, source.get(), SyncStatements.hidden(name, refused));
    }
    return SyncResult.NOTHING;
  }

  private static boolean isFirst(Source source) {
    return source.structure().isEmpty();
  }

  private boolean isEmpty(Source source) throws SQLException {
    return text("SELECT min(change_id) FROM " + source.facts()) == null;
  }

  private static String rows(Source source) {
    return "SELECT %s FROM %s".formatted(source.values(), source.relation());
  }

  /** Fills empty facts, in ranges of blocks, so that progress can be told. */
  private long copy(Source source, SourceStructure structure) throws SQLException {
    long all = 0;
    for (var member : structure.members()) all += blocks(member.relation());
    long done = 0;
    long copied = 0;
    for (var member : structure.members()) {
      Relation relation = member.relation();
      long blocks = blocks(relation);
      for (long from = 0; from < blocks; from += BATCH_BLOCKS) {
        copied += copy(source, relation, from);
        done += Math.min(BATCH_BLOCKS, blocks - from);
        progress.read(done, all);
      }
    }
    return copied;
  }

  private long copy(Source source, Relation relation, long from) throws SQLException {
    String sql =
        """
        INSERT INTO %s (sign, %s)
        SELECT 1, %s FROM ONLY %s WHERE ctid >= '(%d,0)' AND ctid < '(%d,0)'"""
            .formatted(
                source.facts(),
                source.names(),
                source.values(),
                relation.quoted(),
                from,
                from + BATCH_BLOCKS);
    try (var statement = local.createStatement()) {
      return statement.executeLargeUpdate(sql);
    }
  }

  /** Blocks that can have rows of the snapshot; none of a partitioned table. */
  private long blocks(Relation relation) throws SQLException {
    String blocks =
        text(
            "SELECT pg_relation_size(%d) / current_setting('block_size')::bigint"
                .formatted(relation.oid()));
    return blocks == null ? 0 : Long.parseLong(blocks);
  }

  private String text(String query) throws SQLException {
    return SyncStatements.text(local, query);
  }

  private void execute(String sql) throws SQLException {
    SyncStatements.execute(local, sql);
  }

  private SyncResult end(SyncResult result) throws SQLException {
    execute("COMMIT");
    return result;
  }
}
