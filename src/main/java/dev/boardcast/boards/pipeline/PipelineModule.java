package dev.boardcast.boards.pipeline;

import dev.boardcast.spi.Board;
import dev.boardcast.spi.BoardContext;
import dev.boardcast.spi.BoardModule;
import dev.boardcast.spi.EarlyCheck;
import dev.boardcast.spi.FactTable;
import dev.boardcast.spi.Routes;
import io.vertx.ext.web.Router;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The pipeline board: scrape runs, data quality, and alerts. */
public final class PipelineModule implements BoardModule {
  static final FactTable<ScrapeRun> RUNS =
      FactTable.of("scrape_run", ScrapeRun::eventId)
          .text("source", ScrapeRun::source)
          .text("status", run -> run.status().stored())
          .integer("records", ScrapeRun::records)
          .time("started_at", ScrapeRun::startedAt)
          .time("at", ScrapeRun::finishedAt)
          .text("error", ScrapeRun::error);
  static final FactTable<QualitySample> SAMPLES =
      FactTable.of("quality_sample", QualitySample::eventId)
          .text("source", QualitySample::source)
          .integer(
              "geocoding_attempts", s -> s.attempts(QualityCheck.GEOCODING, s.geocodingAttempts()))
          .integer(
              "geocoding_successes", s -> s.passes(QualityCheck.GEOCODING, s.geocodingSuccesses()))
          .integer(
              "validation_attempts",
              s -> s.attempts(QualityCheck.VALIDATION, s.validationAttempts()))
          .integer(
              "validation_passes", s -> s.passes(QualityCheck.VALIDATION, s.validationPasses()))
          .time("at", QualitySample::sampledAt)
          .text("checks", QualitySample::storedChecks);

  @Override
  public Optional<Board> board(BoardContext context) {
    return Optional.of(new PipelineBoard(context.config(PipelineConfig.class), context.events()));
  }

  @Override
  public List<Class<? extends Record>> settings() {
    return List.of(PipelineConfig.class);
  }

  @Override
  public List<Routes> routes(BoardContext context) {
    return List.of(router -> mountIngest(router, context), new QualityRoutes(context));
  }

  @Override
  public List<String> webSocketPaths() {
    return List.of("/api/v1/ws/monitoring/pipeline-status", "/ws/monitoring/pipeline-status");
  }

  @Override
  public Set<String> eventTypes() {
    return Set.of(AlertState.RAISED, AlertState.CHANGED, AlertState.CLEARED);
  }

  @Override
  public List<String> streams() {
    return List.of(AlertState.STREAM);
  }

  private static void mountIngest(Router router, BoardContext context) {
    var runs = RUNS.sink(context, PipelineBoard.NAME).rejecting(ScrapeRun::contradiction);
    var samples = SAMPLES.sink(context, PipelineBoard.NAME).rejecting(QualitySample::contradiction);
    EarlyCheck.on(router.post("/api/v1/monitoring/scrape-runs"), context.ingest()::authorize)
        .setName("addScrapeRuns")
        .handler(context.ingest().handler(ScrapeRun.class, runs));
    EarlyCheck.on(router.post("/api/v1/monitoring/quality-samples"), context.ingest()::authorize)
        .setName("addQualitySamples")
        .handler(context.ingest().handler(QualitySample.class, samples));
  }
}
