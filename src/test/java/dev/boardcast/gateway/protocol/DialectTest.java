package dev.boardcast.gateway.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.boardcast.bus.EphemeralMessage;
import dev.boardcast.bus.LoggedEvent;
import dev.boardcast.bus.Origin;
import dev.boardcast.bus.PresenceData;
import dev.boardcast.engine.SnapshotComparison;
import dev.boardcast.spi.Principal;
import dev.boardcast.spi.RawJson;
import dev.boardcast.spi.Snapshot;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Compares encoded messages with golden files, which the JavaScript client is tested with too. */
class DialectTest {
  private static final Instant AT = Instant.parse("2025-11-16T12:34:56.789Z");
  private static final Optional<Principal> ANN =
      Optional.of(
          new Principal("ann", Set.of(), Set.of(), Instant.EPOCH, AT.plus(Duration.ofHours(1))));
  private static final String METRICS =
      "{\"total_decisions\":150,\"avg_confidence\":0.85,\"provider_usage\":{\"gemini\":80}}";

  private final EventMessage event =
      new EventMessage(
          0,
          "1f3c9a07",
          new LoggedEvent(
              42,
              UUID.fromString("00000000-0000-0000-0000-000000000001"),
              "task_created",
              List.of("user.ann"),
              RawJson.of("{\"task_id\":\"t1\",\"user_id\":\"ann\",\"team_id\":null}"),
              AT));

  @Test
  void nativeFrames() {
    var dialect = NativeDialect.INSTANCE;
    golden("native-connection-ack", dialect.ack("s1", "node-1", "1.4.0", AT, Optional.empty()));
    golden("native-connection-ack-user", dialect.ack("s1", "node-1", "1.4.0", AT, ANN));
    golden("native-subscribed", dialect.subscribed("tasks", "1f3c9a07:41", true));
    golden("native-event", Optional.of(dialect.event(event, "tasks")));
    golden("native-update", Optional.of(dialect.snapshot(snapshot(METRICS, false), "routing")));
    golden("native-update-part", Optional.of(dialect.snapshot(part(), "sales?site=7")));
    golden(
        "native-update-stale", Optional.of(dialect.snapshot(snapshot(METRICS, true), "routing")));
    golden("native-update-compared", Optional.of(dialect.snapshot(compared(), "sales")));
    var patch =
        RawJson.of("{\"total_decisions\":151,\"provider_usage\":{\"gemini\":81,\"gpt-4.1\":null}}");
    var delta = new SnapshotDelta("version:6", snapshot(METRICS, false), patch);
    golden("native-delta", Optional.of(delta.frame(dialect, "routing")));
    golden("native-pong", dialect.pong(AT));
    golden("native-goaway", dialect.goAway(750, 1_750));
    golden("native-stale", dialect.stale("tasks", AT));
    golden("native-fresh", dialect.fresh("tasks"));
    golden("native-position", dialect.position("chat.1", "1f3c9a07:57"));
    var ann =
        new PresentUser("ann", new PresenceData("Ann", "#a03c2f", "editing"), AT.minusSeconds(60));
    var bob = new PresentUser("bob", PresenceData.NONE, AT);
    golden(
        "native-presence",
        dialect.presence(
            new PresenceList("doc.7", List.of(ann, bob), 2, null, null), new TextNode("r1")));
    golden(
        "native-presence-partial",
        dialect.conflatedPresence(new PresenceList("doc.7", List.of(ann), 1, null, true)));
    golden(
        "native-presence-counts",
        dialect.presence(new PresenceList("routing", List.of(), 10_000, true, null), null));
    golden(
        "native-presence-change",
        dialect.presenceChange(
            new PresenceDelta(
                "doc.7", List.of(bob), List.of(ann), List.of("carol"), 2, null, null)));
    golden(
        "native-presence-change-counts",
        dialect.presenceChange(
            new PresenceDelta("routing", List.of(), null, List.of(), 10_001, true, null)));
    golden(
        "native-error-presence",
        dialect.refused(
            ErrorCode.INVALID,
            "data.color: expected a color such as #a03c2f",
            "data.color",
            "doc.7",
            new TextNode("r1")));
    golden("native-published", dialect.published("chat.1", "m1", "1f3c9a07:42", false));
    golden("native-published-duplicate", dialect.published("chat.1", "m1", null, true));
    var wrong = new ClientMessage.Publish("chat.1", "pong", RawJson.of("{}"), "m1");
    golden(
        "native-error-publish",
        dialect.refused(
            PublishRefusal.invalid(
                wrong,
                "event_type",
                "1 to 100 letters, digits and . _ : -, and no type of the product's own")));
    golden(
        "native-error-too-fast",
        dialect.refused(
            PublishRefusal.of(ErrorCode.TOO_FAST, "too many messages (stream-rules)", wrong)
                .retryAfter(1_000)));
    var own =
        new LoggedEvent(
            42,
            UUID.fromString("00000000-0000-0000-0000-000000000001"),
            "line",
            List.of("chat.1"),
            RawJson.of("{\"text\":\"hello\"}"),
            AT,
            new Origin("ann", "m1"));
    var ownEvent = new EventMessage(0, "1f3c9a07", own);
    golden("native-event-own", Optional.of(ownEvent.ownFrame(dialect, "chat.1")));
    assertTrue(ownEvent.isOf("ann"));
    assertFalse(ownEvent.isOf("bob") || ownEvent.isOf(null) || event.isOf("ann"));
    golden(
        "native-ephemeral",
        dialect.ephemeral(
            new EphemeralMessage(
                "chat.1", "typing", RawJson.of("{\"who\":\"ann\"}"), AT, "ann", "ann", "s1")));
    golden("native-error", dialect.error(ErrorCode.FORBIDDEN, "not yours to see", "team.9", AT));
  }

  @Test
  void nativeAnswers() {
    var dialect = NativeDialect.INSTANCE;
    var topics = List.of(new TopicState("tasks", "1f3c9a07:42"), new TopicState("routing", null));
    golden("native-state", dialect.state(topics, TextNode.valueOf("r1")));
    golden(
        "native-history",
        dialect.history(
            "chat.7",
            RawJson.of(
                "{\"events\":[{\"type\":\"said\",\"topic\":\"chat.7\",\"data\":{\"text\":\"hello\"},"
                    + "\"timestamp\":\"2025-11-16T12:34:56.789Z\",\"offset\":\"1f3c9a07:42\"}],"
                    + "\"next\":\"1f3c9a07:42\",\"previous\":\"1f3c9a07:42\",\"recovered\":true}"),
            TextNode.valueOf("r2")));
    golden(
        "native-history-board",
        dialect.history(
            "routing",
            RawJson.of(
                "{\"board\":\"routing\",\"from\":\"2025-11-16T12:00:00.000Z\","
                    + "\"to\":\"2025-11-16T12:30:00.000Z\",\"step\":\"15m\",\"series\":["
                    + "{\"metric\":\"total_decisions\",\"points\":[[\"2025-11-16T12:00:00.000Z\",148],"
                    + "[\"2025-11-16T12:15:00.000Z\",null],[\"2025-11-16T12:30:00.000Z\",150]]}]}"),
            IntNode.valueOf(3)));
    String message = "limit: expected a whole number from 1 to 500";
    golden(
        "native-error-invalid",
        dialect.refused(ErrorCode.INVALID, message, "limit", "chat.7", TextNode.valueOf("r2")));
    golden(
        "native-error-option",
        dialect.refused(
            ErrorCode.INVALID,
            "interval_ms: expected a whole number from 0 to 3600000",
            "interval_ms",
            "routing",
            null));
    assertEquals(Optional.empty(), TasksDialect.INSTANCE.state(topics, null));
  }

  @Test
  void tasksFrames() {
    var dialect = TasksDialect.INSTANCE;
    golden("tasks-connection-ack", dialect.ack("s1", "node-1", "1.4.0", AT, ANN));
    golden("tasks-event", Optional.of(dialect.event(event, "tasks")));
    golden(
        "tasks-error",
        dialect.error(ErrorCode.UNKNOWN_MESSAGE, "expected type ping or auth", null, AT));
    golden("tasks-pong", dialect.pong(AT));
    assertTrue(dialect.supports("task_shared"));
    // Older clients know six types.
    for (String type : List.of("task_commented", "task_comment_deleted", "task_due_soon")) {
      assertFalse(dialect.supports(type), type);
    }
    assertEquals(Optional.empty(), dialect.subscribed("tasks", "1f3c9a07:41", true));
    assertEquals(Optional.empty(), dialect.stale("tasks", AT));
  }

  @Test
  void boardFrames() {
    golden("board-bare", Optional.of(BoardDialect.BARE.snapshot(snapshot(METRICS, false), "r")));
    golden(
        "board-bare-stale", Optional.of(BoardDialect.BARE.snapshot(snapshot(METRICS, true), "r")));
    golden("board-bare-empty", Optional.of(BoardDialect.BARE.snapshot(snapshot("{}", false), "r")));
    golden("board-typed", Optional.of(BoardDialect.TYPED.snapshot(snapshot(METRICS, false), "p")));
    golden("board-pong", BoardDialect.BARE.pong(AT));
    golden("board-error", BoardDialect.BARE.unavailable("r", AT));
  }

  @Test
  void messageIsEncodedOncePerDialectAndTopic() {
    var first = event.frame(NativeDialect.INSTANCE, "tasks");
    event.frame(TasksDialect.INSTANCE, "tasks");
    event.frame(NativeDialect.INSTANCE, "user.ann");
    assertSame(first, event.frame(NativeDialect.INSTANCE, "tasks"));
  }

  private static SnapshotMessage snapshot(String metrics, boolean stale) {
    return new SnapshotMessage(
        new Snapshot("routing", 7, AT.minusMillis(61_500), AT, stale, RawJson.of(metrics)));
  }

  private static SnapshotMessage compared() {
    var data = RawJson.of("{\"orders\":3,\"revenue\":30}");
    var comparison = new LinkedHashMap<String, RawJson>();
    comparison.put("orders", RawJson.of("{\"value\":2,\"direction\":\"up\",\"change\":50.0}"));
    comparison.put("revenue", RawJson.of("{\"value\":null,\"direction\":null,\"change\":null}"));
    var what = RawJson.of("{\"with\":\"previous\",\"at\":\"2025-11-15T12:34:56.789Z\"}");
    return new SnapshotMessage(new Snapshot("sales", 7, AT, AT, false, data))
        .compared(new SnapshotComparison(what, comparison));
  }

  private static SnapshotMessage part() {
    Instant at = Instant.parse("2025-11-16T12:34:56Z");
    return new SnapshotMessage(
        new Snapshot("sales?site=7", 1763294400000L, at, at, false, RawJson.of("{\"orders\":3}")));
  }

  private static void golden(String name, Optional<Frame> frame) {
    try (InputStream file = DialectTest.class.getResourceAsStream("/contract/" + name + ".json")) {
      if (file == null) throw new AssertionError("no golden file " + name + " for " + frame);
      String expected = new String(file.readAllBytes(), StandardCharsets.UTF_8).strip();
      assertEquals(expected, frame.orElseThrow().toString(), name);
    } catch (IOException unreadable) {
      throw new AssertionError(unreadable);
    }
  }
}
