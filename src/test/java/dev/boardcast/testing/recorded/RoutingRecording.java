package dev.boardcast.testing.recorded;

import dev.boardcast.testing.NoCounterpart;
import dev.boardcast.testing.RoutingFacts;
import dev.boardcast.testing.RoutingTotals;
import dev.boardcast.testing.Truth;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** Calls to language models. The source has no times: those supplied decide nothing. */
public final class RoutingRecording implements Recording {
  private static final Instant LATER = Instant.parse("2026-01-02T00:00:00Z");

  private final Truth truth = Truth.of("routing");
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
  public Truth truth() {
    return truth;
  }

  @Override
  public Set<String> withoutCounterpart() {
    return NoCounterpart.ROUTING;
  }

  @Override
  public List<Stage> stages() {
    return List.of(new Stage(LATER, facts, numbers -> new RoutingTotals(numbers).assertAre(truth)));
  }
}
