package dev.boardcast.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What one principal does in a second is bounded; others are not affected. */
@Timeout(60)
class RateIT {
  private static final String FACT = "{\"name\":\"a\",\"n\":1}";

  private LimitedApi api;

  @AfterEach
  void stop() throws Exception {
    api.close();
  }

  @Test
  void requestsOverTheLimitAreAnsweredWith429() throws Exception {
    api = new LimitedApi("max-requests-per-second=3");
    String refused = "";
    for (int i = 0; i < 50 && refused.isEmpty(); i++) {
      String answer = get("ann");
      if (!answer.contains(" 200 ")) refused = answer.toLowerCase(Locale.ROOT);
    }
    assertTrue(refused.contains(" 429 "), refused);
    assertTrue(refused.contains("retry-after: 1\r\n"), refused);
    assertTrue(refused.contains("ratelimit-policy: \"max-requests-per-second\";q=3;w=1"), refused);
    assertTrue(get("bob").contains(" 200 "));
  }

  @Test
  void factsOverTheLimitAreWaitedFor() throws Exception {
    api = new LimitedApi("max-facts-per-second=100");
    String array = "[" + (FACT + ",").repeat(149) + FACT + "]";
    assertTrue(post("application/json", array).contains(" 200 "));
    String refused = post("application/json", FACT);
    assertTrue(refused.contains(" 429 "), refused);
    assertTrue(refused.contains("(max-facts-per-second)"), refused);
  }

  @Test
  void publishedEventsHaveARateOfTheirOwn() throws Exception {
    api = new LimitedApi("max-facts-per-second=100", "max-publishes-per-second=200");
    String array = "[" + (FACT + ",").repeat(249) + FACT + "]";
    assertTrue(post("/facts", "application/json", array).contains(" 200 "));
    assertTrue(post("/events", "application/json", array).contains(" 200 "));
    String refused = post("/events", "application/json", FACT);
    assertTrue(refused.contains(" 429 "), refused);
    assertTrue(refused.contains("too many events (max-publishes-per-second)"), refused);
  }

  @Test
  void ndjsonIsReadNoFasterThanTheLimit() throws Exception {
    api = new LimitedApi("max-facts-per-second=1000");
    long start = System.nanoTime();
    String answer = post("application/x-ndjson", (FACT + "\n").repeat(3_000));
    long millis = (System.nanoTime() - start) / 1_000_000;
    assertTrue(answer.contains("\"accepted\":3000"), answer);
    assertTrue(millis > 900, "took " + millis + " ms");
    assertEquals(0, api.refusals("max-facts-per-second"));
  }

  private String get(String token) throws Exception {
    try (var client = new RawHttp(api.port())) {
      client.send(
          "GET /quick HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token + "\r\n\r\n");
      return client.response();
    }
  }

  private String post(String type, String body) throws Exception {
    return post("/facts", type, body);
  }

  private String post(String path, String type, String body) throws Exception {
    try (var client = new RawHttp(api.port())) {
      client.send(
          "POST "
              + path
              + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: "
              + type
              + "\r\nContent-Length: "
              + body.length()
              + "\r\n\r\n"
              + body);
      return client.rest();
    }
  }
}
