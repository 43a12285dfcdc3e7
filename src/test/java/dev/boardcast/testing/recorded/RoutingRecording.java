package dev.boardcast.testing.recorded;

import dev.boardcast.testing.ExpectedTotals;
import dev.boardcast.testing.RoutingFacts;
import dev.boardcast.testing.RoutingTotals;
import dev.boardcast.testing.UncoveredTotals;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** Calls to language models. The source has no times; the generated ones do not matter. */
public final class RoutingRecording implements Recording {
  private static final Instant LATER = Instant.parse("2026-01-02T00:00:00Z");

  private final ExpectedTotals expected = ExpectedTotals.of("routing");
  private final List<String> facts;

  public RoutingRecording() throws IOException {
    facts = RoutingFacts.lines();
  }

  @Override
  public String board() {
    return "routing";
  }

  @Override
  public List<String> webSocketPaths() {
    return List.of("/ws?topics=routing", "/ws/metrics", "/ws/metrics/routing");
  }

  @Override
  public List<String> httpPaths() {
    return List.of("/routing/metrics");
  }

  @Override
  public ExpectedTotals expected() {
    return expected;
  }

  @Override
  public Set<String> uncovered() {
    return UncoveredTotals.ROUTING;
  }

  @Override
  public List<Stage> stages() {
    return List.of(
        new Stage(LATER, facts, metrics -> new RoutingTotals(metrics).assertEqual(expected)));
  }
}
