package dev.boardcast.http.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.config.Settings;
import dev.boardcast.http.HttpConfig;
import dev.boardcast.spi.FactSink;
import dev.boardcast.spi.FactSink.Outcome;
import dev.boardcast.spi.Problem;
import dev.boardcast.testing.Api;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class IngestIT {
  private static final HttpConfig SMALL =
      Settings.of(
          HttpConfig.class,
          "http-max-body=1024",
          "http-max-line=256",
          "http-batch=4",
          "http-max-rejections=2");

  private final List<Integer> stored = Collections.synchronizedList(new ArrayList<>());
  private volatile int failFrom = Integer.MAX_VALUE;
  private Api api;

  record Fact(int n) {}

  @BeforeEach
  void start() {
    var ingest = new IngestService(SMALL, false);
    api =
        new Api(
            SMALL,
            parts ->
                List.of(
                    router -> router.post("/facts").handler(ingest.handler(Fact.class, sink()))));
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private FactSink<Fact> sink() {
    return facts -> {
      if (facts.get(0).n() < 0) throw new IllegalStateException("a sink with a defect");
      if (stored.size() >= failFrom) return Future.failedFuture(new TimeoutException());
      assertTrue(facts.size() <= SMALL.batch());
      facts.forEach(fact -> stored.add(fact.n()));
      return Future.succeededFuture(facts.stream().map(IngestIT::outcome).toList());
    };
  }

  private static Outcome outcome(Fact fact) {
    if (fact.n() % 10 == 7) return Outcome.rejected(Problem.invalid("n", "no seven"));
    return fact.n() % 2 == 0 ? Outcome.NEW : Outcome.DUPLICATE;
  }

  @Test
  void aLongBodyIsStoredInOrderAndCounted() {
    var answer = post(lines(10_000));

    assertEquals(200, answer.status());
    assertEquals(5000, answer.json().get("accepted").asInt());
    assertEquals(4000, answer.json().get("duplicate").asInt());
    assertEquals(1000, answer.json().get("rejected").asInt());
    assertEquals(
        "[{\"line\":8,\"field\":\"n\",\"expected\":\"no seven\"},"
            + "{\"line\":18,\"field\":\"n\",\"expected\":\"no seven\"}]",
        answer.json().get("errors").toString());
    for (int i = 0; i < 10_000; i++) assertEquals(i, stored.get(i));
  }

  @Test
  void theFirstBadLinesAreNamedInOrderWhoeverRefusedThem() {
    var answer = post(Buffer.buffer("{\"n\":7}\n{\"n\":2}\n{}\n{\"n\":17}\n")).json();

    assertEquals(3, answer.get("rejected").asInt());
    assertEquals(List.of("1", "3"), answer.get("errors").findValuesAsText("line"));
  }

  @Test
  void afterAFailureTheRestIsLetThroughAndTheConnectionIsGoodForMore() {
    failFrom = 100;

    var failed = post(lines(200_000));

    assertEquals(503, failed.status());
    assertEquals("1", failed.header("Retry-After"));
    failFrom = Integer.MAX_VALUE;
    assertEquals(200, post(lines(10)).status());
  }

  @Test
  void aSinkThatThrowsIsAnsweredWith500() {
    assertEquals(500, post(Buffer.buffer("{\"n\":-1}\n")).status());
    assertEquals(500, api.call("POST", "/facts").json("[{\"n\":-1}]").now().status());
    assertEquals(500, one("{\"n\":-1}").status());
  }

  @Test
  void oneFactIsAnsweredByItsStatus() {
    assertEquals(201, one("{\"n\":2}").status());
    assertEquals(200, one("{\"n\":3}").status());
    assertEquals(400, one("{\"n\":7}").status());
    assertEquals("n", one("{\"n\":7}").fields());
    assertEquals("n", one("{\"n\":\"2\"}").fields());
    assertEquals("n", one("{\"n\":2.5}").fields());
    assertEquals("n", one("{\"n\":null}").fields());
  }

  @Test
  void anArrayIsReadAsItsLinesWouldBe() {
    var answer =
        array("[{\"n\":2}, 5, {\"n\":\"x\"}, 6 ,{\"n\":4} ,null,\"a\",[],{\"n\":7},{\"n\":6}]")
            .json();

    assertEquals(3, answer.get("accepted").asInt());
    assertEquals(7, answer.get("rejected").asInt());
    assertEquals(
        "[{\"line\":2,\"field\":\"body\",\"expected\":\"a JSON object\"},"
            + "{\"line\":3,\"field\":\"n\",\"expected\":\"a whole number\"}]",
        answer.get("errors").toString());
    assertEquals(List.of(2, 4, 7, 6), stored);
    assertEquals(0, array("[]").json().get("accepted").asInt());
  }

  @Test
  void anArrayThatIsNoJsonStoresNothing() {
    for (String bad :
        List.of(
            "[{\"n\":2},", "[{\"n\":2}]]", "[{\"n\":2}] 1", "[{\"n\":2},{]", "[1,{\"n\":\"a}]")) {
      assertEquals(400, array(bad).status(), bad);
    }
    assertEquals(List.of(), stored);
  }

  @Test
  void aValueLargerThanALineIsRefusedAndNamesTheSetting() {
    var answer = one("{\"n\":" + " ".repeat(300) + "2}");
    assertEquals(413, answer.status());
    assertTrue(answer.text().contains("http-max-line"), answer.text());
    var item = array("[{\"n\":" + " ".repeat(300) + "2},{\"n\":4}]").json();
    assertEquals(1, item.get("accepted").asInt());
    assertEquals(
        "[\"at most 256 bytes in one item\"]",
        item.findValuesAsText("expected").stream()
            .map(text -> '"' + text + '"')
            .toList()
            .toString());
  }

  @Test
  void aLineThatIsTooLongIsNamedAndTheNextOnesAreKept() {
    var answer =
        post(Buffer.buffer("{\"n\":" + " ".repeat(300) + "2}\r\n\r\n{\"n\":4}\r\n{\"n\":6}"));

    assertEquals(2, answer.json().get("accepted").asInt());
    assertEquals("1", answer.json().get("errors").findValuesAsText("line").get(0));
    assertEquals(List.of(4, 6), stored);
  }

  private Api.Answer post(Buffer lines) {
    return api.call("POST", "/facts").body("application/x-ndjson", lines).now();
  }

  private Api.Answer one(String json) {
    return api.call("POST", "/facts").json(json).now();
  }

  private Api.Answer array(String json) {
    return api.call("POST", "/facts").json(json).now();
  }

  private static Buffer lines(int count) {
    var lines = Buffer.buffer();
    for (int i = 0; i < count; i++) lines.appendString("{\"n\":" + i + "}\n");
    return lines;
  }
}
