package dev.boardcast.boards.tasks;

import dev.boardcast.spi.BoardContext;
import dev.boardcast.spi.EarlyCheck;
import dev.boardcast.spi.Idempotency.Written;
import dev.boardcast.spi.JsonBody;
import dev.boardcast.spi.JsonResponse;
import dev.boardcast.spi.Page;
import dev.boardcast.spi.QueryParameters;
import dev.boardcast.spi.RequestPrincipal;
import dev.boardcast.spi.Routes;
import dev.boardcast.spi.StoredResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.UUID;

/**
 * The HTTP routes of comments, below their task. Who sees the task reads them, who may edit it
 * comments. Each change honours {@code Idempotency-Key}.
 */
final class CommentRoutes implements Routes {
  private static final Page.Cursor OLDEST =
      new Page.Cursor(Page.Cursor.OLDEST_FIRST.at(), new UUID(0, 0).toString());

  private final BoardContext board;
  private final TaskList tasks;
  private final CommentStore comments;

  CommentRoutes(BoardContext board) {
    this.board = board;
    tasks = new TaskList(board.pool());
    comments = new CommentStore(new TaskStore(board.events()), board.events());
  }

  @Override
  public void mount(Router router) {
    EarlyCheck.on(router.post("/api/v1/tasks/:id/comments"), RequestPrincipal::require)
        .setName("addTaskComment")
        .handler(this::add);
    router.get("/api/v1/tasks/:id/comments").setName("listTaskComments").handler(this::list);
    router
        .delete("/api/v1/tasks/:id/comments/:comment")
        .setName("deleteTaskComment")
        .handler(this::delete);
  }

  private void list(RoutingContext context) {
    var caller = RequestPrincipal.require(context);
    var page =
        Page.Request.of(
            QueryParameters.of(context, "limit", "cursor"),
            200,
            50,
            OLDEST,
            TaskSort.CREATED_AT.cursorForm());
    tasks
        .find(caller, UpdateTaskHandler.id(context))
        .compose(task -> comments.page(board.pool(), task.id(), page))
        .onSuccess(found -> JsonResponse.json(context, 200, found))
        .onFailure(context::fail);
  }

  private void add(RoutingContext context) {
    QueryParameters.of(context);
    var caller = RequestPrincipal.require(context);
    var id = UpdateTaskHandler.id(context);
    var wanted = JsonBody.read(context, NewComment.class);
    TaskActs.declare(context, caller, "task.commented", id.toString());
    board
        .idempotency()
        .respond(
            context,
            caller,
            tx ->
                comments
                    .add(tx, caller, id, wanted)
                    .map(
                        done ->
                            new Written(
                                StoredResponse.json(done.isNew() ? 201 : 200, done.comment()),
                                () -> board.events().committed(done.events()))));
  }

  private void delete(RoutingContext context) {
    QueryParameters.of(context);
    var caller = RequestPrincipal.require(context);
    var id = UpdateTaskHandler.id(context);
    var comment = UpdateTaskHandler.id(context, "comment");
    TaskActs.declare(context, "task.comment_deleted", id + " comment:" + comment);
    board
        .idempotency()
        .respond(
            context,
            caller,
            tx ->
                comments
                    .delete(tx, caller, id, comment)
                    .map(
                        events ->
                            new Written(
                                StoredResponse.noContent(),
                                () -> board.events().committed(events))));
  }
}
