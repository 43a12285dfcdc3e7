package dev.boardcast.boards.analysis;

import dev.boardcast.spi.AuditEntry;
import dev.boardcast.spi.BoardContext;
import dev.boardcast.spi.FactSink;
import dev.boardcast.spi.FactTable;
import dev.boardcast.spi.Problem;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** Stores messages, and rejects those that name an unknown topic. Thread safe. */
final class MessageStore implements FactSink<Message> {
  private static final String TOPICS = "SELECT id, name FROM analysis_topic WHERE id = ANY ($1)";

  private final BoardContext context;

  MessageStore(BoardContext context) {
    this.context = context;
  }

  @Override
  public Future<List<Outcome>> store(List<Message> messages) {
    return sink(messages).compose(sink -> sink.store(messages));
  }

  @Override
  public Future<List<Outcome>> store(List<Message> messages, AuditEntry entry) {
    return sink(messages).compose(sink -> sink.store(messages, entry));
  }

  private Future<FactSink<Message>> sink(List<Message> messages) {
    return topicNames(messages)
        .map(
            names ->
                table(names)
                    .sink(context, AnalysisBoard.NAME)
                    .rejecting(message -> problem(message, names)));
  }

  /** A predicted topic is stored by its name as well, as it is now. */
  private static FactTable<Message> table(Map<String, String> topicNames) {
    return FactTable.of("analysis_message", Message::eventId)
        .text("topic_id", it -> it.topicId() == null ? it.predictedTopicId() : it.topicId())
        .text("predicted_topic_id", Message::predictedTopicId)
        .text(
            "predicted_label",
            it ->
                it.predictedTopicId() == null
                    ? it.predictedLabel()
                    : topicNames.get(it.predictedTopicId()))
        .text("true_label", Message::trueLabel)
        .decimal("confidence", Message::confidence)
        .flag("noise", Message::noise)
        .time("at", "sent_at", Message::sentAt);
  }

  private Future<Map<String, String>> topicNames(List<Message> messages) {
    String[] ids =
        messages.stream()
            .flatMap(message -> Stream.of(message.topicId(), message.predictedTopicId()))
            .filter(Objects::nonNull)
            .distinct()
            .toArray(String[]::new);
    if (ids.length == 0) return Future.succeededFuture(Map.of());
    return context
        .pool()
        .preparedQuery(TOPICS)
        .execute(Tuple.of(ids))
        .map(
            rows -> {
              var names = new HashMap<String, String>();
              for (Row row : rows) names.put(row.getString("id"), row.getString("name"));
              return names;
            });
  }

  private static Optional<Problem> problem(Message message, Map<String, String> topicNames) {
    if (isUnknown(message.topicId(), topicNames)) {
      return Optional.of(Problem.invalid("topic_id", "the id of a topic that exists"));
    }
    if (isUnknown(message.predictedTopicId(), topicNames)) {
      return Optional.of(Problem.invalid("predicted_topic_id", "the id of a topic that exists"));
    }
    if (message.predictedTopicId() != null && message.predictedLabel() != null) {
      return Optional.of(Problem.invalid("predicted_label", "none beside predicted_topic_id"));
    }
    return Optional.empty();
  }

  private static boolean isUnknown(String topic, Map<String, String> topicNames) {
    return topic != null && !topicNames.containsKey(topic);
  }
}
