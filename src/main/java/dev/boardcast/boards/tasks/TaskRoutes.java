package dev.boardcast.boards.tasks;

import dev.boardcast.spi.BoardContext;
import dev.boardcast.spi.EarlyCheck;
import dev.boardcast.spi.EntityTags;
import dev.boardcast.spi.JsonResponse;
import dev.boardcast.spi.QueryParameters;
import dev.boardcast.spi.RequestPrincipal;
import dev.boardcast.spi.Routes;
import dev.boardcast.spi.StoredResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** The HTTP routes of tasks. A caller who may not see a task gets 404. */
final class TaskRoutes implements Routes {
  private final TaskList list;
  private final TaskStatistics statistics;
  private final CreateTaskHandler create;
  private final UpdateTaskHandler update;
  private final CommentRoutes comments;

  TaskRoutes(BoardContext board) {
    list = new TaskList(board.pool());
    var fold = new TaskFold(board.pool(), () -> board.factsCommitted(TaskBoard.NAME));
    statistics = new TaskStatistics(board.pool(), fold);
    create = new CreateTaskHandler(board, fold);
    update = new UpdateTaskHandler(board, fold);
    comments = new CommentRoutes(board);
  }

  @Override
  public void mount(Router router) {
    EarlyCheck.on(router.post("/api/v1/tasks"), RequestPrincipal::require)
        .setName("createTask")
        .handler(create);
    router.get("/api/v1/tasks").setName("listTasks").handler(this::list);
    router.get("/api/v1/tasks/statistics").setName("taskStatistics").handler(this::statistics);
    router.get("/api/v1/tasks/:id").setName("getTask").handler(this::get);
    update.mount(router);
    comments.mount(router);
  }

  private void list(RoutingContext context) {
    var caller = RequestPrincipal.require(context);
    list.page(caller, TaskFilter.of(context, caller.user()))
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
    var known = EntityTags.ifNoneMatch(context.request());
    list.find(RequestPrincipal.require(context), UpdateTaskHandler.id(context))
        .onSuccess(
            task -> {
              if (context.response().ended() || context.response().closed()) return;
              if (EntityTags.endUnchanged(context, known, task.etag())) return;
              StoredResponse.json(200, task).withEtag(task.etag()).send(context);
            })
        .onFailure(context::fail);
  }
}
