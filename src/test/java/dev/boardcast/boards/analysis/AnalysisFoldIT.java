package dev.boardcast.boards.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.config.Settings;
import dev.boardcast.spi.Json;
import dev.boardcast.testing.SettableClock;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Random messages, late and duplicate ones in any order, compared with plain sums over the
 * messages.
 */
class AnalysisFoldIT {
  private static final Instant NOW = Instant.parse("2026-03-10T12:20:00Z");
  private static final Duration WINDOW = Settings.defaults(AnalysisConfig.class).window();
  private static final List<String> TOPICS = List.of("a", "b", "c", "empty");

  private static AnalysisApi api;

  @BeforeContainer
  static void open() {
    api = new AnalysisApi(new SettableClock(NOW));
  }

  @AfterContainer
  static void close() {
    api.close();
  }

  @Property(tries = 40, shrinking = ShrinkingMode.BOUNDED)
  void foldEqualsRecomputationEqualsAPlainComputation(
      @ForAll("batches") List<List<Message>> batches) {
    api.api.rows(
        "TRUNCATE analysis_message, analysis_topic, analysis_change, analysis_rollup,"
            + " analysis_label, analysis_correction, analysis_confusion,"
            + " analysis_count");
    for (String topic : TOPICS) {
      api.post("/api/v1/topics", "{\"id\":\"%1$s\",\"name\":\"Name of %1$s\"}".formatted(topic));
    }
    var known = new StoredMessages();
    for (var batch : batches) {
      batch.forEach(known::add);
      api.messages(batch.stream().map(Json::encode).collect(Collectors.joining("\n")));
      api.numbers(NOW);
    }
    var numbers = api.numbers(NOW);

    var window = known.between(WindowEdge.of(NOW.minus(WINDOW)).quarter(), Instant.MAX);
    assertEquals(window.messages().size(), numbers.get("messages").asInt());
    assertEquals(window.count(Message::noise), numbers.get("noise").asInt());
    assertEquals(window.count(StoredMessages.Span::isRight), numbers.get("correct").asInt());
    assertEquals(window.count(StoredMessages.Span::isLabelled), numbers.get("labelled").asInt());
    assertNumber(window.noiseRatio(), numbers.get("noiseRatio"));
    assertNumber(window.accuracy(), numbers.get("classificationAccuracy"));
    assertNumber(window.quality(), numbers.get("topicQualityScore"));
    assertPast(known, numbers, "hour", Duration.ofHours(1));
    assertPast(known, numbers, "day", Duration.ofDays(1));
    assertPast(known, numbers, "week", Duration.ofDays(7));
    assertEquals(numbers, api.recomputed(NOW));
  }

  private static void assertPast(
      StoredMessages known, JsonNode numbers, String span, Duration ago) {
    var then = NOW.minus(ago);
    var window =
        known.between(WindowEdge.of(then.minus(WINDOW)).quarter(), WindowEdge.of(then).quarter());
    String previous = "/" + span + "/previous";
    assertNumber(window.noiseRatio(), numbers.at("/trends/noiseRatio" + previous));
    assertNumber(window.accuracy(), numbers.at("/trends/classificationAccuracy" + previous));
    assertNumber(window.quality(), numbers.at("/trends/topicQualityScore" + previous));
  }

  private static void assertNumber(BigDecimal expected, JsonNode actual) {
    if (expected == null) assertNull(actual.textValue(), actual::toString);
    assertEquals(
        expected, actual.isNull() ? null : actual.decimalValue().setScale(4), actual::toString);
  }

  @Provide
  static Arbitrary<List<List<Message>>> batches() {
    return messages().list().ofMaxSize(25).list().ofMinSize(1).ofMaxSize(6);
  }

  private static Arbitrary<Message> messages() {
    var prediction = Arbitraries.of("topic a", "topic b", "label x", "label Name of a", "none");
    var trueLabel = Arbitraries.of("x", "a", "Name of a", "Name of b").injectNull(0.3);
    var eventId = Arbitraries.integers().between(0, 60).map(id -> "e" + id).injectNull(0.4);
    return Combinators.combine(
            Arbitraries.of("a", "b", "c").injectNull(0.3),
            prediction,
            trueLabel,
            confidences(),
            Arbitraries.of(true, false),
            times(),
            eventId)
        .as(
            (topic, predicted, label, confidence, noise, at, event) ->
                new Message(
                    topic,
                    predicted.startsWith("topic ") ? predicted.substring(6) : null,
                    predicted.startsWith("label ") ? predicted.substring(6) : null,
                    label,
                    confidence,
                    noise,
                    at,
                    event));
  }

  private static Arbitrary<BigDecimal> confidences() {
    return Arbitraries.oneOf(
            Arbitraries.of(
                BigDecimal.ZERO,
                BigDecimal.ONE,
                new BigDecimal("0.000000000000000000000000000001"),
                new BigDecimal("0.333333333333333333333333333333")),
            Arbitraries.bigDecimals().between(BigDecimal.ZERO, BigDecimal.ONE).ofScale(4))
        .injectNull(0.4);
  }

  /** Over three weeks and some time in the future; often exactly at the edge of a window. */
  private static Arbitrary<Instant> times() {
    var anywhere =
        Arbitraries.longs()
            .between(-21 * 86_400_000L, 3_600_000)
            .map(millis -> NOW.plusMillis(millis));
    var edges =
        Combinators.combine(
                Arbitraries.of("PT0S", "PT1H", "P1D", "P7D", "P7DT1H", "P8D", "P14D"),
                Arbitraries.longs().between(-1, 1))
            .as(
                (distance, millis) ->
                    WindowEdge.of(NOW.minus(Duration.parse(distance)))
                        .quarter()
                        .plusMillis(millis));
    return Arbitraries.oneOf(anywhere, edges);
  }
}
