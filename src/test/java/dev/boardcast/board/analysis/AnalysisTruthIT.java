package dev.boardcast.board.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.bus.Json;
import dev.boardcast.testing.RealData;
import dev.boardcast.testing.SettableClock;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Real messages with people's labels, predictions and noise, against totals computed elsewhere. The
 * data has no times and no confidence; label counts and characters have no counterpart here.
 */
class AnalysisTruthIT {
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

  @Test
  void tweetsGiveTheTrueAccuracyAndNoiseOfAllAndOfEachTopicHoweverOftenTheyAreSent()
      throws IOException {
    var truth = RealData.truth("topics").get("tweeteval_predictions.csv");
    try (var api = new AnalysisApi(SettableClock.at("2026-11-21T11:59:00Z"))) {
      var tweets = RealData.csv("topics", "tweeteval_predictions.csv");
      send(api, tweets, truth.get("messages").asInt(), 0);
      send(api, tweets, 0, truth.get("messages").asInt());

      var numbers = api.numbers(NOW);
      assertEquals(truth.get("messages"), numbers.get("messages"));
      assertEquals(truth.get("messages"), numbers.get("labelled"));
      assertEquals(truth.get("correct"), numbers.get("correct"));
      assertRatio(truth.get("accuracy_overall"), numbers.get("classificationAccuracy"));
      // Each message weighs alike, not each topic.
      assertNotEquals(
          percent(truth.get("mean_of_topic_accuracies")),
          numbers.get("classificationAccuracy").decimalValue().setScale(4));
      assertTrue(numbers.get("topicQualityScore").isNull(), "no confidence, no quality");
      assertEquals(truth.get("by_topic").size(), numbers.get("topicCount").asInt());
      for (var topic : truth.get("by_topic").properties()) {
        var expected = topic.getValue();
        var actual = numbers.get("topics").get(topic.getKey());
        assertEquals(expected.get("messages"), actual.get("messages"), topic.getKey());
        assertEquals(expected.get("correct"), actual.get("correct"), topic.getKey());
        assertRatio(expected.get("accuracy"), actual.get("classificationAccuracy"));
        assertEquals(expected.path("noise").asLong(), actual.get("noise").asLong());
        if (expected.has("noise_ratio")) {
          assertRatio(expected.get("noise_ratio"), actual.get("noiseRatio"));
        }
        assertTrue(actual.get("qualityScore").isNull());
      }
      assertEquals(truth.at("/stance_only/noise"), numbers.get("noise"));
      assertEquals(numbers, api.recomputed(NOW));
    }
  }

  @Test
  void theStanceTopicsAloneGiveTheirTrueNoiseRatio() throws IOException {
    var truth = RealData.truth("topics").at("/tweeteval_predictions.csv/stance_only");
    try (var api = new AnalysisApi(SettableClock.at("2026-11-21T11:59:00Z"))) {
      var tweets = RealData.csv("topics", "tweeteval_predictions.csv");
      send(
          api,
          only(tweets, row -> row.get("task").equals("stance")),
          truth.get("messages").asInt(),
          0);
      var numbers = api.numbers(NOW);
      assertEquals(truth.get("messages"), numbers.get("messages"));
      assertEquals(truth.get("noise"), numbers.get("noise"));
      assertRatio(truth.get("noise_ratio"), numbers.get("noiseRatio"));
    }
  }

  @Test
  void textMessagesGiveTheTrueShareOfSpamThoughTextsRepeat() throws IOException {
    var truth = RealData.truth("topics").get("sms_spam_first2500.csv");
    try (var api = new AnalysisApi(SettableClock.at("2026-11-21T11:59:00Z"))) {
      var texts = RealData.csv("topics", "sms_spam_first2500.csv");
      api.topic("sms");
      var lines =
          texts.stream()
              .map(
                  row ->
                      Json.MAPPER
                          .createObjectNode()
                          .put("topic_id", "sms")
                          .put("true_label", row.get("label"))
                          .put("noise", row.get("label").equals("spam"))
                          .put("event_id", "sms/" + row.get("row")))
              .map(JsonNode::toString)
              .collect(Collectors.joining("\n"));
      assertEquals(truth.get("messages"), api.messages(lines).get("accepted"));
      var numbers = api.numbers(NOW);
      assertEquals(truth.get("messages"), numbers.get("messages"));
      assertEquals(truth.get("spam"), numbers.get("noise"));
      assertRatio(truth.get("noise_ratio_spam_over_all"), numbers.get("noiseRatio"));
      assertTrue(numbers.get("classificationAccuracy").isNull(), "nothing was predicted");
    }
  }

  private static void send(
      AnalysisApi api, List<Map<String, String>> tweets, int accepted, int duplicate) {
    if (accepted > 0) {
      new TreeSet<>(tweets.stream().map(row -> row.get("topic")).toList()).forEach(api::topic);
    }
    var lines =
        tweets.stream()
            .map(AnalysisTruthIT::message)
            .map(JsonNode::toString)
            .collect(Collectors.joining("\n"));
    var summary = api.messages(lines);
    assertEquals(0, summary.get("rejected").asInt(), summary.toString());
    assertEquals(accepted, summary.get("accepted").asInt());
    assertEquals(duplicate, summary.get("duplicate").asInt());
  }

  private static JsonNode message(Map<String, String> row) {
    return Json.MAPPER
        .createObjectNode()
        .put("topic_id", row.get("topic"))
        .put("predicted_label", row.get("predicted_name"))
        .put("true_label", row.get("true_name"))
        .put("noise", row.get("task").equals("stance") && row.get("true_name").equals("none"))
        .put("event_id", row.get("topic") + "/" + row.get("row"));
  }

  private static List<Map<String, String>> only(
      List<Map<String, String>> rows, Predicate<Map<String, String>> wanted) {
    return rows.stream().filter(wanted).toList();
  }

  /** A ratio of six decimals against percent of four. */
  private static void assertRatio(JsonNode ratio, JsonNode percent) {
    assertEquals(percent(ratio), percent.decimalValue().setScale(4));
  }

  private static BigDecimal percent(JsonNode ratio) {
    return ratio.decimalValue().movePointRight(2).setScale(4, RoundingMode.UNNECESSARY);
  }
}
