package dev.boardcast.database;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.function.Function;

/**
 * Creates and drops partitions of tables as a plan says, in one transaction.
 *
 * <p>Each statement waits at most 200 ms for a lock, and so blocks writers no longer than that;
 * when it has to give up, nothing has changed. Thread safe.
 */
public final class PartitionManager {
  private static final String LOCK_TIMEOUT = "SELECT set_config('lock_timeout', '200ms', true)";
  private static final String CREATE = "CREATE TABLE %2$s (LIKE %1$s INCLUDING ALL)";
  // Attaching, unlike creating in place, does not block readers and writers.
  private static final String ATTACH = "ALTER TABLE %1$s ATTACH PARTITION %2$s FOR VALUES %3$s";
  private static final String DROP = "DROP TABLE %2$s";

  private final Pool pool;

  public PartitionManager(Pool pool) {
    this.pool = pool;
  }

  /**
   * A partition of one table.
   *
   * @param bounds {@code FROM (…) TO (…)}
   */
  public record Partition(String table, String name, String bounds) {
    private String sql(String template) {
      return template.formatted(table, name, bounds);
    }
  }

  /** A statement that goes with a step, such as one that records a partition in a table. */
  public record Statement(String sql, Tuple parameters) {}

  /** Partitions that are created or dropped together, then what goes with it. */
  public record Step(List<Partition> partitions, List<Statement> statements) {}

  /** What to change: first the drops, then the creations, each in order. */
  public record Plan(List<Step> drops, List<Step> creates) {
    public static final Plan NOTHING = new Plan(List.of(), List.of());
  }

  /** How many steps of a plan were carried out. */
  public record Changes(int created, int dropped) {}

  /**
   * Plans and carries out the plan in one transaction.
   *
   * @param planner reads the present partitions in the transaction, and makes sure that no other
   *     node changes them at the same time
   * @return fails when the planner fails or a lock is not granted in time
   */
  public Future<Changes> apply(Function<SqlClient, Future<Plan>> planner) {
    return pool.withTransaction(
        tx ->
            tx.query(LOCK_TIMEOUT)
                .execute()
                .compose(set -> planner.apply(tx))
                .compose(plan -> apply(tx, plan)));
  }

  private static Future<Changes> apply(SqlClient tx, Plan plan) {
    Future<?> steps = Future.succeededFuture();
    for (Step step : plan.drops()) steps = steps.compose(done -> run(tx, step, List.of(DROP)));
    for (Step step : plan.creates()) {
      steps = steps.compose(done -> run(tx, step, List.of(CREATE, ATTACH)));
    }
    return steps.map(new Changes(plan.creates().size(), plan.drops().size()));
  }

  private static Future<?> run(SqlClient tx, Step step, List<String> templates) {
    Future<?> done = Future.succeededFuture();
    for (Partition partition : step.partitions()) {
      for (String template : templates) {
        done = done.compose(before -> tx.query(partition.sql(template)).execute());
      }
    }
    for (Statement statement : step.statements()) {
      done =
          done.compose(before -> tx.preparedQuery(statement.sql()).execute(statement.parameters()));
    }
    return done;
  }
}
