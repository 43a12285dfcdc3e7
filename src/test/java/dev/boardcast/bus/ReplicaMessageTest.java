package dev.boardcast.bus;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.boardcast.bus.ReplicaMessage.Append;
import dev.boardcast.bus.ReplicaMessage.Claim;
import dev.boardcast.bus.ReplicaMessage.Establish;
import dev.boardcast.bus.ReplicaMessage.Holding;
import dev.boardcast.bus.ReplicaMessage.Promise;
import dev.boardcast.bus.ReplicaMessage.Query;
import dev.boardcast.bus.ReplicaMessage.Replicate;
import dev.boardcast.bus.ReplicaMessage.State;
import dev.boardcast.spi.RawJson;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Messages between the copies of a log arrive as they were sent. */
class ReplicaMessageTest {
  private static final LogTerm TERM = new LogTerm(3, "node-1");
  private static final State STATE =
      new State(
          List.of(new LogEpoch("a", 0, true), new LogEpoch("b", 7, false)),
          9,
          8,
          List.of(TERM),
          Set.of("x"));
  private static final LogEntry ENTRY =
      new LogEntry(
          new LoggedEvent(
              9,
              UUID.randomUUID(),
              "said",
              List.of("chat.1"),
              RawJson.of("{\"text\":\"é \\\"quoted\\\"\",\"n\":1.50}"),
              Instant.parse("2026-11-21T09:25:36.770Z"),
              new Origin("ann", "p1")),
          UUID.randomUUID());

  static Stream<ReplicaMessage.Body> bodies() {
    return Stream.of(
        new Claim(TERM),
        new Promise(TERM, LogTerm.NONE, null),
        new Promise(TERM, TERM, new Holding(TERM, STATE, 1, 8)),
        new Replicate(TERM, STATE, true, 8, List.of(ENTRY)),
        new Establish(TERM, STATE, null),
        new Append("r1", List.of(ENTRY)),
        new Query("r2", new LogQuery(Set.of("chat.1"), 0, Long.MAX_VALUE, 10, true)),
        new ReplicaMessage.Answer(
            "r2", new LogAnswer(STATE.epochs(), 9, 1, List.of(ENTRY.event()))));
  }

  @ParameterizedTest
  @MethodSource("bodies")
  void arrives(ReplicaMessage.Body body) {
    var message = new ReplicaMessage("node-2", 1, body);
    var json = new JsonMessage<>(ReplicaMessage.class);
    assertEquals(message, json.read(JsonMessage.write(message)));
  }
}
