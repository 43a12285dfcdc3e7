package dev.boardcast.boards.tasks;

import dev.boardcast.boards.tasks.TaskStore.Changed;
import dev.boardcast.spi.BoardContext;
import dev.boardcast.spi.EarlyCheck;
import dev.boardcast.spi.EntityTags;
import dev.boardcast.spi.FieldRules;
import dev.boardcast.spi.Idempotency.Written;
import dev.boardcast.spi.JsonBody;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.RequestPrincipal;
import dev.boardcast.spi.Routes;
import dev.boardcast.spi.StoredResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.UUID;

/**
 * Changes one task. Each route honours {@code If-Match} and {@code Idempotency-Key}, and responds
 * with the changed task.
 */
final class UpdateTaskHandler implements Routes {
  private final BoardContext board;
  private final TaskStore store;
  private final TaskFold fold;

  UpdateTaskHandler(BoardContext board, TaskFold fold) {
    this.board = board;
    this.store = new TaskStore(board.events());
    this.fold = fold;
  }

  @Override
  public void mount(Router router) {
    EarlyCheck.on(router.patch("/api/v1/tasks/:id"), RequestPrincipal::require)
        .setName("updateTask")
        .handler(this::patch);
    router.delete("/api/v1/tasks/:id").setName("deleteTask").handler(this::delete);
    router
        .post("/api/v1/tasks/:id/complete")
        .setName("completeTask")
        .handler(context -> change(context, TaskChange.COMPLETE));
    router
        .post("/api/v1/tasks/:id/reopen")
        .setName("reopenTask")
        .handler(context -> change(context, TaskChange.REOPEN));
    EarlyCheck.on(router.post("/api/v1/tasks/:id/share"), RequestPrincipal::require)
        .setName("shareTask")
        .handler(this::share);
    router.delete("/api/v1/tasks/:id/share/:user").setName("withdrawTask").handler(this::withdraw);
  }

  private void patch(RoutingContext context) {
    var patch = JsonBody.read(context, TaskPatch.class);
    if (patch.concernsRights()) {
      TaskActs.declare(context, "task.rights_changed", id(context).toString());
    }
    change(context, TaskChange.patch(patch));
  }

  private void share(RoutingContext context) {
    var share = JsonBody.read(context, TaskShare.class);
    TaskActs.declare(context, "task.shared", id(context) + " user:" + share.userId());
    change(context, TaskChange.share(share));
  }

  private void withdraw(RoutingContext context) {
    String user = user(context);
    TaskActs.declare(context, "task.withdrawn", id(context) + " user:" + user);
    change(context, TaskChange.unshare(user));
  }

  private void change(RoutingContext context, TaskChange change) {
    var caller = RequestPrincipal.require(context);
    var id = id(context);
    TaskActs.declare(context, caller, "task.changed", id.toString());
    var ifMatch = EntityTags.ifMatch(context.request());
    board
        .idempotency()
        .respond(
            context,
            caller,
            tx ->
                store
                    .change(tx, caller, id, ifMatch, change)
                    .map(
                        changed ->
                            written(
                                StoredResponse.json(200, changed.task())
                                    .withEtag(changed.task().etag()),
                                changed)));
  }

  private void delete(RoutingContext context) {
    var caller = RequestPrincipal.require(context);
    var id = id(context);
    TaskActs.declare(context, "task.deleted", id.toString());
    var ifMatch = EntityTags.ifMatch(context.request());
    board
        .idempotency()
        .respond(
            context,
            caller,
            tx ->
                store
                    .delete(tx, caller, id, ifMatch)
                    .map(changed -> written(StoredResponse.noContent(), changed)));
  }

  private Written written(StoredResponse response, Changed changed) {
    return new Written(
        response,
        () -> {
          board.events().committed(changed.events());
          fold.changed(changed.events().size());
        });
  }

  /**
   * The task's id in the path.
   *
   * @throws Problem 400 when it is not a UUID
   */
  static UUID id(RoutingContext context) {
    return id(context, "id");
  }

  /** The same of another parameter of the path. */
  static UUID id(RoutingContext context, String name) {
    String text = context.pathParam(name);
    try {
      var id = UUID.fromString(text);
      // The JDK accepts shorter forms as well.
      if (id.toString().equals(text.toLowerCase(Locale.ROOT))) return id;
    } catch (IllegalArgumentException malformed) {
      // Rejected below, like the shorter forms.
    }
    throw Problem.invalid(name, "a UUID");
  }

  private static String user(RoutingContext context) {
    String user = context.pathParam("user");
    if (user.matches(FieldRules.USER)) return user;
    throw Problem.invalid("user", FieldRules.USER_TEXT);
  }
}
