package dev.boardcast.board.analysis;

import dev.boardcast.bus.FactsHints;
import dev.boardcast.http.Ingest.Outcome;
import dev.boardcast.http.Problem;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
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

  // Two batches that share event ids wait for each other in the same order, not crosswise.
  private static final Comparator<Message> ORDER =
      Comparator.comparing(Message::eventId, Comparator.nullsFirst(Comparator.naturalOrder()));

  private final Pool pool;
  private final FactsHints hints;
  private final Clock clock;

  /**
   * @param hints of the analysis board
   * @param clock for messages that do not say when they were sent
   */
  public MessageStore(Pool pool, FactsHints hints, Clock clock) {
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
              return insert(good, names).map(stored -> outcomes(messages, problems, stored));
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

  /** The event ids that were new. */
  private Future<Set<String>> insert(List<Message> messages, Map<String, String> names) {
    if (messages.isEmpty()) return Future.succeededFuture(new HashSet<>());
    messages.sort(ORDER);
    return pool.preparedQuery(INSERT).execute(columns(messages, names)).map(this::fresh);
  }

  private Set<String> fresh(RowSet<Row> inserted) {
    if (inserted.size() > 0) hints.committed();
    Set<String> fresh = new HashSet<>();
    for (Row row : inserted) fresh.add(row.getString(0));
    return fresh;
  }

  private Tuple columns(List<Message> rows, Map<String, String> names) {
    OffsetDateTime now = clock.instant().atOffset(ZoneOffset.UTC);
    return Tuple.tuple()
        .addArrayOfString(texts(rows, Message::eventId))
        .addArrayOfString(
            texts(rows, row -> row.topicId() == null ? row.predictedTopicId() : row.topicId()))
        .addArrayOfString(texts(rows, Message::predictedTopicId))
        .addArrayOfString(texts(rows, row -> label(row, names)))
        .addArrayOfString(texts(rows, Message::trueLabel))
        .addArrayOfString(texts(rows, row -> plain(row.confidence())))
        .addArrayOfBoolean(rows.stream().map(Message::noise).toArray(Boolean[]::new))
        .addArrayOfOffsetDateTime(
            rows.stream().map(row -> time(row.sentAt(), now)).toArray(OffsetDateTime[]::new));
  }

  private static List<Outcome> outcomes(
      List<Message> messages, List<Problem> problems, Set<String> fresh) {
    List<Outcome> outcomes = new ArrayList<>(messages.size());
    for (int i = 0; i < messages.size(); i++) {
      String eventId = messages.get(i).eventId();
      if (problems.get(i) != null) outcomes.add(Outcome.rejected(problems.get(i)));
      else if (eventId == null || fresh.remove(eventId)) outcomes.add(Outcome.NEW);
      else outcomes.add(Outcome.DUPLICATE);
    }
    return outcomes;
  }

  private static String label(Message message, Map<String, String> names) {
    String topic = message.predictedTopicId();
    return topic == null ? message.predictedLabel() : names.get(topic);
  }

  private static String[] texts(List<Message> rows, Function<Message, String> column) {
    return rows.stream().map(column).toArray(String[]::new);
  }

  private static String plain(BigDecimal number) {
    return number == null ? null : number.toPlainString();
  }

  private static OffsetDateTime time(Instant told, OffsetDateTime now) {
    return told == null ? now : told.atOffset(ZoneOffset.UTC);
  }
}
