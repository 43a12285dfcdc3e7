package dev.boardcast.boards.tasks;

import dev.boardcast.bus.FactsHintPublisher;
import dev.boardcast.events.Outbox;
import dev.boardcast.http.HttpConfig;
import dev.boardcast.http.Idempotency;
import dev.boardcast.spi.JsonResponse;
import dev.boardcast.spi.QueryParameters;
import dev.boardcast.spi.RequestPrincipal;
import dev.boardcast.spi.Routes;
import dev.boardcast.spi.StoredResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.sqlclient.Pool;

/** The tasks board over HTTP; who does not see a task gets 404. */
public final class TaskRoutes implements Routes {
  private final TaskList list;
  private final TaskStatistics statistics;
  private final CreateTaskHandler posts;
  private final UpdateTaskHandler edits;

  public TaskRoutes(
      HttpConfig config,
      Pool pool,
      Outbox outbox,
      FactsHintPublisher facts,
      Idempotency idempotency) {
    list = new TaskList(pool);
    var fold = new TaskFold(pool, facts::committed);
    statistics = new TaskStatistics(pool, fold);
    posts = new CreateTaskHandler(config, pool, outbox, fold, idempotency);
    edits = new UpdateTaskHandler(outbox, fold, idempotency);
  }

  @Override
  public void mount(Router router) {
    router.post("/api/v1/tasks").setName("createTask").handler(posts);
    router.get("/api/v1/tasks").setName("listTasks").handler(this::list);
    router.get("/api/v1/tasks/statistics").setName("taskStatistics").handler(this::statistics);
    router.get("/api/v1/tasks/:id").setName("getTask").handler(this::get);
    edits.mount(router);
  }

  private void list(RoutingContext context) {
    list.page(RequestPrincipal.require(context), TaskFilter.of(context))
        .onSuccess(page -> JsonResponse.json(context, 200, page))
        .onFailure(context::fail);
  }

  private void statistics(RoutingContext context) {
    var caller = RequestPrincipal.require(context);
    QueryParameters.of(context);
    statistics
        .of(caller)
        .onSuccess(counts -> JsonResponse.json(context, 200, counts))
        .onFailure(context::fail);
  }

  private void get(RoutingContext context) {
    var known = IfMatch.noneOf(context.request());
    list.find(RequestPrincipal.require(context), UpdateTaskHandler.id(context))
        .onSuccess(
            task -> {
              if (known.filter(tags -> tags.knows(task)).isPresent()) {
                context
                    .response()
                    .setStatusCode(304)
                    .putHeader(HttpHeaders.ETAG, task.etag())
                    .end();
              } else {
                StoredResponse.json(200, task).withEtag(task.etag()).send(context);
              }
            })
        .onFailure(context::fail);
  }
}
