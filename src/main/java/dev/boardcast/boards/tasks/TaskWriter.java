package dev.boardcast.boards.tasks;

import dev.boardcast.spi.EventPublisher;
import dev.boardcast.spi.Json;
import dev.boardcast.spi.NewEvent;
import dev.boardcast.spi.Principal;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.Problem.FieldError;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/**
 * Creates tasks, any number by one statement, with their events in the caller's transaction. A task
 * that is sent again is recognized by its id and its content as sent, also after it was changed.
 * Thread safe.
 */
final class TaskWriter {
  // Ordered by id, so that two overlapping batches wait for each other in one order.
  private static final String INSERT =
      """
      WITH mine AS MATERIALIZED (SELECT teams_of($1, $2, $3) AS teams),
      item AS MATERIALIZED (
        SELECT i.*, $4 OR i.team_id IS NULL OR i.team_id = ANY (mine.teams) AS allowed,
          i.assignee IS NULL OR i.assignee = i.owner_id
            OR i.assignee = $1 AND coalesce($4 OR i.team_id = ANY (mine.teams), false)
            OR EXISTS (SELECT FROM team_member m
                       WHERE m.user_id = i.assignee AND m.team_id = i.team_id
                         AND m.removed_at IS NULL) AS assignable
        FROM mine, unnest($5::uuid[], $6::text[], $7::text[], $8::text[], $9::text[], $10::bytea[],
                          $11::text[], $12::timestamptz[], $13::smallint[], $14::text[],
                          $15::text[])
          WITH ORDINALITY AS i (id, title, description, owner_id, team_id, content, access, due_at,
                                priority, assignee, labels, place)),
      t AS (
        INSERT INTO task AS t
          (id, title, description, owner_id, team_id, content, team_reads_only, created_at,
           updated_at, due_at, priority, assignee, labels)
        SELECT id, title, description, owner_id, team_id, content,
          coalesce(access = 'read', false), moment.at, moment.at, due_at, priority, assignee,
          CASE WHEN labels = '[]' THEN '{}'
               ELSE ARRAY(SELECT jsonb_array_elements_text(labels::jsonb)) END
        FROM item, (SELECT clock_timestamp() AS at) AS moment
        WHERE allowed AND assignable ORDER BY id, place
        ON CONFLICT (id) DO NOTHING
        RETURNING *)
      SELECT item.allowed, item.assignable, t.content, %s
      FROM item LEFT JOIN t ON t.id = item.id ORDER BY item.place"""
          .formatted(TaskRow.COLUMNS);
  private static final String EXISTING =
      """
      SELECT t.content, %s FROM task t
      WHERE t.id = ANY ($5) AND ($4 OR t.owner_id = $1 OR $1 = ANY (t.shared_with)
                                 OR t.team_id = ANY (%s))"""
          .formatted(TaskRow.COLUMNS, Viewer.TEAMS);

  private static final Outcome ID_EXISTS =
      rejected(409, "Already there", "id", "another, because this one is taken");

  private static final Outcome NOT_ASSIGNABLE = new Outcome.Rejected(Assignee.refused());

  private final EventPublisher events;

  TaskWriter(EventPublisher events) {
    this.events = events;
  }

  /** The outcome of one task. */
  sealed interface Outcome {
    record Created(Task task) implements Outcome {}

    /** Created before with the same content; the task as it is now. */
    record Repeated(Task task) implements Outcome {}

    record Rejected(Problem problem) implements Outcome {}
  }

  /**
   * @param outcomes one per task, in order
   * @param events the events that were appended
   */
  record Result(List<Outcome> outcomes, List<NewEvent> events) {}

  /** A task to create; {@code outcome} is null until known. */
  private static final class Item {
    final NewTask draft;
    final byte[] content;
    Outcome outcome;

    /**
     * False for a task that is refused unless it was created before: its assignee may have left.
     */
    boolean isAssignable = true;

    Item(NewTask draft) {
      this.draft = draft;
      this.content = draft.content();
    }

    void found(Row row, boolean isNew) {
      if (isNew) {
        outcome = new Outcome.Created(TaskRow.task(row));
      } else if (Arrays.equals(row.getBuffer("content").getBytes(), content)) {
        outcome = new Outcome.Repeated(TaskRow.task(row));
      } else {
        outcome = ID_EXISTS;
      }
    }
  }

  /** Creates tasks for a caller. A rejected task does not prevent the others. */
  Future<Result> create(SqlClient tx, Principal caller, List<NewTask> tasks) {
    var viewer = Viewer.of(caller);
    var items = tasks.stream().map(task -> new Item(task.withDefaults(caller.user()))).toList();
    for (Item item : items) {
      if (!viewer.admin() && !item.draft.ownerId().equals(caller.user())) {
        item.outcome = rejected(403, "Forbidden", "owner_id", "yourself; another needs an admin");
      }
    }
    return insert(tx, viewer, open(items))
        .compose(done -> compare(tx, viewer, open(items)))
        .compose(
            done -> {
              var outcomes = items.stream().map(item -> item.outcome).toList();
              var created =
                  outcomes.stream()
                      .filter(Outcome.Created.class::isInstance)
                      .map(each -> ((Outcome.Created) each).task())
                      .map(task -> TaskEvents.created(caller.user(), task))
                      .toList();
              return events.append(tx, created).map(new Result(outcomes, created));
            });
  }

  private static List<Item> open(List<Item> items) {
    return items.stream().filter(item -> item.outcome == null).toList();
  }

  private static Future<Void> insert(SqlClient tx, Viewer viewer, List<Item> items) {
    if (items.isEmpty()) return Future.succeededFuture();
    var columns =
        viewer
            .tuple()
            .addBoolean(viewer.admin())
            .addArrayOfUUID(ids(items))
            .addArrayOfString(texts(items, NewTask::title))
            .addArrayOfString(texts(items, NewTask::description))
            .addArrayOfString(texts(items, NewTask::ownerId))
            .addArrayOfString(texts(items, NewTask::teamId))
            .addArrayOfBuffer(
                items.stream().map(item -> Buffer.buffer(item.content)).toArray(Buffer[]::new))
            .addArrayOfString(texts(items, NewTask::teamAccess))
            .addArrayOfOffsetDateTime(
                items.stream()
                    .map(item -> item.draft.plan().dueAt())
                    .map(due -> due == null ? null : due.atOffset(ZoneOffset.UTC))
                    .toArray(OffsetDateTime[]::new))
            .addArrayOfShort(
                items.stream()
                    .map(item -> Priority.stored(item.draft.plan().priority()))
                    .toArray(Short[]::new))
            .addArrayOfString(texts(items, NewTask::assignee))
            .addArrayOfString(texts(items, draft -> Json.encode(draft.plan().labels())));
    return tx.preparedQuery(INSERT)
        .execute(columns)
        .map(
            rows -> {
              var created = new HashSet<UUID>();
              int place = 0;
              for (Row row : rows) {
                Item item = items.get(place++);
                if (!row.getBoolean("allowed")) {
                  item.outcome = new Outcome.Rejected(TaskChange.notYourTeam());
                } else if (!row.getBoolean("assignable")) {
                  item.isAssignable = false;
                } else if (row.getUUID("id") != null) {
                  item.found(row, created.add(item.draft.id()));
                }
              }
              return null;
            });
  }

  /** Compares tasks with the existing ones of the same ids, which the caller may not see. */
  private static Future<Void> compare(SqlClient tx, Viewer viewer, List<Item> items) {
    if (items.isEmpty()) return Future.succeededFuture();
    return tx.preparedQuery(EXISTING)
        .execute(viewer.tuple().addBoolean(viewer.admin()).addArrayOfUUID(ids(items)))
        .map(
            rows -> {
              var existing = new HashMap<UUID, Row>();
              for (Row row : rows) existing.put(row.getUUID("id"), row);
              for (Item item : items) {
                Row row = existing.get(item.draft.id());
                if (row != null) item.found(row, false);
                else item.outcome = item.isAssignable ? ID_EXISTS : NOT_ASSIGNABLE;
              }
              return null;
            });
  }

  private static UUID[] ids(List<Item> items) {
    return items.stream().map(item -> item.draft.id()).toArray(UUID[]::new);
  }

  private static String[] texts(List<Item> items, Function<NewTask, String> field) {
    return items.stream().map(item -> field.apply(item.draft)).toArray(String[]::new);
  }

  private static Outcome rejected(int status, String title, String field, String expected) {
    return new Outcome.Rejected(Problem.of(status, title, new FieldError(field, expected)));
  }
}
