package dev.boardcast.server.demo;

import dev.boardcast.spi.Json;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Generates classified messages, most of them classified correctly, a fifth of them noise. */
final class AnalysisTraffic implements Traffic {
  private static final List<String> TOPICS = List.of("praise", "question", "complaint");
  private static final int TOPICS_EVERY = 100;

  private int calls;

  @Override
  public double rate() {
    return 2;
  }

  @Override
  public Call next(RandomGenerator random) {
    // Topics first, and repeatedly in case a request failed: their ids make that idempotent.
    int call = calls++ % TOPICS_EVERY;
    if (call < TOPICS.size()) return topic(TOPICS.get(call));
    return random.nextInt(20) == 0 ? verdict(random) : message(random);
  }

  private static Call topic(String name) {
    return new Call("demo", "/api/v1/topics", Json.encode(Map.of("id", name, "name", name)));
  }

  private static Call verdict(RandomGenerator random) {
    String verdict = random.nextInt(4) == 0 ? "rejected" : "approved";
    String path = "/api/v1/proposals/demo-" + random.nextInt(40) + "/feedback";
    return new Call("demo", path, Json.encode(Map.of("verdict", verdict)));
  }

  private static Call message(RandomGenerator random) {
    String label = TOPICS.get(random.nextInt(TOPICS.size()));
    String predicted = random.nextInt(10) > 0 ? label : TOPICS.get(random.nextInt(TOPICS.size()));
    Map<String, Object> message = new LinkedHashMap<>();
    message.put("predicted_topic_id", predicted);
    message.put("true_label", label);
    message.put("confidence", BigDecimal.valueOf(60 + random.nextInt(40), 2));
    message.put("noise", random.nextInt(5) == 0);
    return new Call("demo", "/api/v1/messages", Json.encode(message));
  }
}
