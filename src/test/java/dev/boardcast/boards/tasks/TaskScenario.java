package dev.boardcast.boards.tasks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.boardcast.bus.TypedBus;
import dev.boardcast.database.Pools;
import dev.boardcast.events.Outbox;
import dev.boardcast.spi.Principal;
import dev.boardcast.spi.Problem;
import dev.boardcast.testing.Services;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Users who change a few tasks on a database of its own; each call is one step. */
final class TaskScenario implements AutoCloseable {
  static final int TASKS = 12;

  private static final List<String> USERS = List.of("ann", "bob", "cem", "dia", "root");
  private static final List<String> TEAMS = List.of("red", "blue", "grey");
  // Ages on both sides of the start of the last 24 hours, and of its quarter of an hour.
  private static final List<String> AGES =
      List.of("1 second", "7 minutes", "23:44", "23:59:59.5", "24:00", "24:16", "25:03", "4 days");

  final Pool pool;
  final TaskFold fold;
  private final TaskAudit audit = new TaskAudit();

  private final Vertx vertx = Vertx.vertx();
  private final TaskWriter writer;
  private final TaskStore tasks;
  private final TeamEdits teams = new TeamEdits(new TeamStore(), new InvitationStore());
  private final TaskStatistics statistics;
  private SqlConnection open;

  /**
   * A change that a user attempts; one that is forbidden is skipped.
   *
   * @param who one of five
   * @param task one of {@link #TASKS}
   * @param other a user, a team, an age, a number, as the action needs
   */
  record Step(Action action, int who, int task, int other) {}

  /** The last five are events other than changes: an open transaction, time, folds. */
  enum Action {
    CREATE,
    HAND_OVER,
    MOVE,
    RETITLE,
    COMPLETE,
    REOPEN,
    SHARE,
    WITHDRAW,
    DELETE,
    JOIN,
    LEAVE,
    CREATE_UNCOMMITTED,
    END,
    AGE,
    FOLD,
    FOLD_ROLLED_BACK
  }

  TaskScenario() {
    pool = Pools.pool(vertx, Services.get().freshDatabase());
    fold = new TaskFold(pool, () -> {});
    var outbox = new Outbox(vertx, new TypedBus(vertx));
    writer = new TaskWriter(outbox);
    tasks = new TaskStore(outbox);
    statistics = new TaskStatistics(pool, fold);
  }

  /** Deletes everything; two of the teams are stored, the third is in tokens alone. */
  void begin() {
    await(
        pool.query(
                """
                DELETE FROM task; DELETE FROM team_member; DELETE FROM team; DELETE FROM outbox;
                DELETE FROM task_change; DELETE FROM task_rollup; DELETE FROM task_moment;
                INSERT INTO team (id, name, created_by) VALUES ('red', 'r', 'ann'), ('blue', 'b', 'bob');
                INSERT INTO team_member (user_id, team_id, is_owner)
                  VALUES ('ann', 'red', true), ('bob', 'blue', true)""")
            .execute());
  }

  void take(Step step) {
    Principal caller = principal(step.who());
    UUID id = id(step.task());
    String user = USERS.get(step.other() % USERS.size());
    String team = TEAMS.get(step.other() % TEAMS.size());
    switch (step.action()) {
      case CREATE -> in(tx -> create(tx, caller, id, step.other()));
      case HAND_OVER -> in(tx -> change(tx, caller, id, patch(null, Optional.of(user), null)));
      case MOVE ->
          in(
              tx -> {
                boolean toNone = step.other() % 4 == 3;
                var to = toNone ? Optional.<String>empty() : Optional.of(team);
                return change(tx, caller, id, patch(null, null, to));
              });
      case RETITLE -> in(tx -> change(tx, caller, id, patch(Optional.of("new"), null, null)));
      case COMPLETE -> in(tx -> change(tx, caller, id, TaskChange.COMPLETE));
      case REOPEN -> in(tx -> change(tx, caller, id, TaskChange.REOPEN));
      case SHARE -> in(tx -> change(tx, caller, id, TaskChange.share(new TaskShare(user, null))));
      case WITHDRAW -> in(tx -> change(tx, caller, id, TaskChange.unshare(user)));
      case DELETE -> in(tx -> tasks.delete(tx, caller, id, Optional.empty()));
      case JOIN -> in(tx -> teams.add(tx, caller, team, user));
      case LEAVE -> in(tx -> teams.remove(tx, caller, team, user));
      case CREATE_UNCOMMITTED -> beside(caller, step.other());
      case END -> end(step.other() % 2 == 0);
      case AGE -> in(tx -> age(tx, id, step.who(), AGES.get(step.other() % AGES.size())));
      case FOLD -> in(tx -> TaskFold.batch(tx, 1 + step.other()));
      case FOLD_ROLLED_BACK ->
          in(
              tx ->
                  TaskFold.batch(tx, 1 + step.other())
                      .compose(folded -> Future.failedFuture(Problem.forbidden("the node died"))));
    }
  }

  /** The statistics of each caller equal a plain count in the same snapshot. */
  void check() {
    var connection = await(pool.getConnection());
    try {
      await(connection.query("BEGIN ISOLATION LEVEL REPEATABLE READ").execute());
      for (int who = 0; who < USERS.size(); who++) {
        var caller = principal(who);
        var plain = PlainCounts.of(connection, caller);
        var shown = statistics.of(connection, caller);
        assertEquals(await(plain), await(shown), caller.user());
      }
    } finally {
      await(connection.query("ROLLBACK").execute());
      await(connection.close());
    }
  }

  /** The number of wrong rollup rows, by all tasks, or by a sample if there are more. */
  long wrongRows(int maxFacts) {
    return await(audit.audit(pool, Duration.ofSeconds(20), maxFacts));
  }

  /** The number of repaired rows. */
  long recompute() {
    return await(pool.withTransaction(audit::recompute));
  }

  /** How many rows a query finds. */
  long count(String from) {
    return await(pool.query("SELECT count(*) FROM " + from).execute()).iterator().next().getLong(0);
  }

  @Override
  public void close() {
    end(false);
    await(pool.close());
    await(vertx.close());
  }

  void end(boolean commit) {
    if (open == null) return;
    await(open.query(commit ? "COMMIT" : "ROLLBACK").execute());
    await(open.close());
    open = null;
  }

  private void beside(Principal caller, int other) {
    if (open == null) {
      open = await(pool.getConnection());
      await(open.query("BEGIN; SET LOCAL idle_in_transaction_session_timeout = 0").execute());
    }
    await(create(open, caller, UUID.randomUUID(), other));
  }

  private Future<?> create(SqlClient tx, Principal caller, UUID id, int other) {
    String team = other % 4 == 3 ? null : TEAMS.get(other % TEAMS.size());
    return writer.create(
        tx, caller, List.of(new NewTask(id, "t", null, null, team, null, null, null, null, null)));
  }

  private Future<?> change(SqlClient tx, Principal caller, UUID id, TaskChange change) {
    return tasks.change(tx, caller, id, Optional.empty(), change);
  }

  private static TaskChange patch(
      Optional<String> title, Optional<String> owner, Optional<String> team) {
    return TaskChange.patch(new TaskPatch(title, null, owner, team, null, null, null, null, null));
  }

  /** Either the whole task, or only its creation, becomes older. */
  private static Future<?> age(SqlClient tx, UUID id, int who, String age) {
    return tx.preparedQuery(
            """
            UPDATE task SET created_at = now() - $2::text::interval,
              completed_at = CASE WHEN $3 THEN completed_at - $2::text::interval ELSE completed_at END
            WHERE id = $1""")
        .execute(Tuple.of(id, age, who % 2 == 0));
  }

  private void in(Function<SqlConnection, Future<?>> change) {
    await(
        pool.withTransaction(tx -> change.apply(tx).<Void>mapEmpty())
            .recover(
                cause ->
                    cause instanceof Problem
                        ? Future.succeededFuture()
                        : Future.failedFuture(cause)));
  }

  private static UUID id(int task) {
    return new UUID(7, task);
  }

  private static Principal principal(int who) {
    String user = USERS.get(who);
    return new Principal(
        user,
        who % 2 == 0 ? Set.of("grey") : Set.of(),
        user.equals("root") ? Set.of(Principal.ADMIN) : Set.of(),
        Instant.now().minusSeconds(60),
        Instant.MAX);
  }

  private static <T> T await(Future<T> future) {
    try {
      return future.await(20, TimeUnit.SECONDS);
    } catch (java.util.concurrent.TimeoutException late) {
      throw new AssertionError(late);
    }
  }
}
