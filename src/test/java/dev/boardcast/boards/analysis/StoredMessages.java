package dev.boardcast.boards.analysis;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** The messages that were stored, and the metrics computed from them without rollups. */
final class StoredMessages {
  private final List<Message> stored = new ArrayList<>();
  private final Set<String> seen = new HashSet<>();

  void add(Message message) {
    if (message.eventId() == null || seen.add(message.eventId())) stored.add(message);
  }

  /** The messages that were sent from {@code start} up to {@code end}. */
  Span between(Instant start, Instant end) {
    return new Span(
        stored.stream()
            .filter(message -> !message.sentAt().isBefore(start) && message.sentAt().isBefore(end))
            .toList());
  }

  record Span(List<Message> messages) {
    long count(Predicate<Message> counted) {
      return messages.stream().filter(counted).count();
    }

    BigDecimal noiseRatio() {
      return percent(count(Message::noise), messages.size());
    }

    BigDecimal accuracy() {
      return percent(count(Span::isRight), count(Span::isLabelled));
    }

    BigDecimal quality() {
      Map<String, List<Message>> byTopic = new HashMap<>();
      for (Message message : messages) {
        String topic = topic(message);
        if (topic != null) byTopic.computeIfAbsent(topic, none -> new ArrayList<>()).add(message);
      }
      var sum = BigDecimal.ZERO;
      long weight = 0;
      for (List<Message> topic : byTopic.values()) {
        var good = topic.stream().filter(message -> !message.noise()).toList();
        var sure = good.stream().filter(message -> message.confidence() != null).toList();
        if (sure.isEmpty() && !good.isEmpty()) continue;
        weight += topic.size();
        if (sure.isEmpty()) continue;
        var confidence =
            sure.stream().map(Message::confidence).reduce(BigDecimal.ZERO, BigDecimal::add);
        var mean = confidence.divide(BigDecimal.valueOf(sure.size()), new MathContext(80));
        sum = sum.add(mean.multiply(BigDecimal.valueOf(good.size())));
      }
      return weight == 0 ? null : rounded(sum, weight);
    }

    static boolean isLabelled(Message message) {
      return message.trueLabel() != null
          && (message.predictedLabel() != null || message.predictedTopicId() != null);
    }

    static boolean isRight(Message message) {
      return isLabelled(message)
          && (message.trueLabel().equals(message.predictedLabel())
              || message.trueLabel().equals(message.predictedTopicId())
              || message.trueLabel().equals("Name of " + message.predictedTopicId()));
    }

    private static String topic(Message message) {
      return message.topicId() == null ? message.predictedTopicId() : message.topicId();
    }

    private static BigDecimal percent(long part, long whole) {
      return whole == 0 ? null : rounded(BigDecimal.valueOf(part), whole);
    }

    private static BigDecimal rounded(BigDecimal part, long whole) {
      return part.movePointRight(2)
          .divide(BigDecimal.valueOf(whole), new MathContext(70))
          .setScale(4, RoundingMode.HALF_UP);
    }
  }
}
