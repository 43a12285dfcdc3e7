package dev.boardcast.boards.pipeline;

import dev.boardcast.http.HttpConfig;
import dev.boardcast.http.ingest.Ingest;
import dev.boardcast.http.ingest.Ingest.Outcome;
import dev.boardcast.spi.Principal;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.RequestPrincipal;
import dev.boardcast.spi.Routes;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Takes runs and quality samples: one, an array, or NDJSON. */
public final class PipelineRoutes implements Routes {
  private final boolean isAuthRequired;
  private final Ingest<ScrapeRun> runs;
  private final Ingest<QualitySample> samples;

  /**
   * @param isAuthRequired whether senders need the role {@link Principal#INGEST}
   */
  public PipelineRoutes(HttpConfig config, boolean isAuthRequired, PipelineStore store) {
    this.isAuthRequired = isAuthRequired;
    runs = Ingest.judged(config, ScrapeRun.class, judge(ScrapeRun::contradiction, store::addRuns));
    samples =
        Ingest.judged(
            config, QualitySample.class, judge(QualitySample::contradiction, store::addSamples));
  }

  @Override
  public void mount(Router router) {
    router
        .post("/api/v1/monitoring/scrape-runs")
        .setName("addScrapeRuns")
        .handler(this::admit)
        .handler(runs);
    router
        .post("/api/v1/monitoring/quality-samples")
        .setName("addQualitySamples")
        .handler(this::admit)
        .handler(samples);
  }

  private void admit(RoutingContext context) {
    if (isAuthRequired) RequestPrincipal.requireRole(context, Principal.INGEST);
    context.next();
  }

  /** Stores the facts that do not contradict themselves, and refuses the others. */
  private static <T> Ingest.Judge<T> judge(
      Function<T, Optional<Problem>> contradiction, Ingest.Sink<T> store) {
    return facts -> {
      List<Optional<Problem>> problems = facts.stream().map(contradiction).toList();
      var good = new ArrayList<T>();
      for (int i = 0; i < facts.size(); i++) {
        if (problems.get(i).isEmpty()) good.add(facts.get(i));
      }
      var stored = good.isEmpty() ? Future.succeededFuture(List.<Boolean>of()) : store.store(good);
      return stored.map(isNew -> outcomes(problems, isNew.iterator()));
    };
  }

  private static List<Outcome> outcomes(List<Optional<Problem>> problems, Iterator<Boolean> isNew) {
    return problems.stream()
        .map(
            problem -> {
              if (problem.isPresent()) return Outcome.rejected(problem.get());
              return isNew.next() ? Outcome.NEW : Outcome.DUPLICATE;
            })
        .toList();
  }
}
