package dev.boardcast.boards.analysis;

import dev.boardcast.bus.FactsHintPublisher;
import dev.boardcast.http.ingest.Ingest.Outcome;
import dev.boardcast.spi.FactBatch;
import dev.boardcast.spi.Problem;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** Writes messages. Thread safe. */
public final class MessageStore {
  private static final String TOPICS = "SELECT id, name FROM analysis_topic WHERE id = ANY ($1)";
  private static final String INSERT =
      """
      INSERT INTO analysis_message
        (event_id, topic_id, predicted_topic_id, predicted_label, true_label, confidence, noise,
         at)
      SELECT event_id, topic_id, predicted_topic_id, predicted_label, true_label,
             confidence::numeric, noise, at
      FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[],
                  $7::boolean[], $8::timestamptz[])
        AS m (event_id, topic_id, predicted_topic_id, predicted_label, true_label, confidence,
              noise, at)
      ON CONFLICT (event_id) DO NOTHING
      RETURNING event_id""";

  private final Pool pool;
  private final FactsHintPublisher hints;
  private final Clock clock;

  /**
   * @param hints of the analysis board
   * @param clock for messages that do not say when they were sent
   */
  public MessageStore(Pool pool, FactsHintPublisher hints, Clock clock) {
    this.pool = pool;
    this.hints = hints;
    this.clock = clock;
  }

  /**
   * Stores messages in one statement, leaving out those whose event id is known, and refusing those
   * that name a topic which does not exist.
   *
   * @return what became of each, in order; of several with one event id the first counts as new.
   *     Completes after commit; fails with nothing stored
   */
  public Future<List<Outcome>> add(List<Message> messages) {
    return names(messages)
        .compose(
            names -> {
              var problems = messages.stream().map(message -> problem(message, names)).toList();
              List<Message> good = new ArrayList<>();
              for (int i = 0; i < messages.size(); i++) {
                if (problems.get(i) == null) good.add(messages.get(i));
              }
              return insert(good, names).map(isNew -> outcomes(problems, isNew));
            });
  }

  private Future<Map<String, String>> names(List<Message> messages) {
    String[] ids =
        messages.stream()
            .flatMap(message -> Stream.of(message.topicId(), message.predictedTopicId()))
            .filter(Objects::nonNull)
            .distinct()
            .toArray(String[]::new);
    if (ids.length == 0) return Future.succeededFuture(Map.of());
    return pool.preparedQuery(TOPICS)
        .execute(Tuple.of(ids))
        .map(
            rows -> {
              var names = new HashMap<String, String>();
              for (Row row : rows) names.put(row.getString("id"), row.getString("name"));
              return names;
            });
  }

  private static Problem problem(Message message, Map<String, String> names) {
    if (isUnknown(message.topicId(), names)) {
      return Problem.invalid("topic_id", "the id of a topic that exists");
    }
    if (isUnknown(message.predictedTopicId(), names)) {
      return Problem.invalid("predicted_topic_id", "the id of a topic that exists");
    }
    if (message.predictedTopicId() != null && message.predictedLabel() != null) {
      return Problem.invalid("predicted_label", "none beside predicted_topic_id");
    }
    return null;
  }

  private static boolean isUnknown(String topic, Map<String, String> names) {
    return topic != null && !names.containsKey(topic);
  }

  /** For each, in order, whether it was new. */
  private Future<List<Boolean>> insert(List<Message> messages, Map<String, String> names) {
    if (messages.isEmpty()) return Future.succeededFuture(List.of());
    var facts = new FactBatch<>(messages, Message::eventId);
    return pool.preparedQuery(INSERT)
        .execute(columns(facts.sorted(), names))
        .map(
            inserted -> {
              if (inserted.size() > 0) hints.committed();
              return facts.isNew(inserted);
            });
  }

  private Tuple columns(List<Message> rows, Map<String, String> names) {
    return Tuple.tuple()
        .addArrayOfString(FactBatch.texts(rows, Message::eventId))
        .addArrayOfString(
            FactBatch.texts(
                rows, row -> row.topicId() == null ? row.predictedTopicId() : row.topicId()))
        .addArrayOfString(FactBatch.texts(rows, Message::predictedTopicId))
        .addArrayOfString(FactBatch.texts(rows, row -> label(row, names)))
        .addArrayOfString(FactBatch.texts(rows, Message::trueLabel))
        .addArrayOfString(FactBatch.decimals(rows, Message::confidence))
        .addArrayOfBoolean(rows.stream().map(Message::noise).toArray(Boolean[]::new))
        .addArrayOfOffsetDateTime(FactBatch.times(rows, Message::sentAt, clock.instant()));
  }

  /**
   * @param isNew of those without a problem
   */
  private static List<Outcome> outcomes(List<Problem> problems, List<Boolean> isNew) {
    List<Outcome> outcomes = new ArrayList<>(problems.size());
    var good = isNew.iterator();
    for (Problem problem : problems) {
      if (problem != null) outcomes.add(Outcome.rejected(problem));
      else outcomes.add(good.next() ? Outcome.NEW : Outcome.DUPLICATE);
    }
    return outcomes;
  }

  private static String label(Message message, Map<String, String> names) {
    String topic = message.predictedTopicId();
    return topic == null ? message.predictedLabel() : names.get(topic);
  }
}
