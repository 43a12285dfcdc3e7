package dev.boardcast.alerts;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports what is wrong with this node, as the node itself knows it, to the node that evaluates
 * rules for operators. Without a fault it runs no statement. One per node; one event loop.
 */
final class OperatorReport extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(OperatorReport.class);
  private static final Duration PERIOD = Duration.ofSeconds(5);
  private static final int MAX_FAULTS = 200;

  private static final String WRITE =
      """
      WITH gone AS (
        DELETE FROM operator_fault
        WHERE node = $1 AND (condition, subject) NOT IN (
          SELECT condition, subject FROM unnest($2::text[], $3::text[]) AS f (condition, subject)))
      INSERT INTO operator_fault (node, condition, subject, value, seen_at)
      SELECT $1, f.condition, f.subject, f.value, clock_timestamp()
      FROM unnest($2::text[], $3::text[], $4::bigint[]) AS f (condition, subject, value)
      ON CONFLICT (node, condition, subject)
        DO UPDATE SET value = excluded.value, seen_at = excluded.seen_at""";

  private final String node;
  private final Pool pool;
  private final Supplier<List<AlertModule.Fault>> faults;
  private boolean isBusy;
  // What a former process of this node has reported is to go.
  private boolean isReported = true;

  OperatorReport(String node, Pool pool, Supplier<List<AlertModule.Fault>> faults) {
    this.node = node;
    this.pool = pool;
    this.faults = faults;
  }

  @Override
  public Future<?> start() {
    vertx.setPeriodic(PERIOD.toMillis(), due -> report());
    return Future.succeededFuture();
  }

  private void report() {
    if (isBusy) return;
    List<AlertModule.Fault> now = faults.get();
    if (now.isEmpty() && !isReported) return;
    isBusy = true;
    List<String> conditions = new ArrayList<>();
    List<String> subjects = new ArrayList<>();
    List<Long> values = new ArrayList<>();
    for (var each : now.subList(0, Math.min(now.size(), MAX_FAULTS))) {
      conditions.add(each.condition());
      subjects.add(each.subject());
      values.add(each.value());
    }
    pool.preparedQuery(WRITE)
        .execute(
            Tuple.of(node)
                .addArrayOfString(conditions.toArray(String[]::new))
                .addArrayOfString(subjects.toArray(String[]::new))
                .addArrayOfLong(values.toArray(Long[]::new)))
        .onComplete(
            (done, failure) -> {
              isBusy = false;
              if (failure == null) isReported = !now.isEmpty();
              else LOG.debug("faults of this node were not reported", failure);
            });
  }
}
