package dev.boardcast.metrics;

import dev.boardcast.engine.ReportSource.Format;
import dev.boardcast.engine.RequestedBoard;
import dev.boardcast.spi.Board;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.QueryParameters;
import dev.boardcast.spi.RequestPrincipal;
import dev.boardcast.spi.Routes;
import dev.boardcast.spi.Visibility;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.function.Function;

/** Serves reports of boards as PDF and PNG to those who may see the board. */
public final class ReportRoutes implements Routes {
  private final List<Board> boards;
  private final Function<String, Visibility> visibility;
  private final BoardReports reports;

  /**
   * @param visibility returns a board's visibility by its name
   */
  public ReportRoutes(
      List<Board> boards, Function<String, Visibility> visibility, BoardReports reports) {
    this.boards = List.copyOf(boards);
    this.visibility = visibility;
    this.reports = reports;
  }

  @Override
  public void mount(Router router) {
    router
        .get("/api/v1/boards/:name/report.pdf")
        .setName("getBoardReportPdf")
        .handler(context -> report(context, Format.PDF));
    router
        .get("/api/v1/boards/:name/report.png")
        .setName("getBoardReportPng")
        .handler(context -> report(context, Format.PNG));
  }

  private void report(RoutingContext context, Format format) {
    String name = context.pathParam("name");
    Board whole =
        boards.stream()
            .filter(candidate -> candidate.name().equals(name))
            .findFirst()
            .orElseThrow(() -> Problem.notFound("this board"));
    RequestPrincipal.requireVisible(context, visibility.apply(name));
    Board board = RequestedBoard.of(context, whole).board();
    var query = QueryParameters.of(context, "from", "to", "compare");
    reports
        .report(board, query, format)
        .onSuccess(bytes -> respond(context, format.type(), bytes))
        .onFailure(context::fail);
  }

  private static void respond(RoutingContext context, String type, byte[] bytes) {
    var response = context.response();
    if (response.ended() || response.closed()) return;
    response
        .putHeader(HttpHeaders.CONTENT_TYPE, type)
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .end(Buffer.buffer(bytes));
  }
}
