package dev.boardcast.load;

import dev.boardcast.bus.Json;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Messages that a classifier labels, mostly right; a fifth of them is noise. */
final class AnalysisTraffic implements Traffic {
  private static final List<String> LABELS = List.of("praise", "question", "complaint");

  @Override
  public double rate() {
    return 2;
  }

  @Override
  public Call next(RandomGenerator random) {
    String meant = LABELS.get(random.nextInt(LABELS.size()));
    String said = random.nextInt(10) > 0 ? meant : LABELS.get(random.nextInt(LABELS.size()));
    Map<String, Object> message = new LinkedHashMap<>();
    message.put("predicted_label", said);
    message.put("true_label", meant);
    message.put("confidence", BigDecimal.valueOf(60 + random.nextInt(40), 2));
    message.put("noise", random.nextInt(5) == 0);
    return new Call("demo", "/api/v1/messages", Json.encode(message));
  }
}
