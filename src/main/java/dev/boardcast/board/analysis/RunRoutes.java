package dev.boardcast.board.analysis;

import dev.boardcast.http.Answer;
import dev.boardcast.http.Body;
import dev.boardcast.http.Problem;
import dev.boardcast.http.Query;
import dev.boardcast.http.Reply;
import dev.boardcast.http.Routes;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** Analysis runs: opened, closed, listed. */
final class RunRoutes implements Routes {
  private final Desk desk;
  private final RunStore runs;

  RunRoutes(Desk desk) {
    this.desk = desk;
    runs = new RunStore(desk.clock());
  }

  @Override
  public void mount(Router router) {
    router.post("/api/v1/analysis/runs").setName("openRun").handler(this::open);
    router.get("/api/v1/analysis/runs").setName("listRuns").handler(this::list);
    router.get("/api/v1/analysis/runs/:id").setName("getRun").handler(this::get);
    router.post("/api/v1/analysis/runs/:id/close").setName("closeRun").handler(this::close);
  }

  private void open(RoutingContext context) {
    var writer = desk.door().writer(context);
    var wanted = Body.read(context, NewRun.class);
    if (!wanted.timeWindowEnd().isAfter(wanted.timeWindowStart())) {
      throw Problem.invalid("time_window_end", "a time after time_window_start");
    }
    desk.write(
        context,
        writer,
        tx ->
            runs.open(tx, wanted)
                .map(
                    run -> Reply.json(201, run).withLocation("/api/v1/analysis/runs/" + run.id())));
  }

  private void close(RoutingContext context) {
    var writer = desk.door().writer(context);
    String id = Desk.id(context);
    desk.write(context, writer, tx -> runs.close(tx, id).map(run -> Reply.json(200, run)));
  }

  private void list(RoutingContext context) {
    desk.door().reader(context);
    var query = Query.of(context, "limit", "cursor", "status");
    var open =
        query
            .text("status")
            .map(
                status ->
                    switch (status) {
                      case "open" -> true;
                      case "closed" -> false;
                      default -> throw Problem.invalid("status", "one of open, closed");
                    });
    runs.page(desk.pool(), Page.Ask.of(query), open)
        .onSuccess(page -> Answer.json(context, 200, page))
        .onFailure(context::fail);
  }

  private void get(RoutingContext context) {
    desk.door().reader(context);
    runs.find(desk.pool(), Desk.id(context))
        .onSuccess(run -> Answer.json(context, 200, run))
        .onFailure(context::fail);
  }
}
