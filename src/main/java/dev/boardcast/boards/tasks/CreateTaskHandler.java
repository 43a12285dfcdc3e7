package dev.boardcast.boards.tasks;

import dev.boardcast.boards.tasks.TaskWriter.Outcome;
import dev.boardcast.boards.tasks.TaskWriter.Taken;
import dev.boardcast.events.Outbox;
import dev.boardcast.http.HttpConfig;
import dev.boardcast.http.Idempotency;
import dev.boardcast.http.Idempotency.Written;
import dev.boardcast.http.ingest.Ingest;
import dev.boardcast.spi.JsonBody;
import dev.boardcast.spi.NewEvent;
import dev.boardcast.spi.Principal;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.RequestPrincipal;
import dev.boardcast.spi.StoredResponse;
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
final class CreateTaskHandler implements Handler<RoutingContext> {
  private final Pool pool;
  private final Outbox outbox;
  private final TaskFold fold;
  private final TaskWriter intake;
  private final Idempotency idempotency;
  private final HttpConfig config;

  CreateTaskHandler(
      HttpConfig config, Pool pool, Outbox outbox, TaskFold fold, Idempotency idempotency) {
    this.config = config;
    this.pool = pool;
    this.outbox = outbox;
    this.fold = fold;
    this.idempotency = idempotency;
    this.intake = new TaskWriter(outbox);
  }

  @Override
  public void handle(RoutingContext context) {
    var caller = RequestPrincipal.require(context);
    if (!Ingest.isBatch(context)) {
      single(context, caller, JsonBody.read(context, NewTask.class));
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

  private static StoredResponse reply(Outcome outcome) {
    if (outcome instanceof Outcome.Created made) return reply(201, made.task());
    if (outcome instanceof Outcome.Repeated known) return reply(200, known.task());
    throw ((Outcome.Refused) outcome).problem();
  }

  private static StoredResponse reply(int status, Task task) {
    return StoredResponse.json(status, task)
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
                    .map(CreateTaskHandler::counted));
    return ingest
        .array(context)
        .map(summary -> new Written(StoredResponse.json(200, summary), () -> committed(events)));
  }

  private Future<List<Ingest.Outcome>> inOwnTransaction(Principal caller, List<NewTask> tasks) {
    return pool.withTransaction(tx -> intake.take(tx, caller, tasks))
        .onSuccess(taken -> committed(taken.events()))
        .map(CreateTaskHandler::counted);
  }

  private void committed(List<NewEvent> events) {
    outbox.hintFor(events);
    fold.changed(events.size());
  }

  private Ingest<NewTask> batch(Ingest.Judge<NewTask> judge) {
    return Ingest.judged(config, NewTask.class, judge);
  }

  private static List<Ingest.Outcome> counted(Taken taken) {
    return taken.outcomes().stream().map(CreateTaskHandler::counted).toList();
  }

  private static Ingest.Outcome counted(Outcome outcome) {
    if (outcome instanceof Outcome.Refused refused)
      return Ingest.Outcome.rejected(refused.problem());
    return outcome instanceof Outcome.Created ? Ingest.Outcome.NEW : Ingest.Outcome.DUPLICATE;
  }
}
