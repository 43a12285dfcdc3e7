package dev.boardcast.board.tasks;

import dev.boardcast.auth.Principal;
import dev.boardcast.board.tasks.TaskIntake.Outcome;
import dev.boardcast.board.tasks.TaskIntake.Taken;
import dev.boardcast.event.NewEvent;
import dev.boardcast.event.Outbox;
import dev.boardcast.http.Body;
import dev.boardcast.http.Caller;
import dev.boardcast.http.HttpConfig;
import dev.boardcast.http.Idempotency;
import dev.boardcast.http.Idempotency.Written;
import dev.boardcast.http.Ingest;
import dev.boardcast.http.Problem;
import dev.boardcast.http.Reply;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlClient;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes new tasks: one, an array, or NDJSON. One is answered with the task, a batch with counts.
 *
 * <p>With an {@code Idempotency-Key} an array is one transaction, so the key stands for all of it.
 * NDJSON may be longer than a transaction should be and takes none: give each task its id.
 */
final class TaskPosts implements Handler<RoutingContext> {
  private final Pool pool;
  private final Outbox outbox;
  private final TaskFold fold;
  private final TaskIntake intake;
  private final Idempotency idempotency;
  private final HttpConfig config;

  TaskPosts(HttpConfig config, Pool pool, Outbox outbox, TaskFold fold, Idempotency idempotency) {
    this.config = config;
    this.pool = pool;
    this.outbox = outbox;
    this.fold = fold;
    this.idempotency = idempotency;
    this.intake = new TaskIntake(outbox);
  }

  @Override
  public void handle(RoutingContext context) {
    var caller = Caller.require(context);
    if (!Ingest.isBatch(context)) {
      single(context, caller, Body.read(context, NewTask.class));
    } else if (Idempotency.key(context).isEmpty()) {
      batch(tasks -> inOwnTransaction(caller, tasks)).handle(context);
    } else if (Ingest.isStreamed(context)) {
      throw Problem.invalid("Idempotency-Key", "none with NDJSON: give each task its id");
    } else {
      idempotency.answer(context, caller, tx -> whole(context, caller, tx));
    }
  }

  private void single(RoutingContext context, Principal caller, NewTask posted) {
    idempotency.answer(
        context,
        caller,
        tx ->
            intake
                .take(tx, caller, List.of(posted))
                .map(
                    taken ->
                        new Written(
                            reply(taken.outcomes().get(0)), () -> committed(taken.events()))));
  }

  private static Reply reply(Outcome outcome) {
    if (outcome instanceof Outcome.Created made) return reply(201, made.task());
    if (outcome instanceof Outcome.Repeated known) return reply(200, known.task());
    throw ((Outcome.Refused) outcome).problem();
  }

  private static Reply reply(int status, Task task) {
    return Reply.json(status, task)
        .withEtag(task.etag())
        .withLocation("/api/v1/tasks/" + task.id());
  }

  private Future<Written> whole(RoutingContext context, Principal caller, SqlClient tx) {
    var events = new ArrayList<NewEvent>();
    Ingest<NewTask> ingest =
        batch(
            tasks ->
                intake
                    .take(tx, caller, tasks)
                    .onSuccess(taken -> events.addAll(taken.events()))
                    .map(TaskPosts::counted));
    return ingest
        .array(context)
        .map(summary -> new Written(Reply.json(200, summary), () -> committed(events)));
  }

  private Future<List<Ingest.Outcome>> inOwnTransaction(Principal caller, List<NewTask> tasks) {
    return pool.withTransaction(tx -> intake.take(tx, caller, tasks))
        .onSuccess(taken -> committed(taken.events()))
        .map(TaskPosts::counted);
  }

  private void committed(List<NewEvent> events) {
    outbox.hintFor(events);
    fold.changed(events.size());
  }

  private Ingest<NewTask> batch(Ingest.Judge<NewTask> judge) {
    return Ingest.judged(config, NewTask.class, judge);
  }

  private static List<Ingest.Outcome> counted(Taken taken) {
    return taken.outcomes().stream().map(TaskPosts::counted).toList();
  }

  private static Ingest.Outcome counted(Outcome outcome) {
    if (outcome instanceof Outcome.Refused refused)
      return Ingest.Outcome.rejected(refused.problem());
    return outcome instanceof Outcome.Created ? Ingest.Outcome.NEW : Ingest.Outcome.DUPLICATE;
  }
}
