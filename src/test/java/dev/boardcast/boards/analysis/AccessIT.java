package dev.boardcast.boards.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.boardcast.spi.Visibility;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.SettableClock;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Permissions to write to the board and to read its records. */
class AccessIT {
  private static final Instant NOW = Instant.parse("2026-03-10T12:20:00Z");
  private final SettableClock clock = new SettableClock(NOW);

  @Test
  void writersNeedTheRoleAndReadersMustSeeTheBoard() {
    try (var closed =
        new AnalysisApi(
            Services.get().freshDatabase(),
            clock,
            true,
            Visibility.parse("role:boss"),
            parts -> List.of())) {
      for (String path :
          List.of(
              "/api/v1/topics",
              "/api/v1/analysis/runs",
              "/api/v1/analysis/runs/x/close",
              "/api/v1/proposals/x/feedback")) {
        assertEquals(401, closed.api.call("POST", path).json("{}").now().status(), path);
        assertEquals(
            403, closed.api.call("POST", path).as("u;;boss").json("{}").now().status(), path);
      }
      for (String path :
          List.of(
              "/api/v1/topics",
              "/api/v1/topics/x",
              "/api/v1/analysis/runs",
              "/api/v1/analysis/runs/x",
              "/api/v1/proposals/x/feedback")) {
        assertEquals(401, closed.get(path).status(), path);
        assertEquals(403, closed.api.call("GET", path).as(AnalysisApi.WRITER).now().status(), path);
        int seen = closed.api.call("GET", path).as("u;;boss").now().status();
        assertEquals(path.contains("x") ? 404 : 200, seen, path);
      }
    }
  }

  @Test
  void withoutARequiredRoleEverybodyMayWrite() {
    try (var open =
        new AnalysisApi(
            Services.get().freshDatabase(), clock, false, Visibility.PUBLIC, parts -> List.of())) {
      assertEquals(
          201, open.api.call("POST", "/api/v1/topics").json("{\"name\":\"a\"}").now().status());
      assertEquals(
          201, open.api.call("POST", "/api/v1/messages").json("{\"noise\":true}").now().status());
      for (String verdict : List.of("approved", "rejected")) {
        open.api
            .call("POST", "/api/v1/proposals/p/feedback")
            .json("{\"verdict\":\"" + verdict + "\"}")
            .now();
      }
      assertEquals(1, open.numbers(NOW).at("/feedback/rejected").asInt());
      assertEquals(0, open.numbers(NOW).at("/feedback/approved").asInt());
    }
  }
}
