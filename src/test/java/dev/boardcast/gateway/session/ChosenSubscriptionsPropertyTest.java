package dev.boardcast.gateway.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.gateway.protocol.Dialect;
import dev.boardcast.gateway.protocol.NativeDialect;
import dev.boardcast.gateway.protocol.SseDialect;
import dev.boardcast.gateway.protocol.TopicRequest;
import dev.boardcast.gateway.protocol.TopicRequestReader;
import dev.boardcast.gateway.transport.RecordingTransport;
import dev.boardcast.spi.Json;
import dev.boardcast.spi.RawJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Whatever clients ask for, and however often they are slow or cut off, they end with what full
 * messages would have brought: the newest snapshot, and each event that passes once and in order.
 */
class ChosenSubscriptionsPropertyTest {
  private static final int RUNS = 300;
  private static final int STEPS = 120;
  private static final String[] FIELDS = {"a", "b.c", "/d.e", "/f~1g/a", "b", "c.a.b"};

  @Test
  void everyInterleavingEndsAsWithFullMessages() throws Exception {
    int changes = 0;
    int positions = 0;
    for (int seed = 0; seed < RUNS; seed++) {
      var run = new Run(seed);
      try {
        for (int step = 0; step < STEPS; step++) run.step();
        run.end();
      } catch (AssertionError | RuntimeException failure) {
        throw new AssertionError("seed " + seed, failure);
      }
      changes += run.client.board.changes();
      positions += run.client.positions;
    }
    assertTrue(changes > 3_000, changes + " changes");
    assertTrue(positions > 300, positions + " positions");
  }

  private static final class Run {
    private final Random random;
    private final SessionFixture fixture = new SessionFixture();
    private final RandomBoard board;
    private final List<Integer> expected = new ArrayList<>();
    private final Client client;
    private String data;
    private long version;
    private int events;

    Run(int seed) throws Exception {
      random = new Random(seed);
      board = new RandomBoard(random);
      change();
      client = new Client(fixture, random);
    }

    void step() throws Exception {
      switch (random.nextInt(10)) {
        case 0, 1, 2, 3 -> change();
        case 4, 5 -> event();
        case 6 -> fixture.pass(random.nextInt(3_000));
        case 7 -> client.setReads(random.nextBoolean());
        case 8 -> fixture.snapshot(version, data);
        default -> {
          if (random.nextInt(4) == 0) client.reconnect();
          else if (random.nextInt(4) == 0) client.subscribeAgain();
        }
      }
    }

    private void change() {
      data = board.change();
      fixture.snapshot(++version, data);
    }

    private void event() {
      int n = events++;
      boolean passes = n % 3 == 0 || n % 7 == 0;
      if (passes) expected.add(n);
      fixture.event("chat.1", passes ? "said" : "typed", "{\"n\":" + n + "}");
    }

    /** Numbers that are equal are equal nodes. */
    private static JsonNode parsed(String text) throws Exception {
      return Json.MAPPER.readTree(text);
    }

    void end() throws Exception {
      client.setReads(true);
      fixture.pass(10_000);
      client.take();
      assertEquals(client.expected(data), parsed(client.board.data().toString()));
      assertEquals("version:" + version, client.board.offset());
      assertEquals(expected, client.events);
    }
  }

  /** A client of the board and of the stream, which resumes where it was. */
  private static final class Client {
    private final SessionFixture fixture;
    private final Random random;
    private final MergedBoard board = new MergedBoard();
    private final List<Integer> events = new ArrayList<>();
    private RecordingTransport transport;
    private Session session;
    private String fields;
    private String offset;
    private int taken;
    private int positions;

    Client(SessionFixture fixture, Random random) throws Exception {
      this.fixture = fixture;
      this.random = random;
      open();
    }

    private void open() throws Exception {
      transport = new RecordingTransport(fixture.sent);
      Dialect dialect = random.nextBoolean() ? NativeDialect.INSTANCE : SseDialect.INSTANCE;
      List<TopicRequest> topics = TopicRequestReader.parse("[" + board() + "," + stream() + "]");
      session = fixture.openAnonymous(transport, dialect, topics.toArray(TopicRequest[]::new));
      take();
    }

    private String board() {
      int some = random.nextInt(4);
      fields = null;
      for (int i = 0; i < some; i++) {
        String field = '"' + FIELDS[random.nextInt(FIELDS.length)] + '"';
        fields = fields == null ? field : fields + "," + field;
      }
      return "{\"topic\":\"routing\",\"deltas\":"
          + (random.nextInt(4) > 0)
          + (random.nextBoolean() ? ",\"interval_ms\":" + random.nextInt(2_000) : "")
          + (fields == null ? "" : ",\"fields\":[" + fields + "]")
          + "}";
    }

    private String stream() {
      return "{\"topic\":\"chat.1\",\"where\":{\"type\":\"said\"}"
          + (offset == null ? "" : ",\"since\":\"" + offset + "\"")
          + "}";
    }

    void setReads(boolean reads) throws Exception {
      transport.setWritable(reads);
      if (reads) session.writable();
      take();
    }

    /** What was on its way is lost; the next session begins after what was taken. */
    void reconnect() throws Exception {
      session.closed();
      taken = fixture.sent.size();
      open();
    }

    void subscribeAgain() throws Exception {
      if (!session.dialect().equals(NativeDialect.INSTANCE)) return;
      take();
      setReads(true);
      session.text("{\"type\":\"subscribe\",\"topics\":[" + board() + "]}");
      take();
    }

    /** Takes what has arrived. */
    void take() throws Exception {
      for (; taken < fixture.sent.size(); taken++) {
        String text = fixture.sent.get(taken);
        if (text.equals("ping")) continue;
        JsonNode message = Json.MAPPER.readTree(text);
        String topic = message.path("topic").asText();
        String type = message.get("type").asText();
        if (topic.equals("routing") && type.startsWith("metrics:")) board.take(message);
        if (!topic.equals("chat.1")) continue;
        offset = message.get("offset").asText();
        if (type.equals("position")) positions++;
        if (message.has("data")) events.add(message.get("data").get("n").asInt());
      }
    }

    JsonNode expected(String data) throws Exception {
      String all = Json.MAPPER.readTree(data).toString();
      if (fields == null) return Run.parsed(all);
      String request = "[{\"topic\":\"routing\",\"fields\":[" + fields + "]}]";
      var chosen = TopicRequestReader.parse(request).get(0).options().fields();
      return Run.parsed(chosen.of(RawJson.of(data)).text());
    }
  }
}
