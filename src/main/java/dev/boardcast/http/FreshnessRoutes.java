package dev.boardcast.http;

import dev.boardcast.engine.FreshnessStages;
import dev.boardcast.engine.FreshnessStages.Stage;
import dev.boardcast.spi.JsonBody;
import dev.boardcast.spi.JsonResponse;
import dev.boardcast.spi.QueryParameters;
import dev.boardcast.spi.RequestPrincipal;
import dev.boardcast.spi.Routes;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.util.concurrent.TimeUnit;

/** Takes what pages tell of the last stage of freshness, from any user. */
public final class FreshnessRoutes implements Routes {
  private final FreshnessStages stages;

  public FreshnessRoutes(FreshnessStages stages) {
    this.stages = stages;
  }

  /**
   * The body of a report.
   *
   * @param screenMs from when a page got a message until it had drawn it
   */
  record Report(
      @NotNull(message = Report.TEXT)
          @Min(value = 0, message = Report.TEXT)
          @Max(value = Report.MAX, message = Report.TEXT)
          Long screenMs) {
    static final long MAX = 60_000;
    static final String TEXT = "a whole number of milliseconds from 0 to " + MAX;
  }

  @Override
  public void mount(Router router) {
    router.post("/api/v1/freshness").setName("reportFreshness").handler(this::report);
  }

  private void report(RoutingContext context) {
    RequestPrincipal.require(context);
    QueryParameters.of(context);
    var report = JsonBody.read(context, Report.class);
    stages.took(Stage.SCREEN, TimeUnit.MILLISECONDS.toNanos(report.screenMs()));
    JsonResponse.noContent(context);
  }
}
