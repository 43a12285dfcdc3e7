package dev.boardcast.boards.tasks;

import dev.boardcast.boards.tasks.TaskWriter.Outcome;
import dev.boardcast.boards.tasks.TaskWriter.Result;
import dev.boardcast.spi.BoardContext;
import dev.boardcast.spi.FactSink;
import dev.boardcast.spi.Idempotency;
import dev.boardcast.spi.Idempotency.Written;
import dev.boardcast.spi.Ingest;
import dev.boardcast.spi.JsonBody;
import dev.boardcast.spi.NewEvent;
import dev.boardcast.spi.Principal;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.RequestPrincipal;
import dev.boardcast.spi.StoredResponse;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import io.vertx.sqlclient.SqlClient;
import java.util.ArrayList;
import java.util.List;

/**
 * Creates tasks from one JSON object, an array, or NDJSON. One task is answered with the task,
 * several with counts.
 *
 * <p>With an {@code Idempotency-Key} an array is one transaction, so the key covers all of it.
 * NDJSON may be too long for one transaction and takes no key; its tasks carry ids instead.
 */
final class CreateTaskHandler implements Handler<RoutingContext> {
  private final BoardContext board;
  private final TaskFold fold;
  private final TaskWriter writer;

  CreateTaskHandler(BoardContext board, TaskFold fold) {
    this.board = board;
    this.fold = fold;
    this.writer = new TaskWriter(board.events());
  }

  @Override
  public void handle(RoutingContext context) {
    var caller = RequestPrincipal.require(context);
    TaskActs.declare(context, caller, "task.created", "");
    if (!Ingest.isBatch(context)) {
      single(context, caller, JsonBody.read(context, NewTask.class));
    } else if (Idempotency.key(context).isEmpty()) {
      board.ingest().handle(context, NewTask.class, tasks -> inOwnTransaction(caller, tasks));
    } else if (Ingest.isNdjson(context)) {
      throw Problem.invalid(Idempotency.HEADER, "none with NDJSON: give each task its id");
    } else {
      board.idempotency().respond(context, caller, tx -> array(context, caller, tx));
    }
  }

  private void single(RoutingContext context, Principal caller, NewTask task) {
    board
        .idempotency()
        .respond(
            context,
            caller,
            tx ->
                writer
                    .create(tx, caller, List.of(task))
                    .map(
                        result ->
                            new Written(
                                response(result.outcomes().get(0)),
                                () -> committed(result.events()))));
  }

  private static StoredResponse response(Outcome outcome) {
    if (outcome instanceof Outcome.Created created) return response(201, created.task());
    if (outcome instanceof Outcome.Repeated repeated) return response(200, repeated.task());
    throw ((Outcome.Rejected) outcome).problem();
  }

  private static StoredResponse response(int status, Task task) {
    return StoredResponse.json(status, task)
        .withEtag(task.etag())
        .withLocation("/api/v1/tasks/" + task.id());
  }

  private Future<Written> array(RoutingContext context, Principal caller, SqlClient tx) {
    var events = new ArrayList<NewEvent>();
    FactSink<NewTask> sink =
        tasks ->
            writer
                .create(tx, caller, tasks)
                .onSuccess(result -> events.addAll(result.events()))
                .map(CreateTaskHandler::outcomes);
    return board
        .ingest()
        .storeArray(context, NewTask.class, sink)
        .map(summary -> new Written(StoredResponse.json(200, summary), () -> committed(events)));
  }

  private Future<List<FactSink.Outcome>> inOwnTransaction(Principal caller, List<NewTask> tasks) {
    return board
        .pool()
        .withTransaction(tx -> writer.create(tx, caller, tasks))
        .onSuccess(result -> committed(result.events()))
        .map(CreateTaskHandler::outcomes);
  }

  private void committed(List<NewEvent> events) {
    board.events().committed(events);
    fold.changed(events.size());
  }

  private static List<FactSink.Outcome> outcomes(Result result) {
    return result.outcomes().stream().map(CreateTaskHandler::outcome).toList();
  }

  private static FactSink.Outcome outcome(Outcome outcome) {
    if (outcome instanceof Outcome.Rejected rejected) {
      return FactSink.Outcome.rejected(rejected.problem());
    }
    return outcome instanceof Outcome.Created ? FactSink.Outcome.NEW : FactSink.Outcome.DUPLICATE;
  }
}
