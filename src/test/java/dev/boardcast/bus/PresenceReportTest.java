package dev.boardcast.bus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PresenceReportTest {
  private static final Instant AT = Instant.parse("2025-11-16T12:34:56.789Z");

  private final JsonCodec<PresenceReport> codec = new JsonCodec<>("test", PresenceReport.class);

  @Test
  void reportsAreReadAsTheyWereWritten() {
    var here = new Presence(AT, new PresenceData("Ann", "#a03c2f", null), AT);
    var changes =
        List.of(
            new PresenceChange("doc.7", "ann", here),
            new PresenceChange("doc.7", "bob", new Presence(AT, PresenceData.NONE, Instant.EPOCH)),
            new PresenceChange("doc.7", "carol", null));
    for (PresenceReport report :
        List.of(
            PresenceReport.ofChanges("n1", 7, 3, changes),
            PresenceReport.ofChanges("n1", 7, 3, List.of()),
            new PresenceReport("n1", 7, 3, 0, 2, changes))) {
      Buffer wire = Buffer.buffer();
      codec.encodeToWire(wire, report);
      assertEquals(report, codec.decodeFromWire(0, wire));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'topic':null,'user':'ann','presence':null}",
        "{'topic':'doc.7','presence':null}",
        "{'topic':'doc.7','user':'ann','presence':{'since':null,'data':{},'data_at':null}}",
        "{'topic':'doc.7','user':'ann','presence':{'since':'2025-11-16T12:34:56.789Z',"
            + "'data':{'color':'red'},'data_at':'2025-11-16T12:34:56.789Z'}}",
        "null"
      })
  void whatIsNoReportIsRejected(String change) {
    String json =
        "{'node':'n1','run':1,'sequence':1,'part':0,'parts':0,'changes':[" + change + "]}";
    byte[] bytes = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    Buffer wire = Buffer.buffer().appendInt(bytes.length).appendBytes(bytes);
    assertThrows(RejectedMessageException.class, () -> codec.decode(new WireReader(wire, 0)));
  }
}
