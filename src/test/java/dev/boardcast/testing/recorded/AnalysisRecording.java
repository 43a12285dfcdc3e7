package dev.boardcast.testing.recorded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.Json;
import dev.boardcast.testing.ExpectedTotals;
import dev.boardcast.testing.RealData;
import dev.boardcast.testing.UncoveredTotals;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Tweets with the labels of people and of a classifier, then, when these have left the window, text
 * messages. The source has no times and no confidence: times are generated, and there is no quality
 * score. Noise is spam and what does not concern the topic.
 */
public final class AnalysisRecording implements Recording {
  private static final String TWEETS = "tweeteval_predictions.csv";
  private static final String TEXTS = "sms_spam_first2500.csv";
  private static final Instant FIRST = Instant.parse("2026-02-01T12:00:00Z");
  private static final Instant NEXT_WINDOW = FIRST.plus(Duration.ofDays(8));

  private final ExpectedTotals expected = ExpectedTotals.of("topics");
  private final List<Map<String, String>> tweets = RealData.csv("topics", TWEETS);
  private final List<Map<String, String>> texts = RealData.csv("topics", TEXTS);

  public AnalysisRecording() throws IOException {}

  @Override
  public String board() {
    return "analysis";
  }

  @Override
  public List<String> webSocketPaths() {
    return List.of("/ws?topics=metrics", "/ws/metrics/analysis");
  }

  @Override
  public List<String> httpPaths() {
    return List.of("/api/v1/metrics");
  }

  @Override
  public ExpectedTotals expected() {
    return expected;
  }

  @Override
  public Set<String> uncovered() {
    return UncoveredTotals.TOPICS;
  }

  @Override
  public List<Stage> stages() {
    return List.of(
        new Stage(FIRST, tweets(AnalysisRecording::isStance), this::checkStances),
        new Stage(FIRST, tweets(row -> !isStance(row)), this::checkTweets),
        new Stage(NEXT_WINDOW, texts(), this::checkTexts));
  }

  private void checkStances(JsonNode metrics) {
    count("/" + TWEETS + "/stance_only/messages", metrics.get("messages"));
    count("/" + TWEETS + "/stance_only/noise", metrics.get("noise"));
    percent("/" + TWEETS + "/stance_only/noise_ratio", metrics.get("noiseRatio"));
  }

  private void checkTweets(JsonNode metrics) {
    String path = "/" + TWEETS;
    count(path + "/messages", metrics.get("messages"));
    count(path + "/messages", metrics.get("labelled"));
    checkAccuracy(path, "accuracy_overall", metrics);
    // Weighted by message, not by topic.
    var ofTopics = new BigDecimal(expected.text(path + "/mean_of_topic_accuracies"));
    var ofMessages = metrics.get("classificationAccuracy").decimalValue().movePointLeft(2);
    assertNotEquals(0, ofTopics.compareTo(ofMessages));
    assertTrue(metrics.get("topicQualityScore").isNull(), "no confidence, no quality");
    Set<String> topics = new TreeSet<>(expected.names(path + "/by_topic"));
    assertEquals(topics.size(), metrics.get("topicCount").asInt());
    assertEquals(topics.size(), metrics.get("topics").size());
    for (String topic : topics) {
      String below = path + "/by_topic/" + topic;
      JsonNode actual = metrics.get("topics").get(topic);
      count(below + "/messages", actual.get("messages"));
      checkAccuracy(below, "accuracy", actual);
      if (expected.names(below).contains("noise")) {
        count(below + "/noise", actual.get("noise"));
        percent(below + "/noise_ratio", actual.get("noiseRatio"));
      } else {
        assertEquals(0, actual.get("noise").asInt(), topic);
      }
    }
  }

  private void checkAccuracy(String path, String accuracy, JsonNode metrics) {
    long correct = metrics.get("correct").asLong();
    assertEquals(expected.count(path + "/correct"), correct, path);
    assertEquals(expected.count(path + "/incorrect"), metrics.get("labelled").asLong() - correct);
    percent(path + "/" + accuracy, metrics.get("classificationAccuracy"));
  }

  private void checkTexts(JsonNode metrics) {
    long messages = metrics.get("messages").asLong();
    assertEquals(expected.count("/" + TEXTS + "/messages"), messages);
    count("/" + TEXTS + "/spam", metrics.get("noise"));
    assertEquals(expected.count("/" + TEXTS + "/ham"), messages - metrics.get("noise").asLong());
    percent("/" + TEXTS + "/noise_ratio_spam_over_all", metrics.get("noiseRatio"));
    assertTrue(metrics.get("classificationAccuracy").isNull(), "nothing was predicted");
  }

  private void count(String path, JsonNode actual) {
    assertEquals(expected.count(path), actual.asLong(), path);
  }

  /** A ratio of 6 decimals equals a percentage of 4. */
  private void percent(String path, JsonNode actual) {
    assertTrue(actual.isNumber(), path);
    BigDecimal percent = actual.decimalValue();
    expected.exact(path, percent.movePointLeft(2));
  }

  private List<String> tweets(Predicate<Map<String, String>> wanted) {
    var rows = tweets.stream().filter(wanted).toList();
    var lines = new ArrayList<String>();
    new TreeSet<>(rows.stream().map(row -> row.get("topic")).toList())
        .forEach(topic -> lines.add(topic(topic)));
    for (var row : rows) {
      var fact = Json.MAPPER.createObjectNode();
      fact.put("topic_id", row.get("topic"));
      fact.put("predicted_label", row.get("predicted_name"));
      fact.put("true_label", row.get("true_name"));
      fact.put("noise", isStance(row) && row.get("true_name").equals("none"));
      fact.put("sent_at", Json.time(FIRST));
      fact.put("event_id", row.get("topic") + "/" + row.get("row"));
      lines.add(fact.toString());
    }
    return lines;
  }

  private List<String> texts() {
    var lines = new ArrayList<>(List.of(topic("sms")));
    for (var row : texts) {
      var fact = Json.MAPPER.createObjectNode();
      fact.put("topic_id", "sms");
      fact.put("true_label", row.get("label"));
      fact.put("noise", row.get("label").equals("spam"));
      fact.put("sent_at", Json.time(NEXT_WINDOW));
      fact.put("event_id", "sms/" + row.get("row"));
      lines.add(fact.toString());
    }
    return lines;
  }

  private static String topic(String name) {
    return Json.MAPPER.createObjectNode().put("id", name).put("name", name).toString();
  }

  private static boolean isStance(Map<String, String> row) {
    return row.get("task").equals("stance");
  }
}
